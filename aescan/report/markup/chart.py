"""
When the chains end, as a drawing: a column for each period, cliffs marked by shape and pattern, not by colour alone.

A ``Timeline`` comes in, rectangles and words go out, in units of the drawing; the template puts them into SVG. Periods
stand side by side also where nothing ends in them, so that a gap looks like one.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final

from aescan.report.causes import counted
from aescan.report.periods import ENDED, Period, days, periods
from aescan.report.timeline import Mark, Timeline

STEP: Final = 26
"""From one column to the next."""
HEIGHT: Final = 120
"""Of the highest column."""
TOP: Final = 30
"""Room above it, for its number and the mark of a cliff."""
_YEAR: Final = 4
"""Letters of the label of a year; that of a month is longer."""


@dataclass(frozen=True, slots=True)
class Bar:
    """
    One column.

    ``short``, ``group``
        Below the column, and below its group of columns where it is the first of it.
    ``first``, ``last``
        The days whose targets it counts, as parameters of a ``Query``; empty where there is no such day.
    ``kind``
        ``ended``, ``coming`` or ``unknown``.
    """

    x: int
    y: float
    height: float
    chains: int
    short: str
    group: str
    kind: str
    first: str
    last: str
    words: str
    cliff: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The columns, how wide they are together, and the marks in words."""

    bars: tuple[Bar, ...]
    width: int
    marks: tuple[tuple[Mark, str], ...]


def chart(timeline: Timeline, today: date) -> Chart:
    """Return the drawing; without a column where nothing is known to end."""
    shown = _shown(list(periods(timeline, today)), today)
    most = max((period.chains for period in shown), default=0)
    bars: list[Bar] = []
    for period in shown if most else ():
        bars.append(_bar(period, len(bars), most, bars[-1].words[:_YEAR] if bars else "", today))
    marks = tuple((mark, _words(mark)) for mark in (*timeline.cliffs, *timeline.known_dates))
    return Chart(tuple(bars), len(bars) * STEP, marks)


def _shown(found: list[Period], today: date) -> list[Period]:
    """Leave out the months behind us, and the years behind the last end."""
    now = f"{today:%Y-%m}"
    coming = [period for period in found if period.coming and (len(period.label) <= _YEAR or period.label >= now)]
    while coming and not coming[-1].chains:
        coming.pop()
    return [*(one for one in found if one.label == ENDED), *coming, *(one for one in found[1:] if not one.coming)]


def _bar(period: Period, place: int, most: int, year_before: str, today: date) -> Bar:
    first, last = _days(period, today)
    height = round(HEIGHT * period.chains / most, 1)
    if period.chains:
        height = max(height, 2.0)
    year, _, month = period.label.partition("-")
    kind = "coming" if period.coming else "ended" if period.label == ENDED else "unknown"
    marked = "".join(f"; {_words(mark)}" for mark in period.marks)
    short = month or (f"’{year[2:]}" if kind == "coming" else "past" if kind == "ended" else "?")
    return Bar(
        x=place * STEP,
        y=TOP + HEIGHT - height,
        height=height,
        chains=period.chains,
        short=short if len(short) <= _YEAR else "later",
        group=year if month and year != year_before else "",
        kind=kind,
        first=first,
        last=last,
        words=f"{period.label}: {counted(period.chains, 'chain')}{marked}",
        cliff=any(not mark.meaning for mark in period.marks),
    )


def _days(period: Period, today: date) -> tuple[str, str]:
    label = period.label
    if label == ENDED:
        return "", today.isoformat()
    if not period.coming:
        return "", ""
    if len(label) == _YEAR:
        return f"{label}-01-01", f"{label}-12-31"
    if " " in label:
        return f"{label[:_YEAR]}-01-01", ""
    year, month = int(label[:_YEAR]), int(label[-2:])
    return f"{label}-01", f"{label}-{monthrange(year, month)[1]:02}"


def _words(mark: Mark) -> str:
    what = mark.meaning or "cliff"
    return f"{what}, {days(mark)}: {counted(mark.targets, 'target')} on {counted(mark.hosts, 'host')}"
