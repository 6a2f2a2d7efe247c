"""What is wrong as work: which jobs on which host by when."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aescan.errors import Reason
from aescan.findings.clients import Compatibility
from aescan.findings.demands import Demand
from aescan.findings.model import Severity
from aescan.inventory.model import Addresses, Target
from aescan.observation import Observation
from aescan.report.plan.work import HostWork, Plan, at, from_where, index, jobs, plan, when, where
from aescan.settings.work import Step
from tests.facts import LEAF, NOW, failed, finding, seen, target
from tests.report.estate import CHAIN, REPLACE, REPORT, report

ENDED = replace(LEAF, not_after=NOW - timedelta(days=3))
SOON = replace(LEAF, not_after=NOW + timedelta(days=5))


def planned(*observations: Observation) -> Plan:
    """Return the plan of these, by the estate's jobs."""
    return plan(replace(report(*observations), policy=REPORT.policy))


def only(*observations: Observation) -> HostWork:
    """Return the work on the one host of these."""
    (host,) = planned(*observations).hosts
    return host


def test_nothing_to_do() -> None:
    """A clean estate has an empty plan: nothing is to be done once either."""
    assert planned(seen(), seen(target(port=443))) == Plan(NOW, (), ())


def test_a_job_gathers_its_findings() -> None:
    """Targets of one host are one task; its date is the first end, its severity the worst, each reason once."""
    host = only(
        seen(target(port=443), SOON, findings=(finding("expires_soon", sentence="ends"),)),
        seen(target(port=4722), ENDED, findings=(finding("expired", Severity.CRITICAL, "ended"),)),
        seen(target(port=1066), ENDED, findings=(finding("expired", Severity.CRITICAL, "ended"),)),
    )
    (task,) = host.tasks

    assert (host.host, host.due, host.names) == ("aes1.example.com", ENDED.not_after, ("aes1.example.com",))
    assert (task.job, task.title, task.due, task.severity) == (
        "replace",
        "Put another certificate in place",
        ENDED.not_after,
        Severity.CRITICAL,
    )
    assert [(reason.code, reason.sentence, [one.port for one in reason.targets]) for reason in task.reasons] == [
        ("expired", "ended", [1066, 4722]),
        ("expires_soon", "ends", [443]),
    ]
    assert [one.port for one in task.targets] == [1066, 4722, 443]


def test_the_soonest_comes_first() -> None:
    """Hosts by their first end, then by urgency, then by name; what has no date comes last."""
    hosts = planned(
        seen(target("late"), SOON, findings=(finding("expires_soon"),)),
        seen(target("undated2"), findings=(finding("chain_incomplete", Severity.NOTICE),)),
        seen(target("undated10"), findings=(finding("chain_incomplete"),)),
        seen(target("undated9"), findings=(finding("chain_incomplete"),)),
        failed(target("lost")),
        seen(target("ended"), ENDED, findings=(finding("expired", Severity.CRITICAL),)),
        seen(target("fine")),
    ).hosts

    assert [host.host for host in hosts] == ["ended", "late", "lost", "undated9", "undated10", "undated2"]
    assert [host.due for host in hosts] == [ENDED.not_after, SOON.not_after, None, None, None, None]


def test_tasks_of_a_host() -> None:
    """What has a date comes before what has none, then the most urgent."""
    host = only(
        seen(
            target(),
            SOON,
            findings=(finding("chain_incomplete"), finding("odd_one", Severity.NOTICE), finding("expires_soon")),
        ),
        failed(target(port=443)),
    )
    assert [task.job for task in host.tasks] == ["replace", "look", "chain", "other"]


def test_overdue() -> None:
    """A host is overdue when something on it has ended."""
    found = planned(
        seen(target("a"), ENDED, findings=(finding("expired"),)),
        seen(target("b"), SOON, findings=(finding("expires_soon"),)),
        failed(target("c")),
    )
    assert (len(found.hosts), found.overdue) == (3, 1)


def test_what_is_done_once_stands_once() -> None:
    """Steps for all hosts are in the plan and in no task, and only where their job is called for."""
    found = planned(*(seen(target(name), SOON, findings=(finding("expires_soon"),)) for name in ("a", "b")))

    assert found.once == ((REPLACE.title, REPLACE.steps[:1]),)
    assert all(step.key != "choose" for host in found.hosts for task in host.tasks for step in task.steps)
    assert planned(seen(target(), findings=(finding("chain_incomplete"),))).once == ()


@pytest.mark.parametrize(
    ("service", "labels", "steps"),
    [
        ("dmcc", {}, ["import", "no_aacc"]),
        ("tsapi", {}, ["import", "jtapi", "no_aacc"]),
        ("dmcc", {"aacc": "Yes"}, ["import", "aacc"]),
        ("tsapi", {"aacc": "no"}, ["import", "jtapi", "no_aacc"]),
    ],
)
def test_steps_that_apply(service: str, labels: dict[str, str], steps: list[str]) -> None:
    """Steps for some services, or for targets with AACC, stand where these are concerned."""
    of = replace(target(service=service), labels=labels)
    (task,) = only(seen(of, SOON, findings=(finding("expires_soon"),))).tasks
    assert [step.key for step in task.steps] == steps


def test_a_finding_that_no_job_knows() -> None:
    """It keeps its own remedy and source, so nothing that is wrong is left out."""
    (task,) = only(seen(target(), findings=(replace(finding("odd_one"), reference=""), finding("odd_two")))).tasks

    assert (task.job, task.due) == ("other", None)
    assert [(step.key, step.text, step.source) for step in task.steps] == [
        ("odd_one", "Odd one: cure odd_one.", "aescan"),
        ("odd_two", "Odd two: cure odd_two.", "RFC 5280"),
    ]


def test_a_target_that_could_not_be_looked_at() -> None:
    """Its job is to find out why, with the advice for each reason once."""
    host = only(failed(), failed(target(port=443)), failed(target(port=1066), Reason.TIMEOUT, "no answer"))
    (task,) = host.tasks

    assert (task.job, task.severity, host.names, host.failing) == ("look", None, (), ())
    assert [reason.sentence for reason in task.reasons] == ["connection refused", "no answer"]
    assert [step.text for step in task.steps] == [
        "Check the port, and that the service is switched on at the server.",
        "Check the address, and the firewalls on the way and on the server: many drop silently.",
    ]


def test_a_chain_without_a_date() -> None:
    """A job that is dated has no date where none could be read."""
    dateless = replace(LEAF, not_after=None)
    assert only(seen(target(), dateless, findings=(finding("expires_soon"),))).due is None


def test_clients_that_fail_today() -> None:
    """They are named once, whatever number of targets they fail at."""
    broken = Compatibility("jtapi", False, (Demand.NAME,), "a name"), Compatibility("java", None, (), "who knows")
    findings = (finding("expires_soon"),)
    host = only(*(seen(target(port=port), SOON, findings=findings, clients=broken) for port in (443, 1066)))
    assert host.failing == ("jtapi",)


def test_machines() -> None:
    """Addresses of one name are machines of their own, called by both; else the name as the inventory has it."""
    one, other = (
        Target(f"aes1@{address}", "aes1", 443, "oam", addresses=Addresses.ALL, address=address)
        for address in ("192.0.2.1", "192.0.2.2")
    )
    pinned = Target("aes2", "aes2", 443, "oam", server_name="aes2.example.com", address="192.0.2.3")
    hosts = planned(*map(failed, (one, other, pinned))).hosts

    assert [host.host for host in hosts] == ["aes1 (192.0.2.1)", "aes1 (192.0.2.2)", "aes2"]


def test_files() -> None:
    """A file is called by its own name, and each is apart from the others; nobody dials it."""
    one, other = (Target(name, "", 0) for name in ("new.p12", "cas/root.pem"))
    hosts = planned(*(seen(of, SOON, findings=(finding("expires_soon"),)) for of in (one, other))).hosts

    assert [(host.host, host.names) for host in hosts] == [("cas/root.pem", ()), ("new.p12", ())]
    assert [at(host.tasks[0].targets) for host in hosts] == ["cas/root.pem", "new.p12"]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (None, "no date"),
        (-3, "overdue since 2026-11-20"),
        (0, "before 2026-11-23, 0 days left"),
        (1, "before 2026-11-24, 1 day left"),
        (5, "before 2026-11-28, 5 days left"),
    ],
)
def test_when(days: int | None, said: str) -> None:
    """A date in words, and how long is left."""
    assert when(None if days is None else NOW + timedelta(days=days), NOW) == said


def test_at() -> None:
    """Ports stand as numbers, targets that the operator named by their names."""
    named = replace(target(port=9998), name="CVLAN south")
    assert at([target(port=443)]) == "port 443"
    assert at([target(port=443), named, target(port=4722)]) == "ports 443, 4722, CVLAN south"
    assert at([named]) == "CVLAN south"


def test_where_and_from_where() -> None:
    """A menu is one of the Management Console; what was not read at its source says how sure it is."""
    step = Step(key="x", text="x", menu="A > B", source="a text", confidence="sourced")
    assert where(step) == "AE Services Management Console: A > B"
    assert where(replace(step, menu="")) == ""
    assert from_where(step) == "a text"
    assert from_where(replace(step, confidence="derived")) == "a text (derived)"


def test_a_code_belongs_to_the_first_job() -> None:
    """A code in two jobs calls for the first."""
    assert index([REPLACE, CHAIN])["expired"] is REPLACE
    assert index([CHAIN, REPLACE])["expired"] is CHAIN


def test_jobs_of_one_target() -> None:
    """Each job once, in the order of the findings."""
    by_code = index([REPLACE, CHAIN])
    findings = (finding("expired"), finding("chain_incomplete"), finding("sha1_signature"), finding("odd_one"))

    assert jobs(seen(findings=findings), by_code) == ("replace", "chain", "other")
    assert jobs(seen(), by_code) == ()
    assert jobs(failed(), by_code) == ("look",)
