"""
The plan as one JSON document (``docs/plan.md``): jobs with their steps once, then host by host which of them to do.

Pure ASCII. The same part stands in the JSON report under ``plan``.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from aescan.report.model import Report, heading, iso
from aescan.report.plan.work import HostWork, Plan, Task, plan
from aescan.settings.work import Step

SCHEMA: Final = "aescan-plan/1"
"""The number rises when a reader of the old form could misread the new one; new members alone do not raise it."""


def render(report: Report) -> Iterator[str]:
    """Return the document."""
    yield json.dumps({**heading(report, SCHEMA), **document(plan(report))}, indent=1) + "\n"


def document(work: Plan) -> dict[str, object]:
    """Return the plan itself: what is done once, and what on each host, soonest first."""
    steps: dict[str, dict[str, Step]] = {}
    for host in work.hosts:
        for task in host.tasks:
            steps.setdefault(task.job, {}).update({step.key: step for step in task.steps})
    return {
        "once": [{"title": title, "steps": [_step(step) for step in some]} for title, some in work.once],
        "steps": {job: [_step(step) for step in some.values()] for job, some in steps.items()},
        "hosts": [_host(host) for host in work.hosts],
    }


def _host(host: HostWork) -> dict[str, object]:
    return {
        "host": host.host,
        "due": _moment(host.due),
        "names": host.names,
        "failing_clients": host.failing,
        "tasks": [_task(task) for task in host.tasks],
    }


def _task(task: Task) -> dict[str, object]:
    return {
        "job": task.job,
        "title": task.title,
        "due": _moment(task.due),
        "severity": None if task.severity is None else task.severity.label,
        "reasons": [
            {
                "code": reason.code,
                "title": reason.title,
                "sentence": reason.sentence,
                "targets": [target.name for target in reason.targets],
            }
            for reason in task.reasons
        ],
        "steps": [step.key for step in task.steps],
    }


def _step(step: Step) -> dict[str, object]:
    return {
        "key": step.key,
        "text": step.text,
        "menu": step.menu,
        "choices": [
            {"title": choice.title, "source": choice.source, "how": list(choice.how)} for choice in step.choices
        ],
        "source": step.source,
        "confidence": step.confidence,
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)
