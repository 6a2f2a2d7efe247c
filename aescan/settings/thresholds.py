"""
Thresholds as settings and inventory write them, and how one level is laid over another.

``notice``, ``warning`` and ``critical`` each stand alone: what is left out comes from the level above. Each is a length
of time, or one and a share of the certificate's lifetime: ``60d or 25%``.
"""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Annotated, Any, Final, NamedTuple

from pydantic import PlainValidator

from aescan.settings import duration
from aescan.settings.document import Document, Location
from aescan.settings.fields import shaped
from aescan.settings.policy import Thresholds
from aescan.settings.problems import Expected
from aescan.settings.validation import Entry

DEFAULT: Final = Thresholds()

LEVELS: Final = ("notice", "warning", "critical")

LONGEST: Final = timedelta(days=3650)
"""Ten years at most: the life of a typical CA."""

_BOTH: Final = re.compile(r"([0-9]+[a-z]) +or +([0-9]{1,2}|100)%", re.ASCII)


class Limit(NamedTuple):
    """How long before the end a severity begins, and the share of the lifetime if it may begin later."""

    span: timedelta
    share: float | None = None

    def __str__(self) -> str:
        """As the file writes it."""
        shown = duration.show(self.span)
        return shown if self.share is None else f"{shown} or {self.share:.0%}"


def _limit(written: object) -> Limit:
    if isinstance(written, str) and ("%" in written or " " in written):
        found = _BOTH.fullmatch(written)
        if not found:
            raise Expected('a length of time, alone or with a share of the lifetime: "60d or 25%"')
        return Limit(duration.parse(found[1], timedelta(0), LONGEST), int(found[2]) / 100)
    return Limit(duration.parse(written, timedelta(0), LONGEST))


Threshold = Annotated[Limit, PlainValidator(_limit, json_schema_input_type=shaped(duration.WRITTEN, _BOTH))]


class ThresholdsEntry(Entry):
    """How long before the end of validity each severity begins."""

    notice: Threshold = Limit(DEFAULT.notice)
    warning: Threshold = Limit(DEFAULT.warning)
    critical: Threshold = Limit(DEFAULT.critical)


def merge_thresholds(base: Thresholds, entry: ThresholdsEntry, document: Document, location: Location) -> Thresholds:
    """Return ``base`` with what ``entry`` sets; note a problem at ``location`` unless notice ≥ warning ≥ critical."""
    changes: dict[str, Any] = {}
    for name in entry.model_fields_set:
        changes[name], changes[f"{name}_share"] = getattr(entry, name)
    merged = replace(base, **changes)
    limits = [Limit(getattr(merged, name), getattr(merged, f"{name}_share")) for name in LEVELS]
    shares = [limit.share for limit in limits if limit.share is not None]
    if all(above.span >= below.span for above, below in pairwise(limits)) and shares == sorted(shares, reverse=True):
        return merged
    shown = ", ".join(f"{name} {limit}" for name, limit in zip(LEVELS, limits, strict=True))
    document.add(location, f"{shown} are out of order", "notice comes first, then warning, then critical")
    return base
