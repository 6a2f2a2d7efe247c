"""
The report for people: the targets worst first, each cause once with what to do, who connects, numbers, when chains end.

Lines of at most ``report.width`` cells, with escape codes only in colour, and whatever the certificates hold, nothing
but printable characters. What the reader must not miss (a simulated estate, an interrupted sweep) stands at the top and
again at the bottom.
"""

from collections.abc import Iterator

from rich.text import Text

from aescan.report.model import Report, Standing, worst_first
from aescan.report.summary import summarise
from aescan.report.terminal.causes import causes
from aescan.report.terminal.clients import clients
from aescan.report.terminal.figures import ends, figures
from aescan.report.terminal.page import ALARM, FAINT, HEADING, Page, line
from aescan.report.terminal.protocols import protocols
from aescan.report.terminal.table import table
from aescan.report.terminal.trust import trust
from aescan.report.terminal.views import views
from aescan.report.terminal.work import work


def render(report: Report) -> Iterator[str]:
    """Return the report line by line, each with its newline."""
    page = Page(report.width, colour=report.colour)
    return page.paint(_lines(report, page))


def _lines(report: Report, page: Page) -> Iterator[Text]:
    moment = f", as seen on {report.moment:%Y-%m-%d at %H:%M} UTC"
    yield from page.fold(line(("AE Services certificates", HEADING), moment, (f" by aescan {report.version}", FAINT)))
    caveats = list(_caveats(report, page))
    yield from caveats
    yield line()
    if report.observations:
        yield from _estate(report, page)
    else:
        yield line("No target was looked at.")
    if caveats:
        yield line()
        yield from caveats


def _caveats(report: Report, page: Page) -> Iterator[Text]:
    if report.simulated:
        what = "This estate is a lab on this machine: every name and certificate in it is invented."
        yield from page.fold(line((" SIMULATED ", ALARM), f" {what}"))
    if not report.complete:
        what = (
            f"{len(report.observations)} of {report.expected} targets were looked at; nothing is known of the others."
        )
        yield from page.fold(line((" INTERRUPTED ", ALARM), f" {what}"))


def _estate(report: Report, page: Page) -> Iterator[Text]:
    ordered = worst_first(report.observations)
    summary = summarise(report)
    yield from table(ordered, report.moment, page)
    yield line()
    if wrong := list(causes(ordered, page)):
        yield line(("What is wrong, and what to do", HEADING))
        yield from wrong
        yield line()
    if accepted := list(protocols(ordered, page)):
        yield line(("Protocol versions accepted", HEADING))
        yield from accepted
        yield line()
    if shown := list(views(ordered, page)):
        yield line(("Which chain is shown to which hello", HEADING))
        yield from shown
        yield line()
    if connecting := list(clients(report, page)):
        yield from connecting
        yield line()
    if accepting := list(trust(ordered, page)):
        yield line(("What clients trust", HEADING))
        yield from accepting
        yield line()
    if ahead := list(work(report, page)):
        yield from ahead
        yield line()
    yield from figures(summary, page)
    if summary.targets > summary.standings[Standing.FAILED]:
        yield line()
        yield from ends(summary.timeline, report.moment.date(), page)
