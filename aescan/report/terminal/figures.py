"""
The numbers of an estate, and when its chains end, as lines: a column of counts, and a bar for each month.

A ``Summary`` comes in, lines go out. This year and the next are told by the month, the years behind them by the year,
and what is a decade away in one row.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from rich.text import Text

from aescan.report.model import Standing
from aescan.report.summary import Summary
from aescan.report.terminal.causes import counted
from aescan.report.terminal.page import COLOURS, FAINT, HEADING, Page, line
from aescan.report.timeline import Mark, Timeline

MONTHLY_YEARS: Final = 2
"""Calendar years told by the month, this one included: as far as anybody plans a renewal."""
YEARLY_YEARS: Final = 10
"""Years from this one that are told at all."""

_BAR: Final = "█"
_WORDS: Final = {Standing.FAILED: "could not be probed"}
_ARROW: Final = "▲ "
_GAP: Final = "  "
_LONGEST_BAR: Final = 50
"""Cells of the bar of the fullest period, where there is room: lengths are compared, not measured."""
_LABEL: Final = 36
"""Cells of the longest name of a number, with its indent."""
_COUNT: Final = 7
"""Cells of a count: an estate of a million fits."""
_PERIOD: Final = 16
"""Cells of the name of a period, with its indent."""


def figures(summary: Summary, page: Page) -> Iterator[Text]:
    """Return the lines of numbers."""
    yield line(("Summary", HEADING), f" of {counted(summary.targets, 'target')} on {counted(summary.hosts, 'host')}")
    for standing, number in summary.standings.items():
        style = COLOURS[standing] if number else FAINT
        reasons = ", ".join(f"{reason} {times}" for reason, times in summary.failures.items())
        remark = reasons if standing is Standing.FAILED else ""
        yield from _figure(_WORDS.get(standing, standing.value), number, style, remark, page)
    yield from _figure("different certificates", summary.certificates, "", "", page)
    defaults = f"on {counted(summary.default_hosts, 'host')}" if summary.defaults else ""
    style = COLOURS[Standing.CRITICAL] if summary.defaults else ""
    yield from _figure("default Avaya certificate presented", summary.defaults, style, defaults, page)
    style = COLOURS[Standing.WARNING] if summary.sha1_chains else ""
    yield from _figure("chains with a SHA-1 signature", summary.sha1_chains, style, "", page)


def _figure(word: str, number: int, style: str, remark: str, page: Page) -> Iterator[Text]:
    lead = line((f"  {word:<{_LABEL}}{number:>{_COUNT}}", style))
    yield from page.fold(line((remark, FAINT)), len(lead) + 2, lead)


def ends(timeline: Timeline, today: date, page: Page) -> Iterator[Text]:
    """Return the lines that say when the chains end, seen from ``today``; periods without any are left out."""
    coming: Counter[str] = Counter()
    for month in timeline.months:
        coming[_period(month.first, today)] += month.chains
    most = max(timeline.ended, timeline.undated, *coming.values(), 0)
    past = [mark for mark in timeline.known_dates if mark.last < today or not coming[_period(mark.first, today)]]
    marks = [mark for mark in (*timeline.cliffs, *timeline.known_dates) if mark not in past]
    yield line(("When the chains end", HEADING))
    if timeline.ended:
        yield from _bar("already ended", timeline.ended, most, COLOURS[Standing.CRITICAL], page)
        yield from _marked(past, page)
    gap = shown = False
    for period in _periods(today):
        if not coming[period]:
            gap = shown
            continue
        if gap:
            yield line(("  ⋮", FAINT))
        gap, shown = False, True
        yield from _bar(period, coming[period], most, "", page)
        yield from _marked([mark for mark in marks if _period(mark.first, today) == period], page)
    if timeline.undated:
        yield from _bar("unknown", timeline.undated, most, FAINT, page)


def _periods(today: date) -> Iterator[str]:
    first_year, first_later = today.year + MONTHLY_YEARS, today.year + YEARLY_YEARS
    for year in range(today.year, first_year):
        yield from (f"{year}-{month:02}" for month in range(1, 13))
    yield from map(str, range(first_year, first_later))
    yield f"{first_later} and later"


def _period(day: date, today: date) -> str:
    if day.year < today.year + MONTHLY_YEARS:
        return f"{day.year}-{day.month:02}"
    later = today.year + YEARLY_YEARS
    return str(day.year) if day.year < later else f"{later} and later"


def _bar(period: str, chains: int, most: int, style: str, page: Page) -> Iterator[Text]:
    room = min(_LONGEST_BAR, page.width - _PERIOD - _COUNT - len(_GAP))
    bar = _BAR * max(1, round(room * chains / most))
    yield line(f"  {period:<{_PERIOD - 2}}{chains:>{_COUNT}}{_GAP}", (bar, style))


def _marked(marks: Iterable[Mark], page: Page) -> Iterator[Text]:
    for mark in marks:
        days = mark.first.isoformat() + ("" if mark.first == mark.last else f" to {mark.last.isoformat()}")
        spread = f": {counted(mark.targets, 'target')} on {counted(mark.hosts, 'host')}"
        what = f", {mark.meaning}" if mark.meaning else ""
        name = line((days + what if what else f"cliff {days}", COLOURS[Standing.WARNING]), spread)
        yield from page.fold(
            name, _PERIOD + _COUNT + len(_GAP) + len(_ARROW), line(" " * (_PERIOD + _COUNT + len(_GAP)), _ARROW)
        )
