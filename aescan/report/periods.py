"""
When chains end, as periods of the length that people plan in: this year and the next by the month, then by the year.

A ``Timeline`` comes in, ``Period``s go out, every one of the calendar, also those in which nothing ends; what is to
be drawn of them, and how, is the format's business.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from aescan.report.timeline import Mark, Timeline

MONTHLY_YEARS: Final = 2
"""Calendar years told by the month, this one included: as far as anybody plans a renewal."""
YEARLY_YEARS: Final = 10
"""Years from this one that are told at all."""

ENDED: Final = "already ended"
UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Period:
    """
    How many chains end in a month, a year, all years from one on, in the past (``ENDED``), or when nobody knows.

    ``marks``
        Cliffs and known dates that begin in it.
    """

    label: str
    chains: int
    marks: tuple[Mark, ...] = ()

    @property
    def coming(self) -> bool:
        """Whether it is a part of the calendar, from today on."""
        return self.label not in {ENDED, UNKNOWN}


def periods(timeline: Timeline, today: date) -> Iterator[Period]:
    """Yield what has ended, then the calendar from ``today``'s year on, then what has no date."""
    coming: Counter[str] = Counter()
    for month in timeline.months:
        coming[_label(month.first, today)] += month.chains
    past = [mark for mark in timeline.known_dates if mark.last < today or not coming[_label(mark.first, today)]]
    marks = [mark for mark in (*timeline.cliffs, *timeline.known_dates) if mark not in past]
    if timeline.ended:
        yield Period(ENDED, timeline.ended, tuple(past))
    for label in _labels(today):
        yield Period(label, coming[label], tuple(mark for mark in marks if _label(mark.first, today) == label))
    if timeline.undated:
        yield Period(UNKNOWN, timeline.undated)


def days(mark: Mark) -> str:
    """Return the days of a mark in words: one, or from the first to the last."""
    return mark.first.isoformat() + ("" if mark.first == mark.last else f" to {mark.last.isoformat()}")


def _labels(today: date) -> Iterator[str]:
    first_year, first_later = today.year + MONTHLY_YEARS, today.year + YEARLY_YEARS
    for year in range(today.year, first_year):
        yield from (f"{year}-{month:02}" for month in range(1, 13))
    yield from map(str, range(first_year, first_later))
    yield f"{first_later} and later"


def _label(day: date, today: date) -> str:
    if day.year < today.year + MONTHLY_YEARS:
        return f"{day.year}-{day.month:02}"
    later = today.year + YEARLY_YEARS
    return str(day.year) if day.year < later else f"{later} and later"
