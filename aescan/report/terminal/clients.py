"""
The clients' part of the report for people: who connects today, and what a planned change breaks.

A report comes in, lines go out: for each client how many targets it fails at and over what, and where. The reasons in
full are in the other formats.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from rich.text import Text

from aescan.findings.clients import Compatibility, Demand
from aescan.inventory.model import Target
from aescan.report.causes import counted, named
from aescan.report.clients import WORDS, Outlook, changes, outlooks
from aescan.report.model import Report, Standing, worst_first
from aescan.report.terminal.causes import label
from aescan.report.terminal.page import COLOURS, FAINT, HEADING, Page, fitted, line

BROKEN: Final = {
    Demand.PROTOCOL: "no TLS version in common",
    Demand.READABLE: "certificate unreadable",
    Demand.KEY: "kind of key",
    Demand.KEY_SIZE: "key too small",
    Demand.HASH: "hash of a signature",
    Demand.PURPOSE: "no serverAuth",
    Demand.VALIDITY: "ended or not begun",
    Demand.NAME: "name",
    Demand.CLIENT_CERTIFICATE: "client certificate",
    Demand.TRUST: "not trusted",
}
"""A demand that is broken, in a few words."""
DOUBTED: Final = BROKEN | {
    Demand.PROTOCOL: "TLS version or cipher suite",
    Demand.KEY_SIZE: "size of a CA's key",
    Demand.VALIDITY: "a CA ended or not begun",
    Demand.TRUST: "what its trust store holds",
}
"""A demand of which it is not known whether it is met, in a few words."""

_WHY: Final = {False: BROKEN, None: DOUBTED, True: BROKEN}
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
    text = "; ".join(_counted(works, some) for works, some in verdicts.items())
    lead = line((fitted(f" {outlook.client}", _COLUMN - 1), _COLOURS[next(iter(verdicts))]))
    yield from page.fold(line(text), _COLUMN, lead)


def _counted(works: bool | None, some: Sequence[tuple[Target, Compatibility]]) -> str:
    word = f"{WORDS[works]} at {counted(len(some), 'target')}"
    demands = Counter(demand for _, one in some for demand in one.demands)
    why = ", ".join(f"{_WHY[works][demand]} ({number})" for demand, number in demands.most_common())
    return f"{word}: {why}" if why else word
