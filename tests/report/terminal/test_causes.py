"""Each cause once, with what to do."""

from dataclasses import replace

import pytest

from aescan.errors import Reason
from aescan.findings.model import Finding, Severity
from aescan.inventory.model import Target
from aescan.observation import Observation
from aescan.report.causes import ADVICE, TARGETS_SHOWN
from aescan.report.model import worst_first
from aescan.report.terminal.causes import LONGEST_REPEATED, SENTENCES_SHOWN, causes
from aescan.report.terminal.page import Page
from tests.facts import failed, finding, seen, target


def lines(*observations: Observation) -> list[str]:
    """Return the lines about the causes, blanks at their end removed."""
    found = causes(worst_first(observations), Page(120, colour=False))
    return [one.plain.rstrip() for one in found]


def on(port: int, found: Finding) -> Observation:
    """Return a target on one host with one finding."""
    return seen(target(port=port), findings=(found,))


def test_nothing() -> None:
    """Clean targets have no cause."""
    assert lines(seen()) == []


def test_cause() -> None:
    """A cause says its severity, title and code, what was seen where, the remedy and the source, once."""
    assert lines(on(443, finding()), on(4722, finding())) == [
        "",
        "warning       Expires soon (expires_soon), 2 targets on 1 host",
        "  seen        expires soon, as seen",
        "  at          aes1.example.com:443, :4722",
        "  what to do  cure expires_soon",
        "  see         RFC 5280",
    ]


def test_sentences() -> None:
    """Different sentences of one cause stand each with its targets; beyond a handful they are counted."""
    said = [on(port, finding(sentence=f"ends in {port} days")) for port in range(1, SENTENCES_SHOWN + 3)]
    shown = lines(*said)
    assert shown[2:6] == [
        "  seen        ends in 1 days",
        "  at          aes1.example.com:1",
        "  seen        ends in 2 days",
        "  at          aes1.example.com:2",
    ]
    assert sum(line.startswith("  seen") for line in shown) == SENTENCES_SHOWN
    assert "              and 2 more like these; json and csv hold each" in shown


def test_order() -> None:
    """Worse causes first, failed targets after critical ones, within that those of most targets, then by code."""
    observations = [
        on(1, finding("z_rule", Severity.CRITICAL)),
        on(2, finding("a_rule")),
        on(3, finding("b_rule")),
        on(4, finding("b_rule")),
        on(5, finding("c_rule")),
        on(6, finding("d_rule", Severity.NOTICE)),
        failed(target(port=7)),
    ]
    headings = [line for line in lines(*observations) if line and not line.startswith(" ")]
    assert [line.split("(")[1].split(")")[0] for line in headings] == [
        "z_rule",
        "refused",
        "b_rule",
        "a_rule",
        "c_rule",
        "d_rule",
    ]


def test_failed() -> None:
    """Failed targets stand by reason, with advice and no source."""
    assert lines(failed()) == [
        "",
        "failed        Could not be probed (refused), 1 target on 1 host",
        "  seen        connection refused",
        "  at          aes1.example.com:4722",
        "  what to do  check the port, and that the service is switched on at the server",
    ]


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_advice(reason: Reason) -> None:
    """For each reason there is something to do, in one sentence."""
    assert ADVICE[reason][0].islower()
    assert f"({reason})" in lines(failed(reason=reason))[1]


def test_remedies_that_continue() -> None:
    """What some targets need besides is told apart from what all need."""
    plain, more = finding(), replace(finding(), remedy="cure expires_soon. Then call them too")
    assert lines(on(1, more), on(2, plain))[4:7] == [
        "  what to do  cure expires_soon",
        "  also        Then call them too",
        "  at          aes1.example.com:1",
    ]


def test_remedies_that_differ() -> None:
    """Remedies with nothing in common stand each with its targets."""
    assert lines(on(1, finding()), on(2, replace(finding(), remedy="wait")))[4:8] == [
        "  what to do  cure expires_soon",
        "  at          aes1.example.com:1",
        "  what to do  wait",
        "  at          aes1.example.com:2",
    ]


@pytest.mark.parametrize("length", [LONGEST_REPEATED, LONGEST_REPEATED + 1])
def test_remedy_of_two_causes(length: int) -> None:
    """A long remedy is told once, and pointed at from the next cause that needs it; a short one is told again."""
    remedy = "x" * length
    shown = lines(*[on(1, replace(finding(code), remedy=remedy)) for code in ("a_rule", "b_rule")])
    assert shown[4].startswith("  what to do  xxx")
    assert ("  what to do  the same as for a_rule above" in shown) == (length > LONGEST_REPEATED)


def named(*targets: Target) -> str:
    """Return how these targets are named, in order."""
    shown = lines(*[seen(one, findings=(finding(),)) for one in targets])
    return next(line for line in shown if line.startswith("  at")).removeprefix("  at").strip()


@pytest.mark.parametrize(
    ("targets", "text"),
    [
        ((target(port=1), target(port=2), target("b.example.com")), "aes1.example.com:1, :2, b.example.com:4722"),
        ((Target("Main", "aes1.example.com", 443),), "Main (aes1.example.com:443)"),
        (
            (target(port=1), Target("main", "aes1.example.com", 2), Target("next", "aes1.example.com", 3)),
            "aes1.example.com:1, main (aes1.example.com:2), next (aes1.example.com:3)",
        ),
    ],
)
def test_named(targets: tuple[Target, ...], text: str) -> None:
    """Ports of one host follow its name; a target with a name of its own also says where it is."""
    assert named(*targets) == text


def test_named_files() -> None:
    """Files have no host in common."""
    assert named(Target("a.pem", "", 0), Target("b.pem", "", 0)) == "a.pem, b.pem"


def test_named_by_address() -> None:
    """The addresses of one name are each named in full."""
    both = [Target(f"aes1:443@192.0.2.{one}", "aes1", 443, address=f"192.0.2.{one}") for one in (1, 2)]
    assert named(*both) == "aes1:443@192.0.2.1, aes1:443@192.0.2.2"


def test_many_targets() -> None:
    """Beyond a handful, targets are counted."""
    many = [target(f"aes{number}", 1) for number in range(TARGETS_SHOWN + 3)]
    assert named(*many).endswith(f"aes{TARGETS_SHOWN - 1}:1 and 3 more")
