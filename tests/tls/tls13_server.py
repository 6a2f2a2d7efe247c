"""
Servers of TLS 1.3 for the tests: one that says what it is told, protected, and OpenSSL in memory.

The client's random and private keys are always the same here, so that what a server once answered can be fed again,
whole, in pieces or damaged.
"""

import ssl
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec, x25519

from aescan.errors import ProbeError
from aescan.tls.codepoints import ContentType, HandshakeType
from aescan.tls.flight import Answer
from aescan.tls.hellos import Tls13Hello
from aescan.tls.key_exchange import SECP256R1, SECP384R1, SECP521R1, X25519, CurvePair, KeyPair, X25519Pair
from aescan.tls.key_schedule import SUITES, Protection, handshake_traffic_secrets
from aescan.tls.messages import RETRY_RANDOM
from aescan.tls.tls13 import Tls13Flight
from tests import flights
from tests.flights import cut, entries, handshake, record, records, vector

NAME = "aes1.example.com"
HELLO = Tls13Hello(NAME, bytes(range(32)), bytes(range(32, 64)))
CURVES: Mapping[int, ec.EllipticCurve] = {
    SECP256R1: ec.SECP256R1(),
    SECP384R1: ec.SECP384R1(),
    SECP521R1: ec.SECP521R1(),
}
CHANGE_CIPHER_SPEC = record(b"\x01", ContentType.CHANGE_CIPHER_SPEC)
CHAIN = (b"leaf", b"issuer")


def fixed_pair(group: int, number: int = 7) -> KeyPair:
    """Return always the same pair of a group for the same number."""
    if group == X25519:
        return X25519Pair(x25519.X25519PrivateKey.from_private_bytes(bytes([number]) * 32))
    return CurvePair(group, ec.derive_private_key(number, CURVES[group]))


def client(hello: Tls13Hello = HELLO) -> Tls13Flight:
    """Return a conversation whose hello is always the same."""
    return Tls13Flight(hello, fixed_pair)


def outcome(pieces: Iterable[bytes], flight: Tls13Flight | None = None) -> Answer | ProbeError:
    """Return what a probe gets out of a stream that arrives in these pieces and then ends."""
    return flights.outcome(pieces, flight or client())


def answered(pieces: Iterable[bytes]) -> Answer:
    """Return the answer that the flight in these pieces brings."""
    answer = outcome(pieces)
    assert isinstance(answer, Answer), answer
    return answer


def refused(pieces: Iterable[bytes]) -> ProbeError:
    """Return the error that the flight in these pieces ends with."""
    error = outcome(pieces)
    assert isinstance(error, ProbeError), error
    return error


def extension(kind: int, data: bytes) -> bytes:
    """Return one extension."""
    return kind.to_bytes(2) + vector(2, data)


TLS13 = extension(43, b"\x03\x04")
"""The extension supported_versions as a server sends it."""


def server_hello(extensions: bytes, cipher_suite: int = 0x1301, random: bytes = bytes(32)) -> bytes:
    """Return a ServerHello message around these extensions."""
    body = b"\x03\x03" + random + vector(1, HELLO.session_id) + cipher_suite.to_bytes(2) + b"\x00"
    return handshake(HandshakeType.SERVER_HELLO, body + vector(2, extensions))


def retry_request(extensions: bytes, cipher_suite: int = 0x1301) -> bytes:
    """Return a HelloRetryRequest message around these extensions and the version."""
    return server_hello(TLS13 + extensions, cipher_suite, RETRY_RANDOM)


def certificate(*certificates: bytes, context: bytes = b"", extensions: bytes = b"") -> bytes:
    """Return an honest Certificate message, with these extensions behind each certificate."""
    listed = b"".join(entries(one) + vector(2, extensions) for one in certificates)
    return handshake(HandshakeType.CERTIFICATE, vector(1, context) + vector(3, listed))


EXTENSIONS = handshake(HandshakeType.ENCRYPTED_EXTENSIONS, vector(2, b""))
REQUEST = handshake(HandshakeType.CERTIFICATE_REQUEST, vector(1, b"") + vector(2, b""))
CERTIFICATE = certificate(*CHAIN)
VERIFY = handshake(HandshakeType.CERTIFICATE_VERIFY, b"\x08\x04" + vector(2, bytes(64)))
FINISHED = handshake(HandshakeType.FINISHED, bytes(32))
MESSAGES = EXTENSIONS + CERTIFICATE + VERIFY + FINISHED


class Server:
    """Agrees on keys with ``client()`` and protects what it is told to say; ``hello`` is its ServerHello's record."""

    def __init__(self, cipher_suite: int = 0x1301, group: int = X25519, transcript: bytes = b"") -> None:
        ours, theirs = fixed_pair(group, 9), fixed_pair(group)
        suite = SUITES[cipher_suite]
        message = server_hello(TLS13 + extension(51, group.to_bytes(2) + vector(2, ours.public)), cipher_suite)
        transcript = (transcript or client().data_to_send()[5:]) + message
        secrets = handshake_traffic_secrets(suite, ours.exchange(theirs.public), suite.digest(transcript))
        self.hello = record(message)
        self.reader = Protection(suite, secrets.client)
        self._writer = Protection(suite, secrets.server)

    def protected(self, content: bytes, kind: int = ContentType.HANDSHAKE) -> bytes:
        """Return the next protected record."""
        return self._writer.seal(kind, content)

    def flight(self, messages: bytes = MESSAGES, sizes: Iterable[int] = (2**14,)) -> bytes:
        """Return the whole flight with these messages, protected in records of these sizes, over and over."""
        return self.hello + CHANGE_CIPHER_SPEC + b"".join(map(self.protected, cut(messages, sizes)))

    def alerts(self, farewell: bytes) -> list[bytes]:
        """Return the alerts that our farewell says, which has to be protected for this server to read."""
        read = [self.reader.open(fragment) for kind, fragment in records(farewell) if kind != 20]
        assert all(kind == ContentType.ALERT for kind, _ in read)
        return [alert for _, alert in read]


@dataclass(frozen=True, slots=True)
class Exchange:
    """What an OpenSSL in memory said to ``client()``: what it asked to retry first, then its flight."""

    retry: bytes
    flight: bytes


def use_group(context: ssl.SSLContext, group: str) -> None:
    """Have the server agree on keys of this group alone: X25519 by itself, for not every Python can name that."""
    if group != "X25519":
        context.set_ecdh_curve(group)


def openssl(context: ssl.SSLContext, hello: Tls13Hello = HELLO) -> Exchange:
    """Return what OpenSSL answers."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context.wrap_bio(incoming, outgoing, server_side=True)
    flight, said = client(hello), []
    while sent := flight.data_to_send():
        incoming.write(sent)
        with suppress(ssl.SSLWantReadError):
            server.do_handshake()
        said.append(outgoing.read())
        if flight.feed(said[-1]):
            break
    return Exchange(b"".join(said[:-1]), said[-1])
