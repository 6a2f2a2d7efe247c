"""
What is wrong as work: for each host the jobs that its findings call for, with their steps, soonest first.

A report comes in, with the jobs of its policy; a ``Plan`` goes out, which every format renders. A finding that no job
knows keeps its own remedy, and a target that could not be looked at has a job too, so that nothing that is wrong is
left out. Text of certificates was made printable before; the formats quote it in their own way.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from aescan.findings.model import Finding, Severity
from aescan.findings.remedies import works_with_aacc
from aescan.inventory.model import Addresses, Target
from aescan.observation import Failed, Observation, Seen
from aescan.report.causes import ADVICE
from aescan.report.model import Report, days_left, natural, worst_first
from aescan.report.timeline import host
from aescan.settings.work import LOOK, OTHER, Job, Step

_LOOK: Final = Job(key=LOOK, title="Find out why it could not be looked at", codes=(), steps=())
_OTHER: Final = Job(key=OTHER, title="See to what else was found", codes=(), steps=())
_URGENCY: Final = {Severity.CRITICAL: 0, None: 1, Severity.WARNING: 2, Severity.NOTICE: 3}
"""The order of tasks without a date; what could not be looked at may be critical, so only known ones precede it."""
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reason:
    """What was seen that calls for work: the title of a finding, the sentence, and where."""

    code: str
    title: str
    sentence: str
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """
    One job on one host.

    ``due``
        Before when, or None where nothing ends.
    ``severity``
        The worst of its reasons; None where the host could not be looked at.
    ``steps``
        Those to do on this host, in order; what is done once for all stands in the plan.
    """

    job: str
    title: str
    due: datetime | None
    severity: Severity | None
    reasons: tuple[Reason, ...]
    steps: tuple[Step, ...]

    @property
    def targets(self) -> tuple[Target, ...]:
        """Every target concerned, each once."""
        return tuple({target.name: target for reason in self.reasons for target in reason.targets}.values())


@dataclass(frozen=True, slots=True)
class HostWork:
    """
    All that is to do on one host, the soonest first.

    ``names``
        What clients dial there, as the inventory has it.
    ``failing``
        Keys of the known clients that cannot connect today.
    """

    host: str
    due: datetime | None
    tasks: tuple[Task, ...]
    names: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """
    The work on an estate.

    ``once``
        Steps done once for all hosts, with the job that they belong to.
    ``hosts``
        The hosts with work, soonest first.
    """

    moment: datetime
    once: tuple[tuple[str, tuple[Step, ...]], ...]
    hosts: tuple[HostWork, ...]

    @property
    def overdue(self) -> int:
        """How many hosts have something that has ended."""
        return sum(one.due is not None and one.due < self.moment for one in self.hosts)


@dataclass(slots=True)
class _Gathered:
    """
    A task while what calls for it is gathered.

    ``steps``
        Those that its findings bring themselves, by key.
    """

    job: Job
    severity: Severity | None = None
    ends: list[datetime] = field(default_factory=list)
    reasons: dict[tuple[str, str, str], list[Target]] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)

    def task(self) -> Task:
        reasons = tuple(Reason(*reason, tuple(targets)) for reason, targets in self.reasons.items())
        targets = [target for reason in reasons for target in reason.targets]
        steps = (*(step for step in self.job.steps if not step.once and _applies(step, targets)), *self.steps.values())
        return Task(self.job.key, self.job.title, min(self.ends, default=None), self.severity, reasons, steps)


def plan(report: Report) -> Plan:
    """Return the work that the report's observations call for, by the jobs of its policy."""
    by_host: dict[str, list[Observation]] = defaultdict(list)
    for observation in worst_first(report.observations):
        by_host[host(observation.target) or observation.target.name].append(observation)
    by_code = index(report.policy.jobs)
    hosts = [work for some in by_host.values() if (work := _work(some, by_code)) is not None]
    hosts.sort(key=lambda work: (work.due or _NEVER, min(map(_urgency, work.tasks)), natural(work.host)))
    called = {task.job for work in hosts for task in work.tasks}
    once = (
        (job.title, tuple(step for step in job.steps if step.once)) for job in report.policy.jobs if job.key in called
    )
    return Plan(report.moment, tuple((title, steps) for title, steps in once if steps), tuple(hosts))


def index(jobs: Iterable[Job]) -> dict[str, Job]:
    """Return the job of each code: the first that has it."""
    found: dict[str, Job] = {}
    for job in jobs:
        for code in job.codes:
            found.setdefault(code, job)
    return found


def jobs(observation: Observation, by_code: Mapping[str, Job]) -> tuple[str, ...]:
    """Return the keys of the jobs that one target calls for."""
    if isinstance(observation.outcome, Failed):
        return (LOOK,)
    return tuple(dict.fromkeys(by_code.get(finding.code, _OTHER).key for finding in observation.outcome.findings))


def when(due: datetime | None, moment: datetime) -> str:
    """Return before when, in words: ``overdue since 2018-01-06``, ``before 2026-12-14, 21 days left``."""
    if due is None:
        return "no date"
    if due < moment:
        return f"overdue since {due.date()}"
    days = days_left(due, moment)
    return f"before {due.date()}, {days} {'day' if days == 1 else 'days'} left"


def at(targets: Sequence[Target]) -> str:
    """Return which targets of one host, in words: ``ports 443, 4722``, and by name those that the operator named."""
    plain = [target for target in targets if target.port and target.name == target.endpoint]
    ports = [str(target.port) for target in plain]
    names = [target.name for target in targets if target not in plain]
    shown = f"{'port' if len(ports) == 1 else 'ports'} {', '.join(ports)}" if ports else ""
    return ", ".join(filter(None, (shown, *names)))


def where(step: Step) -> str:
    """Return the menu that a step is done in, or an empty string."""
    return f"AE Services Management Console: {step.menu}" if step.menu else ""


def from_where(step: Step) -> str:
    """Return where a step comes from, and how sure it is where it was not read there."""
    return step.source if step.confidence == "sourced" else f"{step.source} ({step.confidence})"


def _shown(target: Target) -> str:
    """Return what to call the machine: its name, and its address where it is one of several; a file by its own name."""
    shared = target.addresses is Addresses.ALL and target.address is not None
    return f"{target.host} ({target.address})" if shared else target.host or target.name


def _work(observations: Sequence[Observation], by_code: Mapping[str, Job]) -> HostWork | None:
    gathered: dict[str, _Gathered] = {}
    for observation in observations:
        if isinstance(observation.outcome, Failed):
            _gather_failed(observation.target, observation.outcome, gathered)
        else:
            _gather_seen(observation.target, observation.outcome, by_code, gathered)
    if not gathered:
        return None
    tasks = sorted((one.task() for one in gathered.values()), key=lambda task: (task.due or _NEVER, _urgency(task)))
    seen = [(one.target, one.outcome) for one in observations if isinstance(one.outcome, Seen)]
    return HostWork(
        host=_shown(observations[0].target),
        due=min((task.due for task in tasks if task.due is not None), default=None),
        tasks=tuple(tasks),
        names=tuple(dict.fromkeys(name for target, _ in seen if (name := target.server_name or target.host))),
        failing=tuple(
            dict.fromkeys(one.client for _, outcome in seen for one in outcome.clients if one.works is False)
        ),
    )


def _gather_failed(target: Target, outcome: Failed, gathered: dict[str, _Gathered]) -> None:
    task = gathered.setdefault(LOOK, _Gathered(_LOOK))
    advice = ADVICE[outcome.reason]
    text = f"{advice[0].upper()}{advice[1:]}."
    task.steps[outcome.reason] = Step(key=outcome.reason, text=text, source="aescan", confidence="derived")
    task.reasons.setdefault((outcome.reason, "Could not be probed", outcome.detail), []).append(target)


def _gather_seen(target: Target, outcome: Seen, by_code: Mapping[str, Job], gathered: dict[str, _Gathered]) -> None:
    for finding in outcome.findings:
        job = by_code.get(finding.code, _OTHER)
        task = gathered.setdefault(job.key, _Gathered(job))
        if job is _OTHER:
            task.steps[finding.code] = _own_step(finding)
        task.reasons.setdefault((finding.code, finding.title, finding.sentence), []).append(target)
        task.severity = max(finding.severity, task.severity or finding.severity)
        if job.dated and outcome.chain.not_after is not None:
            task.ends.append(outcome.chain.not_after)


def _own_step(finding: Finding) -> Step:
    """Return a finding's own remedy as a step."""
    text = f"{finding.title}: {finding.remedy}."
    return Step(key=finding.code, text=text, source=finding.reference or "aescan", confidence="derived")


def _applies(step: Step, targets: Sequence[Target]) -> bool:
    if step.services and not any(target.service in step.services for target in targets):
        return False
    return step.aacc is None or step.aacc is any(works_with_aacc(target.labels) for target in targets)


def _urgency(task: Task) -> int:
    return _URGENCY[task.severity]
