"""
What a wrong clock does to verdicts about time.

Evidence comes in, with what the operator's NTP servers say of this machine's clock; the moment that it should show goes
out, and how far off it is in words. Nothing here decides: the rules that look at dates do.
"""

from datetime import datetime, timedelta
from typing import Final

from aescan.findings.model import Evidence
from aescan.findings.words import count

UNITS: Final = (("year", 365.25 * 86400), ("day", 86400.0), ("hour", 3600.0), ("minute", 60.0), ("second", 1.0))
"""Words for spans of time, with their seconds."""

LEAST: Final = 2
"""Of a unit, so that ``26 hours`` is not rounded to a day."""


def true_moment(evidence: Evidence) -> datetime | None:
    """Return the moment of the evidence by NTP; None where nobody was asked, or nobody answered."""
    if evidence.clock_offset is None:
        return None
    return evidence.moment + timedelta(seconds=evidence.clock_offset)


def off(offset: float) -> str:
    """Return how a clock stands that lacks ``offset`` seconds: ``26 hours behind``, ``3 days ahead``."""
    side = "behind" if offset > 0 else "ahead"
    for unit, seconds in UNITS:
        if (number := round(abs(offset) / seconds)) >= LEAST:
            return f"{count(number, unit)} {side}"
    return f"{abs(offset):.1f} seconds {side}"


def doubt(evidence: Evidence, truth: str) -> str:
    """Return the end of a sentence that this machine's clock makes doubtful; ``truth`` is what holds by NTP."""
    return f"; but this clock is {off(evidence.clock_offset or 0.0)}, by NTP it {truth}"
