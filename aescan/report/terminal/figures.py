"""
The numbers of an estate, and when its chains end, as lines: a column of counts, and a bar for each month.

A ``Summary`` comes in, lines go out. This year and the next are told by the month, the years behind them by the year,
and what is a decade away in one row.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from rich.text import Text

from aescan.report.causes import counted
from aescan.report.model import Standing
from aescan.report.periods import ENDED, UNKNOWN, days, periods
from aescan.report.summary import Summary
from aescan.report.terminal.page import COLOURS, FAINT, HEADING, Page, line
from aescan.report.timeline import Mark, Timeline

_STYLES: Final = {ENDED: COLOURS[Standing.CRITICAL], UNKNOWN: FAINT}
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
    found = list(periods(timeline, today))
    most = max((period.chains for period in found), default=0)
    yield line(("When the chains end", HEADING))
    gap = shown = False
    for period in found:
        if period.coming and not period.chains:
            gap = shown
            continue
        if period.coming and gap:
            yield line(("  ⋮", FAINT))
        gap, shown = False, period.coming
        yield from _bar(period.label, period.chains, most, _STYLES.get(period.label, ""), page)
        yield from _marked(period.marks, page)


def _bar(period: str, chains: int, most: int, style: str, page: Page) -> Iterator[Text]:
    room = min(_LONGEST_BAR, page.width - _PERIOD - _COUNT - len(_GAP))
    bar = _BAR * max(1, round(room * chains / most))
    yield line(f"  {period:<{_PERIOD - 2}}{chains:>{_COUNT}}{_GAP}", (bar, style))


def _marked(marks: Iterable[Mark], page: Page) -> Iterator[Text]:
    for mark in marks:
        spread = f": {counted(mark.targets, 'target')} on {counted(mark.hosts, 'host')}"
        what = f", {mark.meaning}" if mark.meaning else ""
        name = line((days(mark) + what if what else f"cliff {days(mark)}", COLOURS[Standing.WARNING]), spread)
        yield from page.fold(
            name, _PERIOD + _COUNT + len(_GAP) + len(_ARROW), line(" " * (_PERIOD + _COUNT + len(_GAP)), _ARROW)
        )
