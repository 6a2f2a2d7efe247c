"""The promises of decoding are kept whatever the bytes: cut, changed, swollen, or none of a certificate's at all."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.certificates import encode
from tests.certificates.encode import (
    BITS,
    DNS,
    OID,
    SET,
    algorithm,
    attribute,
    certificate,
    extension,
    integer,
    name,
    sequence,
    tlv,
)
from tests.certificates.promise import decoded, named
from tests.certs import odd_certificate

SOUND = certificate(extensions=encode.EXTENSIONS)


@pytest.mark.parametrize("case", [None, "rsa_pss_sha256", "dsa_sha1"])
def test_cut_at_every_length(case: str | None) -> None:
    """However early a certificate ends, it is told to be none."""
    der = odd_certificate(case) if case else SOUND
    for length in range(len(der)):
        assert named(decoded(der[:length]))[0] == "certificate"


@pytest.mark.parametrize("change", [0x01, 0x20, 0x80, 0xFF])
def test_every_byte_changed(change: int) -> None:
    """Whatever bits of whichever byte are turned over, the facts keep their promises."""
    for position, byte in enumerate(SOUND):
        decoded(SOUND[:position] + bytes((byte ^ change,)) + SOUND[position + 1 :])


@pytest.mark.parametrize(
    "part",
    [
        {"signature": algorithm("1.2.840.113549.1.1.5", tlv(OID, b"\x81" * 100_000 + b"\x01"))},
        {"signature": sequence(tlv(OID, b"\x81" * 100_000 + b"\x01"))},
        {"version": tlv(encode.EXPLICIT_0, integer(1 << 800_000))},
        {"serial": integer(1 << 800_000)},
        {"subject": name(*[attribute("2.5.4.3", "a")] * 10_000)},
        {"subject": sequence(tlv(SET, *[attribute("2.5.4.3", "a")] * 10_000))},
        {"extensions": (extension("2.5.29.17", sequence(*[tlv(DNS, b"a")] * 10_000)),)},
        {"extensions": (extension("2.5.29.17", b"\xa4\x82\xff\xff" * 10_000),)},
        {
            "key": sequence(
                algorithm("1.2.840.113549.1.1.1"), tlv(BITS, b"\x00" + sequence(integer(1 << 800_000), integer(3)))
            )
        },
    ],
    ids=["oid in parameters", "oid", "version", "serial", "names", "one name", "alternative names", "nested", "key"],
)
def test_parts_beyond_all_measure(part: dict[str, Any]) -> None:
    """A part of 100 kB is told or named, and hides nothing of the rest."""
    facts = decoded(certificate(**part))
    assert facts.issuer is not None
    assert facts.issuer.text == "CN=Example CA,O=Example,C=US"


@settings(max_examples=300, derandomize=True)
@given(st.binary(max_size=300))
def test_any_bytes(der: bytes) -> None:
    """No bytes make it raise."""
    decoded(der)
    decoded(sequence(sequence(der), algorithm("1.2.3")))
    decoded(certificate(subject=name(der)))


@settings(max_examples=300, derandomize=True)
@given(
    st.just(SOUND) | st.sampled_from(("ed25519", "dsa_sha256")).map(odd_certificate),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 4), st.binary(max_size=4)), min_size=1, max_size=6),
)
def test_any_changes(der: bytes, changes: list[tuple[int, int, bytes]]) -> None:
    """No change to a certificate, at several places at once, makes it raise."""
    for position, removed, inserted in changes:
        der = der[:position] + inserted + der[position + removed :]
    decoded(der)
