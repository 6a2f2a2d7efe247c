"""
The work ahead in the report for people: which host by when, in a line each.

A report comes in, lines go out; the steps are in the plan.
"""

from collections.abc import Iterator
from typing import Final

from rich.text import Text

from aescan.report.causes import counted
from aescan.report.model import Report
from aescan.report.plan.work import HostWork, at, plan, when
from aescan.report.terminal.page import FAINT, HEADING, Page, line

MOST_HOSTS: Final = 20
"""Hosts listed; the plan has them all."""
_INDENT: Final = 2


def work(report: Report, page: Page) -> Iterator[Text]:
    """Return the lines about the work, none where there is nothing to do."""
    planned = plan(report)
    if not planned.hosts:
        return
    hint = " (aescan --plan has the steps, host by host)"
    yield from page.fold(line(("Work, soonest first", HEADING), (hint, FAINT)))
    for host in planned.hosts[:MOST_HOSTS]:
        yield from _host(host, report, page)
    if (more := len(planned.hosts) - MOST_HOSTS) > 0:
        yield from page.fold(line((f"and {counted(more, 'more host')}", FAINT)), _INDENT)


def _host(host: HostWork, report: Report, page: Page) -> Iterator[Text]:
    tasks = "; ".join(f"{task.title} ({at(task.targets)})" for task in host.tasks)
    head = line(" " * _INDENT, f"{host.host}: ", (when(host.due, report.moment), HEADING))
    yield from page.fold(head)
    yield from page.fold(line(tasks), 2 * _INDENT)
