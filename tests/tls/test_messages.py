"""Tests of ``aescan.tls.messages``."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aescan.errors import ProtocolError
from aescan.tls.messages import (
    MOST_CERTIFICATES,
    CertificateList,
    ServerHello,
    decode_certificate,
    decode_server_hello,
)
from tests.flights import certificate_body, entries, server_hello, vector

HEADER = 4
WHOLE = entries(b"leaf", b"issuer")
"""7 and 9 bytes."""


@pytest.mark.parametrize("session_id", [b"", bytes(32), bytes(255)], ids=["none", "usual", "longest"])
@pytest.mark.parametrize(("version", "cipher_suite"), [(0x0303, 0x002F), (0x0300, 0x0004), (0x0305, 0xFEDC)])
def test_server_hello(version: int, cipher_suite: int, session_id: bytes) -> None:
    """What the server chose is read as it stands, known or not, whatever session id comes before it."""
    body = server_hello(version, cipher_suite, session_id)[HEADER:]
    assert decode_server_hello(body) == ServerHello(version, cipher_suite)


def test_server_hello_cut_at_every_length() -> None:
    """A ServerHello that ends before its cipher suite cannot be read; what comes after is not missed."""
    body = server_hello(session_id=b"id")[HEADER:]
    end_of_suite = 2 + 32 + 3 + 2
    for length in range(end_of_suite):
        with pytest.raises(ProtocolError, match=r"^protocol: message cut short: \d+ bytes expected, \d+ left$"):
            decode_server_hello(body[:length])
    assert decode_server_hello(body[:end_of_suite]) == decode_server_hello(body + b"extensions") == ServerHello(771, 47)


def test_certificate() -> None:
    """Certificates come out byte for byte in the order sent, and an honest list leaves nothing to remark."""
    assert decode_certificate(certificate_body(WHOLE)) == CertificateList((b"leaf", b"issuer"))


def test_certificate_of_any_size() -> None:
    """A certificate may be one byte or as long as a 24-bit length tells."""
    sizes = (1, 0x100, 0x10000)
    found = decode_certificate(certificate_body(entries(*map(bytes, sizes))))
    assert tuple(map(len, found.certificates)) == sizes


@pytest.mark.parametrize(
    ("body", "certificates", "remarks"),
    [
        (certificate_body(b""), 0, ()),
        (
            certificate_body(WHOLE, declared=20),
            2,
            ("certificate list declares 20 bytes, 16 follow",),
        ),
        (
            certificate_body(WHOLE, declared=3),
            2,
            ("certificate list declares 3 bytes, 16 follow",),
        ),
        (
            certificate_body(WHOLE + b"\xff", declared=16),
            2,
            ("certificate list declares 16 bytes, 17 follow", "certificate 3 is cut short and left out"),
        ),
        (
            certificate_body(WHOLE[:-1]),
            1,
            ("certificate 2 is cut short and left out",),
        ),
        (
            certificate_body(b"\xff\xff\xffleaf"),
            0,
            ("certificate 1 is cut short and left out",),
        ),
        (
            certificate_body(entries(b"leaf", b"", b"issuer")),
            1,
            ("empty entry in the certificate list",),
        ),
        (
            certificate_body(b"", declared=0xFFFFFF),
            0,
            ("certificate list declares 16777215 bytes, 0 follow",),
        ),
    ],
    ids=["empty", "too_long", "too_short", "trailing", "cut_entry", "huge_entry", "empty_entry", "nothing_follows"],
)
def test_lying_lengths(body: bytes, certificates: int, remarks: tuple[str, ...]) -> None:
    """Whole certificates are kept where lengths contradict each other, and what was odd is remarked."""
    assert decode_certificate(body) == CertificateList((b"leaf", b"issuer")[:certificates], remarks)


@pytest.mark.parametrize("length", range(3))
def test_certificate_without_a_list(length: int) -> None:
    """A Certificate message too short for the length of its list cannot be read."""
    with pytest.raises(ProtocolError) as caught:
        decode_certificate(bytes(length))
    assert caught.value.detail == f"message cut short: 3 bytes expected, {length} left"


def test_cut_at_every_length() -> None:
    """A Certificate message cut anywhere behind its first certificate still gives that."""
    body = certificate_body(WHOLE)
    whole = {length: len(decode_certificate(body[:length]).certificates) for length in range(3, len(body) + 1)}
    assert whole == {length: (length >= 10) + (length >= 19) for length in range(3, 20)}


def test_too_many_certificates() -> None:
    """Certificates beyond the bound are left out; as many as the bound are kept without a word."""
    listed = entries(*[b"x"] * MOST_CERTIFICATES)
    assert decode_certificate(certificate_body(listed)) == CertificateList((b"x",) * MOST_CERTIFICATES)
    remark = "more than 100 certificates, the rest is left out"
    assert decode_certificate(certificate_body(listed + entries(b"x"))) == CertificateList((b"x",) * 100, (remark,))


def test_cut_at_the_byte_limit() -> None:
    """Of a message known to be incomplete it is only remarked where it was cut, not that its length is wrong."""
    body = certificate_body(WHOLE, declared=99)[:-1]
    cut, missing = (
        "certificate message longer than the limit, cut after 18 bytes",
        "certificate 2 is cut short and left out",
    )
    assert decode_certificate(body, complete=False) == CertificateList((b"leaf",), (cut, missing))


@given(st.binary(max_size=120), st.booleans())
def test_certificate_never_raises_anything_else(body: bytes, complete: bool) -> None:
    """Whatever a Certificate message holds, it is ProtocolError or certificates that stand in it."""
    try:
        found = decode_certificate(body, complete=complete)
    except ProtocolError:
        assert len(body) < 3
    else:
        assert all(vector(3, certificate) in body for certificate in found.certificates)
        assert all(found.certificates)
        assert len(found.remarks) <= 3


@given(st.lists(st.binary(min_size=1, max_size=20), max_size=MOST_CERTIFICATES + 2))
def test_certificates_return(certificates: list[bytes]) -> None:
    """What was encoded is what is decoded, up to the bound."""
    found = decode_certificate(certificate_body(entries(*certificates)))
    assert found.certificates == tuple(certificates[:MOST_CERTIFICATES])
    assert bool(found.remarks) is (len(certificates) > MOST_CERTIFICATES)


@given(st.binary(max_size=80))
def test_server_hello_never_raises_anything_else(body: bytes) -> None:
    """Whatever a ServerHello holds, it is ProtocolError or two numbers that stand in it."""
    try:
        hello = decode_server_hello(body)
    except ProtocolError:
        return
    assert body.startswith(hello.version.to_bytes(2))
    assert hello.cipher_suite.to_bytes(2) in body[34:]
