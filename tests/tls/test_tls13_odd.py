"""Flights of TLS 1.3 that no server of ours sends: refusals, lies, floods; each ends as it should."""

from collections.abc import Callable
from hashlib import sha256

import pytest

from aescan.errors import ProbeError, ProtocolError, Reason
from aescan.tls.capture import ClientCertificate
from aescan.tls.codepoints import ContentType, HandshakeType
from aescan.tls.flight import MOST_BYTES, MOST_RECORDS
from aescan.tls.key_exchange import SECP256R1, SECP384R1, X25519
from aescan.tls.tls13 import LONGEST_COOKIE
from tests.flights import alert, cut, entries, handshake, record, vector
from tests.flights import certificate as certificate_in_clear
from tests.tls import oracle
from tests.tls.tls13_server import (
    CERTIFICATE,
    CHAIN,
    CHANGE_CIPHER_SPEC,
    EXTENSIONS,
    FINISHED,
    HELLO,
    TLS13,
    VERIFY,
    Server,
    answered,
    certificate,
    client,
    extension,
    fixed_pair,
    outcome,
    refused,
    retry_request,
    server_hello,
)

KEY = fixed_pair(X25519, 9).public


def key_share(group: int = X25519, key: bytes = KEY) -> bytes:
    """Return the extension key_share of a ServerHello."""
    return extension(51, group.to_bytes(2) + vector(2, key))


def asking(group: int) -> bytes:
    """Return the extension key_share of a HelloRetryRequest."""
    return extension(51, group.to_bytes(2))


def cookie(length: int) -> bytes:
    """Return an extension cookie of so many bytes."""
    return extension(44, vector(2, b"\x42" * length))


HELLO_RETRY = record(retry_request(asking(SECP384R1)))
LONG_RETRY = b"".join(map(record, cut(retry_request(asking(SECP384R1) + cookie(LONGEST_COOKIE + 1)), [2**14])))


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (
            record(server_hello(b"")),
            "agreeing on a version: the server chose TLS 1.2, though nothing but TLS 1.3 was offered",
        ),
        (
            record(server_hello(extension(43, b"\x7f\x1c") + key_share())),
            "agreeing on a version: the server chose 0x7F1C, though nothing but TLS 1.3 was offered",
        ),
        (
            record(handshake(2, b"\x03\x01" + bytes(32) + b"\x00" + b"\x00\x2f\x00")),  # before there were extensions
            "agreeing on a version: the server chose TLS 1.0, though nothing but TLS 1.3 was offered",
        ),
        (
            record(server_hello(TLS13 + key_share(), cipher_suite=0x002F)),
            "agreeing on keys: the server chose the cipher suite TLS_RSA_WITH_AES_128_CBC_SHA, which was not offered",
        ),
        (
            record(server_hello(TLS13)),
            "agreeing on keys: the server sent no key share, ours were of x25519, secp256r1",
        ),
        (
            record(server_hello(TLS13 + key_share(SECP384R1))),
            "agreeing on keys: the server sent a key share of secp384r1, ours were of x25519, secp256r1",
        ),
        (
            record(server_hello(TLS13 + key_share(key=bytes(32)))),
            "agreeing on keys: the server's key share of 32 bytes is no public key of x25519",
        ),
        (
            record(server_hello(TLS13 + key_share(SECP256R1, b"\x04" + bytes(64)))),
            "agreeing on keys: the server's key share of 65 bytes is no public key of secp256r1",
        ),
        (
            record(retry_request(asking(0x11EC))),
            "agreeing on keys: the server asked for a key of X25519MLKEM768, which was not offered",
        ),
        (HELLO_RETRY + HELLO_RETRY, "agreeing on keys: a second HelloRetryRequest"),
        (LONG_RETRY, f"agreeing on keys: the server wants {LONGEST_COOKIE + 1} bytes of cookie repeated"),
        (record(server_hello(TLS13 + b"\x00\x33\x00")), "message cut short: 2 bytes expected, 1 left"),
        (record(handshake(2, b"\x03")), "message cut short: 2 bytes expected, 1 left"),
        (record(EXTENSIONS), "reading the server's flight: message of type 8 instead of a ServerHello"),
        (
            record(certificate_in_clear(*CHAIN)),
            "reading the server's flight: a certificate instead of a ServerHello",
        ),
        (
            Server().hello + record(EXTENSIONS),
            "reading the server's flight: a handshake record in clear after the ServerHello",
        ),
        (
            record(bytes(40), ContentType.APPLICATION_DATA),
            "reading the server's flight: application data before its certificate",
        ),
        (
            Server().hello + record(bytes(40), ContentType.APPLICATION_DATA),
            "decrypting the server's flight: protected record 0 of 40 bytes does not decrypt under the keys agreed on",
        ),
        (
            Server().hello + Server().protected(b"\x00", ContentType.APPLICATION_DATA),
            "reading the server's flight: application data before its certificate",
        ),
        (
            Server().flight(EXTENSIONS + handshake(HandshakeType.COMPRESSED_CERTIFICATE, bytes(9))),
            "reading the server's flight: a compressed certificate, which was not offered",
        ),
        (Server().hello + b"HTTP/", "reading the server's flight: 48 54 54 50 2f is not the header of a TLS record"),
    ],
)
def test_broken(answer: bytes, detail: str) -> None:
    """What breaks the protocol is said in a sentence."""
    error = refused([answer])
    assert isinstance(error, ProtocolError)
    assert error.detail == detail


@pytest.mark.parametrize(
    ("answer", "reason", "detail"),
    [
        (b"HTTP/1.1 400", Reason.PLAINTEXT, 'the port answered the ClientHello without TLS: "HTTP/1.1 400"'),
        (alert(70), Reason.ALERT, "the server answered with protocol_version (70)"),
        (Server().hello + alert(80), Reason.ALERT, "the server answered with internal_error (80)"),
        (
            Server().hello + Server().protected(b"\x02\x74", ContentType.ALERT),
            Reason.ALERT,
            "the server answered with certificate_required (116)",
        ),
        (
            Server().hello + Server().protected(b"\x01\x00", ContentType.ALERT),
            Reason.CLOSED,
            "the server sent close_notify instead of a certificate",
        ),
        (
            Server().flight(EXTENSIONS + FINISHED),
            Reason.NO_CERTIFICATE,
            "the server's encrypted flight has no Certificate message",
        ),
        (
            Server().flight(EXTENSIONS + VERIFY),
            Reason.NO_CERTIFICATE,
            "the server's encrypted flight has no Certificate message",
        ),
        (
            Server().flight(EXTENSIONS + certificate()),
            Reason.NO_CERTIFICATE,
            "the server's Certificate message holds no certificate: its list is empty",
        ),
        (b"", Reason.CLOSED, "the server closed the connection before its certificate was complete"),
    ],
)
def test_refusals(answer: bytes, reason: Reason, detail: str) -> None:
    """A server that gives no certificate says so in clear or protected; the reason is of the closed set."""
    error = refused([answer])
    assert (error.reason, error.detail) == (reason, detail)


def test_alerts_keep_their_number() -> None:
    """A protected alert has its number, for the ladder to climb by."""
    assert refused([Server().hello + Server().protected(b"\x02\x28", ContentType.ALERT)]).alert == 40


def test_warnings_are_remarks() -> None:
    """A protected warning does not stop the capture; nor does a message that nobody knows, nor EncryptedExtensions."""
    server = Server()
    said = server.hello + server.protected(b"\x01\x70", ContentType.ALERT)
    answer = answered([said + server.protected(EXTENSIONS + handshake(99) + CERTIFICATE)])
    assert answer.certificates == CHAIN
    assert answer.remarks == (
        "the server warned: unrecognized_name (112)",
        "unexpected handshake message of type 99 skipped",
    )


def test_hello_request_is_skipped() -> None:
    """A HelloRequest before the ServerHello means nothing."""
    assert answered([record(handshake(HandshakeType.HELLO_REQUEST)) + Server().flight()]).certificates == CHAIN


def test_change_cipher_specs_are_skipped() -> None:
    """ChangeCipherSpec means nothing wherever it stands, in whatever number below the bound on records."""
    server = Server()
    many = CHANGE_CIPHER_SPEC * 100
    assert answered([many + server.hello + many + server.protected(EXTENSIONS + CERTIFICATE)]).certificates == CHAIN


def test_context_and_extensions() -> None:
    """A context before the list and extensions behind a certificate are passed over."""
    told = EXTENSIONS + certificate(*CHAIN, context=b"context", extensions=extension(5, bytes(300)))
    answer = answered([Server().flight(told)])
    assert (answer.certificates, answer.remarks) == (CHAIN, ())


def test_lying_lengths() -> None:
    """Whole certificates of a list that contradicts itself are kept, with a remark."""
    listed = b"".join(entries(one) + vector(2, b"") for one in CHAIN)
    told = handshake(HandshakeType.CERTIFICATE, b"\x00" + (len(listed) + 9).to_bytes(3) + listed)
    answer = answered([Server().flight(EXTENSIONS + told)])
    assert answer.certificates == CHAIN
    assert answer.remarks == (f"certificate list declares {len(listed) + 9} bytes, {len(listed)} follow",)


def test_asked_once_more() -> None:
    """A request that names a group is answered with that key alone, and with the cookie where there is one."""
    flight = client()
    first = flight.data_to_send()
    assert flight.feed(record(retry_request(asking(SECP384R1) + cookie(LONGEST_COOKIE)))) is None
    second = flight.data_to_send()
    assert first[:3] == bytes.fromhex("160301")
    assert second[:9] == CHANGE_CIPHER_SPEC + bytes.fromhex("160303")
    message = second[11:]
    assert message[4:80] == first[9:85]  # version, random, session id and suites stay
    parsed = oracle.ClientHello().parse(oracle.Parser(bytearray(message[1:])))
    (share,) = parsed.getExtension(51).client_shares
    assert (share.group, bytes(share.key_exchange)) == (SECP384R1, fixed_pair(SECP384R1).public)
    assert bytes(parsed.getExtension(44).cookie) == b"\x42" * LONGEST_COOKIE


@pytest.mark.parametrize("asked", [cookie(9), asking(X25519), asking(SECP256R1) + cookie(1), b""])
def test_any_request_is_answered(asked: bytes) -> None:
    """A cookie alone, a group that had its key share, or nothing asked for: the flight after it is read."""
    group = SECP256R1 if asked[4:6] == b"\x00\x17" else X25519
    flight = client()
    first, request = flight.data_to_send()[5:], retry_request(asked)
    assert flight.feed(record(request)) is None
    second = flight.data_to_send()[11:]
    hashed = handshake(HandshakeType.MESSAGE_HASH, digest(first))
    server = Server(group=group, transcript=hashed + request + second)
    answer = flight.feed(server.flight())
    assert answer
    assert answer.certificates == CHAIN
    assert server.alerts(flight.data_to_send()) == [b"\x01\x5a", b"\x01\x00"]


def digest(data: bytes) -> bytes:
    """Return the SHA-256 of ``data``."""
    return sha256(data).digest()


def endless_change_cipher_specs() -> list[bytes]:
    """Return records that mean nothing, without end."""
    return [CHANGE_CIPHER_SPEC] * (MOST_RECORDS + 1)


def endless_protected_warnings() -> list[bytes]:
    """Return protected warnings without end."""
    server = Server()
    return [server.hello, *(server.protected(b"\x01\x70", ContentType.ALERT) for _ in range(MOST_RECORDS))]


def endless_padding() -> list[bytes]:
    """Return protected records without content."""
    server = Server()
    return [server.hello, *(server.protected(b"") for _ in range(MOST_RECORDS))]


def endless_message() -> list[bytes]:
    """Return a message of 16 MiB that begins."""
    server = Server()
    said = handshake(HandshakeType.ENCRYPTED_EXTENSIONS)[:1] + b"\xff\xff\xff"
    return [server.hello, server.protected(said), *(server.protected(bytes(16000)) for _ in range(17))]


@pytest.mark.parametrize(
    "flood", [endless_change_cipher_specs, endless_protected_warnings, endless_padding, endless_message]
)
def test_floods_end(flood: Callable[[], list[bytes]]) -> None:
    """A server that never comes to its certificate is left within the bounds, however it is cut."""
    pieces = flood()
    for stream in pieces, [b"".join(pieces)]:
        error = refused(stream)
        assert isinstance(error, ProtocolError)
        assert error.detail.startswith("reading the server's flight: no certificate within ")


def test_certificates_beyond_the_limit() -> None:
    """Of a Certificate message longer than the limit the whole certificates are kept."""
    server = Server()
    listed = b"".join(entries(bytes([number]) * 30000) + vector(2, b"") for number in range(1, 12))
    said = server.protected(EXTENSIONS) + b"".join(
        map(server.protected, cut(handshake(HandshakeType.CERTIFICATE, b"\x00" + vector(3, listed)), [16000]))
    )
    flight = client()
    answer = flight.feed(server.hello + said)
    assert answer
    assert answer.certificates == tuple(bytes([number]) * 30000 for number in range(1, 9))
    assert answer.remarks[0].startswith("certificate message longer than the limit, cut after ")
    assert answer.client_certificate is ClientCertificate.NOT_REQUESTED
    assert len(said) > MOST_BYTES
    assert server.alerts(flight.data_to_send()) == [b"\x01\x5a", b"\x01\x00"]


def test_every_bit_of_the_hello_counts() -> None:
    """A ServerHello damaged on the way brings keys that decrypt nothing, or an error of its own; never a chain."""
    server = Server()
    rest = server.flight()[len(server.hello) :]
    for place in range(9, len(server.hello)):
        hello = bytearray(server.hello)
        hello[place] ^= 1
        assert isinstance(outcome([bytes(hello) + rest]), ProbeError)


def test_the_name_is_in_the_hello() -> None:
    """What is said first is the hello in a record of version 3.1, with the name asked for."""
    sent = client().data_to_send()
    assert sent[:3] == bytes.fromhex("160301")
    assert (HELLO.server_name or "").encode() in sent
