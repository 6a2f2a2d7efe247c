"""
The plan for a terminal: what is done once, then host by host what to do, each step with a box to tick.

Lines of at most ``report.width`` cells, with escape codes only in colour, and nothing but printable characters.
"""

from collections.abc import Iterator
from typing import Final

from rich.text import Text

from aescan.report.causes import counted
from aescan.report.model import Report
from aescan.report.plan.work import HostWork, Plan, Task, at, from_where, plan, when, where
from aescan.report.terminal.page import ALARM, FAINT, HEADING, Page, line
from aescan.settings.work import Step

BOX: Final = "[ ] "
_INDENT: Final = 2
_DEEP: Final = _INDENT + len(BOX)


def render(report: Report) -> Iterator[str]:
    """Return the plan line by line, each with its newline."""
    page = Page(report.width, colour=report.colour)
    return page.paint(_lines(report, plan(report), page))


def _lines(report: Report, work: Plan, page: Page) -> Iterator[Text]:
    moment = f", as seen on {report.moment:%Y-%m-%d at %H:%M} UTC"
    yield from page.fold(line(("Work on AE Services certificates", HEADING), moment))
    for caveat in caveats(report):
        yield from page.fold(line((caveat, ALARM)))
    yield line()
    if not work.hosts:
        yield line("Nothing to do.")
        return
    yield from page.fold(line(f"{counted(len(work.hosts), 'host')} to work on, {work.overdue} of them overdue."))
    for title, steps in work.once:
        yield line()
        yield from page.fold(line((f"Once: {title}", HEADING)))
        for step in steps:
            yield from _step(step, page)
    for host in work.hosts:
        yield line()
        yield from _host(host, report, page)


def caveats(report: Report) -> list[str]:
    """Return what the reader must not miss: a simulated estate, an interrupted sweep."""
    said = []
    if report.simulated:
        said.append("SIMULATED: this estate is a lab, every name and certificate in it is invented.")
    if not report.complete:
        seen = len(report.observations)
        said.append(f"INTERRUPTED: {seen} of {report.expected} targets were looked at; nothing is known of the others.")
    return said


def _host(host: HostWork, report: Report, page: Page) -> Iterator[Text]:
    yield from page.fold(line((host.host, HEADING), f": {when(host.due, report.moment)}"))
    if host.names:
        yield from page.fold(line(f"dialled as {', '.join(host.names)}"), _INDENT)
    if host.failing:
        yield from page.fold(line(f"clients that cannot connect today: {', '.join(host.failing)}"), _INDENT)
    for task in host.tasks:
        yield from _task(task, report, page)


def _task(task: Task, report: Report, page: Page) -> Iterator[Text]:
    yield line()
    due = f", {when(task.due, report.moment)}" if task.due is not None else ""
    yield from page.fold(line((task.title, HEADING), due), _INDENT)
    for reason in task.reasons:
        why = line((f"{reason.title}: {reason.sentence} ({at(reason.targets)})", FAINT))
        yield from page.fold(why, _DEEP)
    for step in task.steps:
        yield from _step(step, page)


def _step(step: Step, page: Page) -> Iterator[Text]:
    yield from page.fold(line(step.text), _DEEP, line(" " * _INDENT + BOX))
    if menu := where(step):
        yield from page.fold(line(menu), _DEEP)
    for choice in step.choices:
        lead = line(" " * _DEEP + BOX)
        yield from page.fold(line(choice.title, (f" ({choice.source})", FAINT)), _DEEP + len(BOX), lead)
        for how in choice.how:
            yield from page.fold(line(how), _DEEP + 2 * len(BOX), line(" " * (_DEEP + len(BOX)) + BOX))
    yield from page.fold(line((from_where(step), FAINT)), _DEEP)
