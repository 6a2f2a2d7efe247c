"""Each thing that becomes different is told once, and nothing that was not known before."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aescan.errors import Reason
from aescan.events.model import Event, Kind, Known, diff
from aescan.findings.model import Severity
from aescan.inventory.model import Target
from aescan.observation import Failed, Observation, Seen
from tests.facts import INTERMEDIATE, LEAF, NOW, ROOT, failed, finding, name, seen

RENEWED = replace(
    LEAF,
    fingerprint_sha256="4f" * 32,
    serial_number=0x1002,
    not_after=NOW + timedelta(days=365),
    public_key_sha256="a4" * 32,
)


def known(*observations: Observation, told: frozenset[str] = frozenset()) -> Known:
    """Return what is known after these observations."""
    chains = [observation.outcome for observation in observations if isinstance(observation.outcome, Seen)]
    return Known(observations[-1], chains[-1] if chains else None, told)


def kinds(events: tuple[Event, ...]) -> list[tuple[str, str]]:
    """Return what happened, with the code or the reason."""
    return [(event.kind, event.facts.get("code") or event.facts.get("reason", "")) for event in events]


@pytest.mark.parametrize("now", [seen(findings=(finding(),)), failed()])
def test_nothing_was_known(now: Observation) -> None:
    """The first sight of a target is no event."""
    assert diff(Known(), now) == ()


@pytest.mark.parametrize("now", [seen(findings=(finding(),)), failed(detail="another", reason=Reason.RESET)])
def test_nothing_new(now: Observation) -> None:
    """The same again is no event, nor a failure for another reason."""
    before = seen(findings=(finding(),)) if isinstance(now.outcome, Seen) else failed()

    assert diff(known(before), replace(now, moment=NOW + timedelta(hours=1))) == ()


def test_lost() -> None:
    """A target that gives no chain any more, and why."""
    (event,) = diff(known(seen()), failed(reason=Reason.RESET, detail="connection\nreset"))

    assert event == Event(
        Kind.TARGET_LOST,
        failed().target,
        NOW,
        None,
        "aes1.example.com:4722 is lost: reset: connection\\x0areset",
        {"reason": "reset"},
    )


def test_back() -> None:
    """A target that gives a chain again; what is different about it is told, too."""
    before = known(seen(findings=(finding("expired", Severity.CRITICAL),)), failed())
    events = diff(before, seen(None, RENEWED, INTERMEDIATE))

    assert kinds(events) == [
        ("target_back", "refused"),
        ("certificate_changed", ""),
        ("finding_cleared", "expired"),
    ]
    assert events[0].text == "aes1.example.com:4722 is back, after refused"


def test_seen_for_the_first_time() -> None:
    """Of a target that never gave a chain nothing is known to be different."""
    assert kinds(diff(known(failed()), seen(findings=(finding(),)))) == [("target_back", "refused")]


def test_findings() -> None:
    """A finding that was not there, and one that is there no more; once each, whatever its number of sentences."""
    old = finding("expires_ahead", Severity.NOTICE)
    new = finding("expires_soon", Severity.WARNING, "the leaf ends in 29 days")
    again = finding("expires_soon", Severity.WARNING, "so does another")
    both = finding("sha1_signature", Severity.CRITICAL)
    events = diff(known(seen(findings=(both, old))), seen(findings=(both, new, again)))

    assert [(event.kind, event.severity, event.text, event.facts) for event in events] == [
        (
            "finding_raised",
            Severity.WARNING,
            "warning finding on aes1.example.com:4722: the leaf ends in 29 days",
            {"code": "expires_soon", "severity": "warning"},
        ),
        (
            "finding_cleared",
            None,
            "finding on aes1.example.com:4722 is over: Expires ahead",
            {"code": "expires_ahead", "severity": "notice"},
        ),
    ]


def test_another_certificate() -> None:
    """What is different about the new one."""
    (event,) = diff(known(seen()), seen(None, RENEWED, INTERMEDIATE))

    assert event.kind is Kind.CERTIFICATE_CHANGED
    assert event.text == (
        "aes1.example.com:4722 presents another certificate, with a new key and the same issuer: "
        "CN=aes1.example.com,O=Example,C=US, valid until 2027-11-23T12:00:00Z; "
        "before it CN=aes1.example.com,O=Example,C=US, valid until 2027-08-15T12:00:00Z"
    )
    assert event.facts == {
        "fingerprint_sha256": "4f" * 32,
        "former_fingerprint_sha256": "1f" * 32,
        "not_after": "2027-11-23T12:00:00Z",
        "former_not_after": "2027-08-15T12:00:00Z",
        "same_key": "false",
        "same_issuer": "true",
        "subject": "CN=aes1.example.com,O=Example,C=US",
        "issuer": "CN=Example Issuing CA,O=Example,C=US",
        "serial_number": "1002",
    }


def test_another_intermediate_alone() -> None:
    """The leaf is the target's certificate."""
    assert diff(known(seen(None, LEAF, INTERMEDIATE)), seen(None, LEAF, ROOT)) == ()


@pytest.mark.parametrize("turned", [False, True])
def test_a_certificate_that_cannot_be_read(turned: bool) -> None:
    """What is not known is not said to be the same, nor different."""
    unreadable = replace(
        LEAF,
        fingerprint_sha256="5f" * 32,
        subject=None,
        issuer=None,
        serial_number=None,
        not_after=None,
        public_key_sha256=None,
    )
    pair = [seen(None, LEAF), seen(None, unreadable)]
    before, now = reversed(pair) if turned else pair
    (event,) = diff(known(before), now)

    assert event.text.count("a key that cannot be compared and an issuer that cannot be compared") == 1
    assert event.text.count("certificate 5f5f5f5f5f5f5f5f…, valid until an unknown date") == 1
    assert not {"same_key", "same_issuer"} & set(event.facts)
    assert all(event.facts.values())


def test_text_of_strangers() -> None:
    """Names that a server or an inventory made up are fit to show."""
    hostile = replace(RENEWED, subject=name(("CN", "a\nb\u202e")), issuer=name(("CN", "\x1b[2J")))
    target = Target("odd\nname", "192.0.2.1", 443)
    (changed,) = diff(known(seen(target)), seen(target, hostile))
    (lost,) = diff(known(seen(target)), replace(seen(target), outcome=Failed(Reason.PLAINTEXT, "\x00\x1b[2J")))
    for event in changed, lost:
        assert event.text.isprintable()
        assert all(value.isprintable() for value in event.facts.values())


def test_what_another_process_told() -> None:
    """
    Findings that were known before a restart are not raised again.

    Some of them cannot be judged anew from what was kept; a rule that is new since is no news of the target.
    """
    skew, new_rule = finding("clock_skew"), finding("new_rule")
    before = known(seen(findings=(new_rule,)), told=frozenset({"clock_skew", "expired"}))

    assert kinds(diff(before, seen(findings=(skew, new_rule, finding("weak_key"))))) == [
        ("finding_raised", "weak_key"),
        ("finding_cleared", "expired"),
    ]
