"""
The clients' part of the report for people: who connects today, and what a planned change breaks.

A report comes in, lines go out: for each client how many targets it fails at and over what, and where. The reasons in
full are in the other formats.
"""

from collections.abc import Iterator
from typing import Final

from rich.text import Text

from aescan.report.causes import named
from aescan.report.clients import WORDS, Outlook, changes, outlooks, told
from aescan.report.model import Report, Standing, worst_first
from aescan.report.terminal.causes import label
from aescan.report.terminal.page import COLOURS, FAINT, HEADING, Page, fitted, line

_COLUMN: Final = 18
"""Cells before the text: the longest shipped key, an indent and a gap."""
_COLOURS: Final = {False: COLOURS[Standing.CRITICAL], None: COLOURS[Standing.NOTICE], True: COLOURS[Standing.CLEAN]}


def clients(report: Report, page: Page) -> Iterator[Text]:
    """Return the lines about clients, none where no client was judged."""
    today = outlooks(worst_first(report.observations), report.policy)
    if not today:
        return
    hint = " (aescan --clients explains them, json has every reason)"
    yield from page.fold(line(("Which clients connect", HEADING), (hint, FAINT)))
    yield line()
    for outlook in today:
        yield from _outlook(outlook, page)
        if failing := [target for target, _ in outlook.of(False)]:
            yield from page.fold(line(named(failing)), _COLUMN, label("at"))
    for change, foreseen in changes(report):
        yield line()
        yield from page.fold(
            line(("What would break: ", HEADING), (change.title, HEADING), (f" ({change.key})", FAINT))
        )
        for outlook in foreseen:
            yield from _outlook(outlook, page)


def _outlook(outlook: Outlook, page: Page) -> Iterator[Text]:
    verdicts = {works: some for works in WORDS if (some := outlook.of(works))}
    text = "; ".join(told(works, some) for works, some in verdicts.items())
    lead = line((fitted(f" {outlook.client}", _COLUMN - 1), _COLOURS[next(iter(verdicts))]))
    yield from page.fold(line(text), _COLUMN, lead)
