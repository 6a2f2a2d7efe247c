"""
The report in Markdown as GitHub, GitLab and wikis show it: for tickets, change requests, build summaries.

Tables of the targets and the ends, between them each cause once with what to do. Text of strangers stays text: every
character that means something to Markdown or HTML is escaped, a web address is no link, and no line is of their making.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from aescan.inventory.model import Target
from aescan.observation import Failed, Observation
from aescan.report.causes import Cause, causes, counted, named, spread
from aescan.report.clients import WORDS, Outlook, changes, outlooks, told
from aescan.report.model import Report, days_left, not_after, standing, worst_first
from aescan.report.periods import days, periods
from aescan.report.plan.work import at, plan, when
from aescan.report.stores import WORDS as WORDS_OF_TRUST
from aescan.report.stores import stores
from aescan.report.summary import Summary, summarise
from aescan.report.timeline import Mark
from aescan.text import printable

LONGEST: Final = 2048
"""Characters of a sentence or a remedy."""
SENTENCES_SHOWN: Final = 5
"""Sentences of a cause that are told: from there on they say the same with other dates."""

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|~$&@]|:(?=//))")
"""What may mean something in the middle of a line, by CommonMark and GitHub; text of strangers never begins one."""
_ADDRESS: Final = re.compile(r"\b(www)\.", re.IGNORECASE)
"""What GitHub takes for a link without any mark."""


def render(report: Report) -> Iterator[str]:
    """Return the document line by line, each with its newline."""
    for line in _lines(report):
        yield line + "\n"


def _lines(report: Report) -> Iterator[str]:
    summary = summarise(report)
    yield "# AE Services certificates"
    yield ""
    yield f"As seen on {report.moment:%Y-%m-%d at %H:%M} UTC by aescan {safe(report.version)}."
    yield from _caveats(report)
    yield ""
    if not report.observations:
        yield "No target was looked at."
        return
    ordered = worst_first(report.observations)
    yield from _figures(summary)
    yield from _targets(ordered, report)
    yield from _causes(ordered)
    yield from _work(report)
    yield from _clients(report, ordered)
    yield from _trust(ordered)
    yield from _ends(report, summary)


def _caveats(report: Report) -> Iterator[str]:
    if report.simulated:
        yield ""
        yield "> **SIMULATED** This estate is a lab on one machine: every name and certificate in it is invented."
    if not report.complete:
        yield ""
        what = f"{len(report.observations)} of {report.expected} targets were looked at"
        yield f"> **INTERRUPTED** {what}; nothing is known of the others."


def _figures(summary: Summary) -> Iterator[str]:
    counts = ", ".join(f"**{number} {standing}**" for standing, number in summary.standings.items() if number)
    yield f"{counted(summary.targets, 'target')} on {counted(summary.hosts, 'host')}: {counts}."
    yield ""


def _targets(ordered: Iterable[Observation], report: Report) -> Iterator[str]:
    yield "| Standing | Target | Service | Ends | Days left | What was seen |"
    yield "|---|---|---|---|--:|---|"
    for one in ordered:
        end = not_after(one)
        dated = f"{end:%Y-%m-%d} | {days_left(end, report.moment)}" if end is not None else " | "
        yield f"| {standing(one)} | {_name(one.target)} | {safe(one.target.service)} | {dated} | {_what(one)} |"
    yield ""


def _name(target: Target) -> str:
    plain = target.name == target.endpoint or target.name.startswith(target.endpoint)
    return safe(target.name if plain else f"{target.name} ({target.endpoint})")


def _what(observation: Observation) -> str:
    outcome = observation.outcome
    if isinstance(outcome, Failed):
        return f"{outcome.reason}: {safe(outcome.detail)}"
    return ", ".join(safe(finding.title) for finding in outcome.findings)


def _causes(ordered: Sequence[Observation]) -> Iterator[str]:
    found = causes(ordered)
    if found:
        yield "## What is wrong, and what to do"
        yield ""
    for cause in found:
        yield from _cause(cause)


def _cause(cause: Cause) -> Iterator[str]:
    yield f"### {cause.standing}: {safe(cause.title)} ({safe(cause.code)}), {spread(cause.targets)}"
    yield ""
    for sentence, targets in islice(cause.sentences.items(), SENTENCES_SHOWN):
        yield f"- Seen: {safe(sentence)} — at {safe(named(targets))}"
    if (more := len(cause.sentences) - SENTENCES_SHOWN) > 0:
        yield f"- and {more} more like these"
    for remedy, targets in cause.remedies.items():
        where = f" — at {safe(named(targets))}" if len(cause.remedies) > 1 else ""
        yield f"- What to do: {safe(remedy)}{where}"
    if cause.reference:
        yield f"- See {safe(cause.reference)}"
    yield ""


def _work(report: Report) -> Iterator[str]:
    hosts = plan(report).hosts
    if hosts:
        yield "## Work, soonest first"
        yield ""
        for host in hosts:
            tasks = "; ".join(f"{safe(task.title)} ({safe(at(task.targets))})" for task in host.tasks)
            yield f"- [ ] **{safe(host.host)}**, {when(host.due, report.moment)}: {tasks}"
        yield ""


def _clients(report: Report, ordered: Sequence[Observation]) -> Iterator[str]:
    today = outlooks(ordered, report.policy)
    if not today:
        return
    yield from _outlooks("Which clients connect", today)
    for change, foreseen in changes(report):
        yield from _outlooks(f"What would break: {change.title}", foreseen)


def _trust(ordered: Sequence[Observation]) -> Iterator[str]:
    found = stores(ordered)
    if not found:
        return
    yield "## What clients trust"
    yield ""
    for store, answers in found.items():
        verdicts = (
            f"{WORDS_OF_TRUST[answer]} at {counted(sum(map(len, reasons.values())), 'target')}"
            for answer, reasons in answers.items()
        )
        yield f"- {safe(store)}: {'; '.join(verdicts)}"
        for reasons in (answers[answer] for answer in answers if not answer):
            for sentence, targets in [*reasons.items()][:SENTENCES_SHOWN]:
                yield f"  - {safe(sentence)} — at {safe(named(targets))}"
    yield ""


def _outlooks(title: str, found: Sequence[Outlook]) -> Iterator[str]:
    yield f"## {safe(title)}"
    yield ""
    for outlook in found:
        verdicts = "; ".join(told(works, some) for works in WORDS if (some := outlook.of(works)))
        yield f"- {safe(outlook.client)}: {safe(verdicts)}"
    yield ""


def _ends(report: Report, summary: Summary) -> Iterator[str]:
    found = [period for period in periods(summary.timeline, report.moment.date()) if period.chains]
    if not found:
        return
    yield "## When the chains end"
    yield ""
    yield "| Period | Chains | Marked |"
    yield "|---|--:|---|"
    for period in found:
        yield f"| {safe(period.label)} | {period.chains} | {'; '.join(map(_mark, period.marks))} |"


def _mark(mark: Mark) -> str:
    what = safe(mark.meaning) if mark.meaning else "**cliff**"
    return f"{what} {safe(days(mark))}: {counted(mark.targets, 'target')} on {counted(mark.hosts, 'host')}"


def safe(text: str) -> str:
    """Return ``text`` so that Markdown shows it as it stands: printable, on one line, every mark escaped."""
    escaped = _SPECIAL.sub(r"\\\1", printable(text, LONGEST))
    return _ADDRESS.sub(r"\1\.", escaped)
