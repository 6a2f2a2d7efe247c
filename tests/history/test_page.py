"""What people read of a history."""

from dataclasses import replace
from datetime import datetime

from aescan.certificates.facts import Certificate
from aescan.errors import Reason
from aescan.history.model import Change, Known, Period
from aescan.history.page import of_changes, of_target
from aescan.inventory.model import Target
from aescan.observation import Failed
from tests.facts import LEAF, NOW, ROOT, name
from tests.history.samples import ONE, after

MOVED = replace(ONE, port=8443, address="192.0.2.1", server_name=None)
UNREADABLE = replace(
    LEAF, fingerprint_sha256="5f" * 32, subject=None, issuer=None, serial_number=None, not_after=None,
    public_key_sha256=None,
)  # fmt: skip


def known(of: Target, failed: Failed | None = None) -> Known:
    """Return what is known of a target."""
    return Known(of, NOW, 0.1, 1, failed, None, changes=1)


def period(leaf: Certificate, first: datetime, last: datetime, of: Target = ONE) -> Period:
    """Return a time during which a target presented a leaf."""
    return Period(of, leaf, first, last)


def test_a_target() -> None:
    """Literally: what a name meant, each with what it presented and when."""
    failed = Failed(Reason.PLAINTEXT, "answered \x1b[2J")
    periods = [
        period(LEAF, NOW, after(days=1)),
        period(ROOT, after(days=2), after(days=3)),
        period(LEAF, NOW, NOW, MOVED),
    ]

    assert "\n".join(of_target([known(ONE, failed), known(MOVED)], periods)) == (
        "aes1.example.com:4722 (aes1.example.com:4722, server name aes1.example.com)\n"
        "last probe 2026-11-23 12:00:00 UTC: plaintext: answered \\x1b[2J\n"
        "\n"
        "2026-11-23 12:00:00 UTC to 2026-11-24 12:00:00 UTC\n"
        "  CN=aes1.example.com,O=Example,C=US, from CN=Example Issuing CA,O=Example,C=US,"
        " valid until 2027-08-15 12:00:00 UTC\n"
        f"  serial number 1001, SHA-256 {'1f' * 32}\n"
        "\n"
        "2026-11-25 12:00:00 UTC to 2026-11-26 12:00:00 UTC\n"
        "  CN=Example Root CA,O=Example,C=US, from CN=Example Root CA,O=Example,C=US,"
        " valid until 2041-05-28 12:00:00 UTC\n"
        f"  serial number 3001, SHA-256 {'3f' * 32}\n"
        "  a new key, another issuer\n"
        "\n"
        "aes1.example.com:4722 (aes1.example.com:8443, address 192.0.2.1)\n"
        "last probe 2026-11-23 12:00:00 UTC: seen\n"
        "\n"
        "2026-11-23 12:00:00 UTC to 2026-11-23 12:00:00 UTC\n"
        "  CN=aes1.example.com,O=Example,C=US, from CN=Example Issuing CA,O=Example,C=US,"
        " valid until 2027-08-15 12:00:00 UTC\n"
        f"  serial number 1001, SHA-256 {'1f' * 32}"
    )


def test_changes() -> None:
    """Literally; what could not be read is said to be unknown."""
    renewed = replace(LEAF, serial_number=0x1002)
    first = Change(period(LEAF, NOW, after(days=1)), period(renewed, after(days=2), after(days=3)))
    second = Change(first.new, period(UNREADABLE, after(days=4), after(days=4)))

    assert "\n".join(of_changes([first, second])) == (
        "2026-11-25 12:00:00 UTC  aes1.example.com:4722\n"
        "  from CN=aes1.example.com,O=Example,C=US, from CN=Example Issuing CA,O=Example,C=US,"
        " valid until 2027-08-15 12:00:00 UTC\n"
        "       first seen 2026-11-23 12:00:00 UTC, last seen 2026-11-24 12:00:00 UTC\n"
        "  to   CN=aes1.example.com,O=Example,C=US, from CN=Example Issuing CA,O=Example,C=US,"
        " valid until 2027-08-15 12:00:00 UTC\n"
        "       the same key, the same issuer\n"
        "2026-11-27 12:00:00 UTC  aes1.example.com:4722\n"
        "  from CN=aes1.example.com,O=Example,C=US, from CN=Example Issuing CA,O=Example,C=US,"
        " valid until 2027-08-15 12:00:00 UTC\n"
        "       first seen 2026-11-25 12:00:00 UTC, last seen 2026-11-26 12:00:00 UTC\n"
        "  to   certificate 5f5f5f5f5f5f5f5f…, from an unknown issuer, valid until an unknown date\n"
        "       a key that cannot be compared, an issuer that cannot be compared"
    )


def test_text_of_strangers() -> None:
    """Names from certificates and inventories are shown, not obeyed."""
    hostile = replace(UNREADABLE, subject=name(("CN", "\x1b[2J")), issuer=name(("CN", "\u202e" * 500)))
    odd = replace(ONE, name="\x07", host="\x1b[2J", server_name="\x00")
    told = [
        *of_target([known(odd)], [period(hostile, NOW, NOW, odd)]),
        *of_changes([Change(period(hostile, NOW, NOW, odd), period(hostile, NOW, NOW, odd))]),
    ]

    assert all(line.isprintable() for line in told)
