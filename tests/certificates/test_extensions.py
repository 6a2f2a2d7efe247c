"""Extensions from bytes, where the library refuses one of them; what both read is compared for every certificate."""

import pytest

from aescan.certificates.extensions import Extensions, walk
from aescan.certificates.facts import BasicConstraints
from tests.certificates.encode import BOOLEAN, DNS, IP, integer, oid, sequence, tlv

BITS, OCTETS = 0x03, 0x04


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("2.5.29.17", sequence(tlv(DNS, b"a.example"), tlv(0x81, b"a@b")), Extensions(dns_names=("a.example",))),
        ("2.5.29.17", sequence(tlv(DNS, b"b\xff\x1b")), Extensions(dns_names=("b\ufffd\\x1b",))),
        ("2.5.29.17", sequence(tlv(IP, bytes(4)), tlv(IP, bytes(5))), Extensions(ip_addresses=("0.0.0.0",))),  # noqa: S104
        ("2.5.29.17", tlv(DNS, b"a.example"), Extensions()),
        ("2.5.29.15", tlv(BITS, b"\x00\x81"), Extensions(key_usage=("digitalSignature",))),
        ("2.5.29.15", tlv(BITS, b""), Extensions(key_usage=())),
        ("2.5.29.15", tlv(OCTETS, b"\x00\x80"), Extensions()),
        ("2.5.29.37", sequence(oid("1.3.6.1.5.5.7.3.1"), b"\x06\x00"), Extensions(extended_key_usage=("serverAuth",))),
        ("2.5.29.37", sequence(), Extensions(extended_key_usage=())),
        ("2.5.29.37", tlv(OCTETS, b""), Extensions()),
        ("2.5.29.19", sequence(tlv(BOOLEAN, b"\x01")), Extensions(basic_constraints=BasicConstraints(True, None))),
        ("2.5.29.19", sequence(integer(3)), Extensions(basic_constraints=BasicConstraints(False, 3))),
        ("2.5.29.19", sequence(tlv(0x02, bytes(99))), Extensions(basic_constraints=BasicConstraints(False, None))),
        ("2.5.29.19", b"", Extensions()),
        ("2.5.29.14", tlv(OCTETS, b"\x01\x02"), Extensions(subject_key_identifier="0102")),
        ("2.5.29.14", b"", Extensions()),
        ("2.5.29.35", sequence(tlv(0x82, b"x"), tlv(0x80, b"\x03")), Extensions(authority_key_identifier="03")),
        ("2.5.29.35", sequence(tlv(0x82, b"x")), Extensions()),
        ("1.2.3", b"\xff", Extensions()),
    ],
)
def test_walk(kind: str, value: bytes, expected: Extensions) -> None:
    """Each extension tells its own, as far as it can be followed."""
    assert walk([(kind, value)]) == expected


def test_the_first_of_two_counts() -> None:
    """An extension that stands twice does not take back what it said first."""
    first, second = (tlv(OCTETS, bytes((number,))) for number in (1, 2))

    assert walk([("2.5.29.14", first), ("2.5.29.14", second)]).subject_key_identifier == "01"
