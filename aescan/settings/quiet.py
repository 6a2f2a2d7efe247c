"""
The setting ``quiet_hours``: when nothing is to be scanned of the exporter's own accord.

Plain frozen data and its pydantic fields. Whether a moment lies in them is told elsewhere; no clock is read here.
"""

import re
from dataclasses import dataclass
from datetime import time
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import PlainValidator

from aescan.settings.fields import LONGEST_LINE, of_length, shaped
from aescan.settings.problems import Expected, Mistake

_HOURS: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From ``begin`` to ``end`` of each day, over midnight where the end is the earlier; the end is not part of it."""

    begin: time
    end: time


def _hours(written: object) -> QuietHours:
    found = _HOURS.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise Expected('a span of hours, such as "22:00-06:00"')
    begin, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if begin == end:
        raise Mistake(f"{written} is the whole day", "then nothing would ever be scanned")
    return QuietHours(begin, end)


def _zone(written: object) -> ZoneInfo:
    if not isinstance(written, str):
        raise Expected("a time zone, such as Europe/Stockholm")
    try:
        return ZoneInfo(written)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Mistake(
            f"this system knows no time zone {written!r}", "write one such as UTC or Europe/Stockholm"
        ) from None


Hours = Annotated[QuietHours, PlainValidator(_hours, json_schema_input_type=shaped(_HOURS))]
Zone = Annotated[ZoneInfo, PlainValidator(_zone, json_schema_input_type=of_length(LONGEST_LINE))]
