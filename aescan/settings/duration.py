"""
Lengths of time as the operator writes them: a whole number and a unit, ``100ms``, ``10s``, ``5m``, ``1h``, ``60d``.

Text comes in, a timedelta goes out, and back. A number without a unit is refused, since some keys would mean seconds
and others days.
"""

import re
from datetime import timedelta
from typing import Final

from aescan.settings.problems import Expected, Mistake

UNITS: Final = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}

MILLISECOND: Final = timedelta(milliseconds=1)
"""Written ``ms``; not among the units that a message proposes, for hardly a key means so little."""

WRITTEN: Final = re.compile(r"([0-9]{1,9})(ms|[smhd])", re.ASCII)
"""Nine digits are 2.7 million years of days, within what timedelta holds."""


def parse(written: object, least: timedelta, most: timedelta) -> timedelta:
    """Return the length of time that is ``written``; raise Expected or Mistake unless it lies within the bounds."""
    if type(written) in {int, float}:
        units = ", ".join(f"{written}{unit}" for unit in UNITS)
        raise Mistake(f"{written} has no unit", f"write one of {units}: seconds, minutes, hours or days")
    found = WRITTEN.fullmatch(written) if isinstance(written, str) else None
    length = int(found[1]) * UNITS.get(found[2], MILLISECOND) if found else None
    if length is None or not least <= length <= most:
        raise Expected(f"a length of time from {show(least)} to {show(most)}")
    return length


def show(length: timedelta) -> str:
    """Return a length of time as ``parse`` reads it, in the largest unit that holds it whole: ``90m``, ``1h``."""
    for unit in reversed(UNITS):
        if length % UNITS[unit] == timedelta(0) and (length or unit == "s"):
            return f"{length // UNITS[unit]}{unit}"
    return f"{length // MILLISECOND}ms"
