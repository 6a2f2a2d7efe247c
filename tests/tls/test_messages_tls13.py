"""Tests of what ``aescan.tls.messages`` reads of TLS 1.3: RFC 8448's messages, and messages that lie."""

from hashlib import sha256

import pytest

from aescan.errors import ProtocolError
from aescan.tls.messages import RETRY_RANDOM, Tls13ServerHello, decode_certificate, decode_tls13_server_hello
from tests.flights import entries, vector
from tests.tls.tls13_server import TLS13, extension, retry_request, server_hello
from tests.tls.traces import trace

CHAIN = (b"leaf", b"issuer")
LISTED = b"".join(entries(one) + vector(2, b"") for one in CHAIN)
HEAD = b"\x03\x03" + bytes(32) + b"\x00" + b"\x00\x2f" + b"\x00"


def test_server_hello() -> None:
    """The ServerHello of RFC 8448 section 3 chooses TLS 1.3, a suite and a group, and brings the server's key."""
    hello = decode_tls13_server_hello(trace(3)["server_hello"][9:])
    assert hello == Tls13ServerHello(
        0x0304,
        0x1301,
        retry=False,
        group=0x001D,
        key=bytes.fromhex("c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f"),
    )


def test_hello_retry_request() -> None:
    """The HelloRetryRequest of RFC 8448 section 5 asks for a group and wants a cookie repeated."""
    asked = decode_tls13_server_hello(trace(5)["hello_retry_request"][9:])
    assert (asked.version, asked.retry, asked.group, asked.key, len(asked.cookie)) == (0x0304, True, 0x0017, b"", 114)


def test_the_mark_of_a_retry_request() -> None:
    """The random of a HelloRetryRequest is the SHA-256 of its name (RFC 8446 section 4.1.3)."""
    assert sha256(b"HelloRetryRequest").digest() == RETRY_RANDOM


def test_older_hellos() -> None:
    """A ServerHello without extensions, or without supported_versions, is of the version in the old field."""
    for body in HEAD, HEAD + b"\x00\x00", HEAD + vector(2, extension(0xFF01, b"\x00")):
        assert decode_tls13_server_hello(body) == Tls13ServerHello(0x0303, 0x002F, retry=False)


def test_nothing_asked_for() -> None:
    """A key share or a cookie that is not there is None or empty; unknown extensions are passed over."""
    assert decode_tls13_server_hello(retry_request(b"")[4:]) == Tls13ServerHello(0x0304, 0x1301, retry=True)
    odd = server_hello(extension(0x0A0A, b"grease") + TLS13)
    assert decode_tls13_server_hello(odd[4:]) == Tls13ServerHello(0x0304, 0x1301, retry=False)


@pytest.mark.parametrize("section", [3, 5])
def test_cut_short(section: int) -> None:
    """A ServerHello cut anywhere is a protocol error, but where it ends before its extensions, as old ones do."""
    body = trace(section)["server_hello"][9:]
    for length in {*range(len(body))} - {38}:
        with pytest.raises(ProtocolError):
            decode_tls13_server_hello(body[:length])
    assert decode_tls13_server_hello(body[:38]).version == 0x0303


def test_certificate() -> None:
    """The Certificate message of RFC 8448 section 3 holds the one certificate printed there."""
    message = trace(3)["certificate"]
    found = decode_certificate(message[4:], tls13=True)
    assert (found.certificates, found.remarks) == ((message[11:-2],), ())


@pytest.mark.parametrize(
    ("body", "certificates", "remarks"),
    [
        (b"\x00" + vector(3, LISTED), CHAIN, ()),
        (b"\x03abc" + vector(3, LISTED), CHAIN, ()),
        (b"\x00" + vector(3, b""), (), ()),
        (b"\x00" + vector(3, LISTED[:-1]), CHAIN, ("the extensions of certificate 2 are cut short",)),
        (b"\x00" + vector(3, LISTED[:-2]), CHAIN, ("the extensions of certificate 2 are cut short",)),
        (b"\x00" + vector(3, LISTED[:-3]), CHAIN[:1], ("certificate 2 is cut short and left out",)),
        (
            b"\x00" + vector(3, entries(b"leaf") + b"\xff\xff" + entries(b"issuer") + b"\x00\x00"),
            CHAIN[:1],
            ("the extensions of certificate 1 are cut short",),
        ),
        (b"\x00" + vector(3, entries(b"") + b"\x00\x00"), (), ("empty entry in the certificate list",)),
        (
            b"\x00" + (len(LISTED) - 1).to_bytes(3) + LISTED,
            CHAIN,
            (f"certificate list declares {len(LISTED) - 1} bytes, {len(LISTED)} follow",),
        ),
        (
            b"\x00" + vector(3, (entries(b"one") + b"\x00\x00") * 101),
            (b"one",) * 100,
            ("more than 100 certificates, the rest is left out",),
        ),
    ],
)
def test_certificate_lists(body: bytes, certificates: tuple[bytes, ...], remarks: tuple[str, ...]) -> None:
    """Whole certificates are kept whatever is wrong around them, and what is wrong is said."""
    found = decode_certificate(body, tls13=True)
    assert (found.certificates, found.remarks) == (certificates, remarks)


@pytest.mark.parametrize("body", [b"", b"\x05abc", b"\x00", b"\x00\x00\x00"])
def test_no_list(body: bytes) -> None:
    """A message that ends before the length of its list is a protocol error."""
    with pytest.raises(ProtocolError):
        decode_certificate(body, tls13=True)
