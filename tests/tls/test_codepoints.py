"""Tests of ``aescan.tls.codepoints``; tlslite-ng gives a second opinion on the numbers."""

from enum import IntEnum

import pytest

from aescan.tls.codepoints import (
    GROUPS,
    AlertDescription,
    AlertLevel,
    ContentType,
    HandshakeType,
    alert_name,
    cipher_suite_name,
    group_name,
    version_name,
)
from tests.tls import oracle


@pytest.mark.parametrize("ours", [AlertDescription, AlertLevel, ContentType, HandshakeType])
def test_numbers_agree_with_tlslite(ours: type[IntEnum]) -> None:
    """Every number stands under the name that tlslite-ng has for it too."""
    theirs = vars(getattr(oracle, ours.__name__))
    assert {one.name.lower(): one.value for one in ours} == {one.name.lower(): theirs[one.name.lower()] for one in ours}


def test_no_alert_is_missing() -> None:
    """Every alert that tlslite-ng knows has its name here."""
    known = vars(oracle.AlertDescription)
    theirs = {known[name] for name in known if isinstance(known[name], int) and not name.startswith("_")}
    assert theirs <= {alert.value for alert in AlertDescription}


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (0x0002, "SSL 2.0"),
        (0x0300, "SSL 3.0"),
        (0x0301, "TLS 1.0"),
        (0x0302, "TLS 1.1"),
        (0x0303, "TLS 1.2"),
        (0x0304, "TLS 1.3"),
        (0x0305, "0x0305"),
        (0x0000, "0x0000"),
        (0xFEFD, "0xFEFD"),
    ],
)
def test_version_name(number: int, name: str) -> None:
    """A version is called by its name, or by its number when nobody gave it one."""
    assert version_name(number) == name


@pytest.mark.parametrize(
    ("number", "name"),
    [(0x002F, "TLS_RSA_WITH_AES_128_CBC_SHA"), (0x00FF, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"), (0x0A0A, "0x0A0A")],
)
def test_cipher_suite_name(number: int, name: str) -> None:
    """A cipher suite is called by its IANA name, or by its number when the registry has none."""
    assert cipher_suite_name(number) == name


@pytest.mark.parametrize(
    ("number", "name"), [(40, "handshake_failure (40)"), (0, "close_notify (0)"), (200, "unknown alert (200)")]
)
def test_alert_name(number: int, name: str) -> None:
    """An alert is called by the RFC's name and its number, and by its number alone when the RFC has no name."""
    assert alert_name(number) == name


@pytest.mark.parametrize(("number", "name"), [(0x001D, "x25519"), (0x0017, "secp256r1"), (0x0A0A, "0x0A0A")])
def test_group_name(number: int, name: str) -> None:
    """A group of key exchange is called by its IANA name, or by its number when there is none here."""
    assert group_name(number) == name


def test_groups_agree_with_tlslite() -> None:
    """Every group has the number that tlslite-ng has for it too, but for those that are newer."""
    theirs = {name.lower(): number for name, number in vars(oracle.GroupName).items() if isinstance(number, int)}
    ours = {name.lower(): number for number, name in GROUPS.items()}
    assert {name: theirs.get(name, number) for name, number in ours.items()} == ours
    assert {"x25519", "secp256r1", "secp384r1", "secp521r1"} <= set(theirs)
