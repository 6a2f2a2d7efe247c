"""
The plan as Markdown with task lists, for a ticket or a wiki (CommonMark, with the task lists of GitHub).

Text of certificates and inventories is escaped, so it shows as it is and means nothing. What was seen stands in a list
of its own, which another bullet keeps apart from the steps below it (section 5.3).
"""

from collections.abc import Iterator

from aescan.report.causes import counted
from aescan.report.markdown import safe
from aescan.report.model import Report
from aescan.report.plan.text import caveats
from aescan.report.plan.work import HostWork, Task, at, from_where, plan, when, where
from aescan.settings.work import Step


def render(report: Report) -> Iterator[str]:
    """Return the plan in pieces, host by host."""
    work = plan(report)
    yield "# Work on AE Services certificates\n\n"
    yield f"As seen on {report.moment:%Y-%m-%d at %H:%M} UTC by aescan {safe(report.version)}.\n"
    for caveat in caveats(report):
        yield f"\n> **{safe(caveat)}**\n"
    if not work.hosts:
        yield "\nNothing to do.\n"
        return
    yield f"\n{counted(len(work.hosts), 'host')} to work on, {work.overdue} of them overdue.\n"
    for title, steps in work.once:
        yield f"\n## Once: {safe(title)}\n\n"
        yield from map(_step, steps)
    for host in work.hosts:
        yield _host(host, report)


def _host(host: HostWork, report: Report) -> str:
    parts = [f"\n## {safe(host.host)}: {when(host.due, report.moment)}\n"]
    if host.names:
        parts.append(f"\nDialled as {', '.join(map(safe, host.names))}.\n")
    if host.failing:
        parts.append(f"\nClients that cannot connect today: {', '.join(map(safe, host.failing))}.\n")
    return "".join([*parts, *(_task(task, report) for task in host.tasks)])


def _task(task: Task, report: Report) -> str:
    due = f", {when(task.due, report.moment)}" if task.due is not None else ""
    reasons = [
        f"* {safe(reason.title)}: {safe(reason.sentence)} ({safe(at(reason.targets))})\n" for reason in task.reasons
    ]
    return "".join([f"\n### {safe(task.title)}{due}\n\n", *reasons, "\n", *map(_step, task.steps)])


def _step(step: Step) -> str:
    menu = f" **{safe(where(step))}**" if step.menu else ""
    lines = [f"- [ ] {safe(step.text)}{menu} *({safe(from_where(step))})*"]
    for choice in step.choices:
        lines.append(f"  - [ ] {safe(choice.title)} *({safe(choice.source)})*")
        lines += [f"    - [ ] {safe(how)}" for how in choice.how]
    return "\n".join(lines) + "\n"
