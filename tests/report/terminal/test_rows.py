"""What the table says of one target."""

from dataclasses import replace

import pytest

from aescan.certificates.facts import Certificate, Name
from aescan.findings.model import Severity
from aescan.inventory.model import Addresses, Target
from aescan.report.model import Standing
from aescan.report.terminal.rows import LONGEST_DETAIL, LONGEST_NAME, Row, row
from tests.facts import INTERMEDIATE, LEAF, NOW, ROOT, failed, finding, name, seen, target


def of(leaf: Certificate) -> Row:
    """Return the row of a target that presents this leaf."""
    return row(seen(None, leaf, INTERMEDIATE), NOW)


def test_seen() -> None:
    """A row has where, what, until when, and what was found."""
    made = row(seen(None, LEAF, INTERMEDIATE, findings=(finding("expired", Severity.CRITICAL), finding())), NOW)
    assert made == Row(
        Standing.CRITICAL,
        {
            "severity": "critical",
            "host": "aes1.example.com",
            "service": "dmcc",
            "port": "4722",
            "subject": "aes1.example.com",
            "issuer": "Example Issuing CA",
            "not after": "2027-08-15",
            "days left": "265",
        },
        "aes1.example.com, issued by Example Issuing CA",
        ((Standing.CRITICAL, "Expired"), (Standing.WARNING, "Expires soon")),
    )


def test_failed() -> None:
    """A target that failed has the reason for its words and dashes for the certificate."""
    made = row(failed(), NOW)
    assert made.words == ((Standing.FAILED, "refused: connection refused"),)
    assert made.names == ""
    assert {made.cells[heading] for heading in ("subject", "issuer", "not after", "days left")} == {"–"}


def test_long_detail() -> None:
    """A long detail is cut in the table."""
    ((_, why),) = row(failed(detail="x" * 1000), NOW).words
    assert len(why) == LONGEST_DETAIL


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        (name(("O", "Example"), ("CN", "aes1"), ("CN", "aes2")), "aes2"),
        (name(("O", "Example"), ("OU", "Telephony"), ("CN", " ")), "Telephony"),
        (name(("C", "US"), ("O", "Example")), "Example"),
        (name(("C", "US"), ("ST", "CO")), "ST=CO,C=US"),
        (name(), "(empty)"),
        (None, "(unreadable)"),
        (name(("CN", "x" * 1000)), "x" * (LONGEST_NAME - 1) + "…"),
        (name(("CN", "\x1b[2J")), "\\x1b[2J"),
    ],
)
def test_names(subject: Name | None, shown: str) -> None:
    """A name is shortened to the attribute that tells most: common name, else unit, else organisation, else all."""
    assert of(replace(LEAF, subject=subject)).cells["subject"] == shown
    assert of(replace(LEAF, issuer=subject)).cells["issuer"] == shown
    assert of(replace(LEAF, subject=subject, issuer=subject)).names == f"{shown}, issued by {shown}"


def test_self_signed() -> None:
    """A certificate signed by its own key says so instead of naming itself twice."""
    made = row(seen(None, ROOT), NOW)
    assert made.cells["issuer"] == "(self-signed)"
    assert made.names == "Example Root CA, self-signed"


def test_no_date() -> None:
    """A chain without a readable end has no days left."""
    made = row(seen(None, replace(LEAF, not_after=None)), NOW)
    assert (made.cells["not after"], made.cells["days left"]) == ("unknown", "–")


@pytest.mark.parametrize(
    ("at", "host"),
    [
        (target("aes1.example.com"), "aes1.example.com"),
        (replace(target("aes1.example.com"), address="192.0.2.1"), "aes1.example.com"),
        (replace(target("aes1.example.com"), addresses=Addresses.ALL), "aes1.example.com"),
        (replace(target("aes1"), addresses=Addresses.ALL, address="192.0.2.1"), "192.0.2.1 (aes1)"),
        (target("2001:db8::1"), "2001:db8::1"),
    ],
)
def test_host(at: Target, host: str) -> None:
    """Where a name was scanned on each of its addresses, the address tells the rows apart."""
    assert row(seen(at), NOW).cells["host"] == host


def test_shared() -> None:
    """Rows share an explanation on one host only, and only when everything in it is the same."""
    first, other_port = row(seen(target(port=1)), NOW), row(seen(target(port=2)), NOW)
    assert first.shared == other_port.shared
    assert row(seen(target("aes2.example.com")), NOW).shared != first.shared
    assert row(seen(target(), findings=(finding(),)), NOW).shared != first.shared
    assert of(replace(LEAF, subject=name(("CN", "other")))).shared != first.shared


def test_a_file() -> None:
    """A file stands by its path where others have their host, without a port."""
    shown = row(seen(Target("cas/server.p12", "", 0)), NOW).cells

    assert (shown["host"], shown["port"], shown["service"]) == ("cas/server.p12", "", "")
