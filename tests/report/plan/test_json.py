"""The plan as a JSON document."""

import json
from typing import Any

from aescan.report.plan.json import SCHEMA, document, render
from aescan.report.plan.work import plan
from tests.facts import seen
from tests.report.estate import REPORT, report


def read() -> Any:  # noqa: ANN401 (a JSON document is of any type)
    """Return the plan of the fixed estate as a reader gets it."""
    return json.loads("".join(render(REPORT)))


def test_head() -> None:
    """The head says what the plan is of; the text is pure ASCII."""
    assert {key: value for key, value in read().items() if key not in {"once", "steps", "hosts"}} == {
        "schema": SCHEMA,
        "generated": "2026-11-23T12:00:00Z",
        "version": "0.1.0",
        "simulated": True,
        "complete": False,
    }
    assert "".join(render(REPORT)).isascii()


def test_a_host() -> None:
    """A host has its date, its names and its tasks; steps are named by their keys."""
    (legacy,) = [one for one in read()["hosts"] if one["host"] == "legacy.example.com"]
    (task,) = legacy.pop("tasks")
    reasons = task.pop("reasons")

    assert legacy == {
        "host": "legacy.example.com",
        "due": "2018-01-06T23:59:59Z",
        "names": ["legacy.example.com"],
        "failing_clients": ["jtapi"],
    }
    assert task == {
        "job": "replace",
        "title": "Put another certificate in place",
        "due": "2018-01-06T23:59:59Z",
        "severity": "critical",
        "steps": ["import", "jtapi", "no_aacc"],
    }
    assert reasons[1] == {
        "code": "expired",
        "title": "Expired",
        "sentence": "the leaf ended 8 years ago, on 2018-01-06 23:59:59 UTC",
        "targets": ["legacy.example.com:443", "legacy.example.com:1066", "legacy.example.com:4722"],
    }


def test_steps() -> None:
    """Every step that a task names is there, whole; what is done once stands apart."""
    page = read()
    named = {(task["job"], step) for host in page["hosts"] for task in host["tasks"] for step in task["steps"]}

    assert {(job, step["key"]) for job, steps in page["steps"].items() for step in steps} == named
    assert page["steps"]["replace"][0] == {
        "key": "import",
        "text": "Import it.",
        "menu": "Security > Certificates",
        "choices": [],
        "source": "a notice, step 1",
        "confidence": "sourced",
    }
    assert [(one["title"], one["steps"][0]["key"]) for one in page["once"]] == [
        ("Put another certificate in place", "choose")
    ]
    assert page["once"][0]["steps"][0]["choices"] == [
        {"title": "your own", "source": "a notice", "how": ["Make it.", "Keep it."]},
        {"title": "a vendor", "source": "a notice", "how": []},
    ]


def test_nothing_to_do() -> None:
    """An empty plan has all members."""
    assert document(plan(report(seen()))) == {"once": [], "steps": {}, "hosts": []}
