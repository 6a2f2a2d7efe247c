"""
The first flight of a server that speaks only TLS 1.3, decrypted up to its Certificate message (RFC 8446 section 2).

A hello comes in and chunks of bytes as the network cut them; an ``Answer`` goes out, or ProbeError, as of any flight.
The keys are agreed on because this version encrypts its certificates. Nothing is verified, no Finished is sent, and no
platform's policy stands between: whatever certificate the server has is captured.
"""

from collections.abc import Callable, Iterator
from typing import Final

from aescan.errors import ProbeError, ProtocolError, Reason
from aescan.tls.capture import ClientCertificate
from aescan.tls.codepoints import (
    AlertDescription,
    AlertLevel,
    ContentType,
    HandshakeType,
    cipher_suite_name,
    group_name,
    version_name,
)
from aescan.tls.flight import MESSAGE_HEADER, Answer, Flight
from aescan.tls.hellos import Tls13Hello
from aescan.tls.key_exchange import KEY_PAIRS, SECP256R1, X25519, KeyPair, shared_key_pair
from aescan.tls.key_schedule import SUITES, CipherSuite, Protection, handshake_traffic_secrets
from aescan.tls.messages import (
    CertificateList,
    ServerHello,
    Tls13ServerHello,
    decode_certificate,
    decode_tls13_server_hello,
)
from aescan.tls.records import Record, RecordBuffer

TLS13: Final = 0x0304
FIRST_GROUPS: Final = (X25519, SECP256R1)
"""Of the first hello's key shares: hardly a server supports neither (RFC 8446 section 9.1), and both are cheap."""
LONGEST_COOKIE: Final = 8192
"""Bytes that a server may have us repeat: far more than its state takes, and the hello stays one record."""

_CHANGE_CIPHER_SPEC: Final = bytes((ContentType.CHANGE_CIPHER_SPEC, 3, 3, 0, 1, 1))
"""RFC 8446 appendix D.4: means nothing, stands once before our second flight, for what stands between."""
_AFTER_CERTIFICATE: Final = frozenset({HandshakeType.CERTIFICATE_VERIFY, HandshakeType.FINISHED})


class ProtectedRecords(RecordBuffer):
    """Collects bytes like its base, and yields what protected records hold as soon as there are keys to open them."""

    __slots__ = ("protection",)

    def __init__(self) -> None:
        super().__init__()
        self.protection: Protection | None = None

    def feed(self, data: bytes) -> Iterator[Record]:
        """Yield each record that ``data`` completes, opened where it is protected."""
        for record in super().feed(data):
            kind, fragment = record
            if self.protection is not None and kind == ContentType.APPLICATION_DATA:
                yield self.protection.open(fragment)
            elif self.protection is not None and kind == ContentType.HANDSHAKE:
                raise ProtocolError("reading the server's flight: a handshake record in clear after the ServerHello")
            else:
                yield record


class Tls13Flight(Flight):
    """
    Says a hello of TLS 1.3, a second one where the server asks for it, and reads the encrypted answer.

    ``key_pair`` gives that of a group. ``complete`` turns True when the server's Finished was among the bytes.
    """

    __slots__ = ("_asked", "_client", "_key_pair", "_keys", "_offer", "_protected", "_retried", "_transcript")

    def __init__(self, hello: Tls13Hello, key_pair: Callable[[int], KeyPair] = shared_key_pair) -> None:
        self._offer = hello
        self._key_pair = key_pair
        self._keys = {group: key_pair(group) for group in FIRST_GROUPS}
        self._transcript = hello.message(self._shares())
        self._retried = False
        self._client: tuple[CipherSuite, bytes]
        self._asked = ClientCertificate.NOT_REQUESTED
        super().__init__(_record(self._transcript, version=0x0301))
        self._records = self._protected = ProtectedRecords()

    def _shares(self) -> dict[int, bytes]:
        return {group: key.public for group, key in self._keys.items()}

    def _read_before_certificate(self, kind: int, body: bytes) -> None:
        if self._protected.protection is None:
            if kind == HandshakeType.SERVER_HELLO:
                self._read_server_hello(body)
            elif kind != HandshakeType.HELLO_REQUEST:
                raise ProtocolError(f"reading the server's flight: message of type {kind} instead of a ServerHello")
        elif kind in _AFTER_CERTIFICATE:
            raise ProbeError(Reason.NO_CERTIFICATE, "the server's encrypted flight has no Certificate message")
        elif kind == HandshakeType.COMPRESSED_CERTIFICATE:
            raise ProtocolError("reading the server's flight: a compressed certificate, which was not offered")
        elif kind == HandshakeType.CERTIFICATE_REQUEST:
            self._asked = ClientCertificate.REQUESTED
        elif kind != HandshakeType.ENCRYPTED_EXTENSIONS:
            self._remark(f"unexpected handshake message of type {kind} skipped")

    def _read_server_hello(self, body: bytes) -> None:
        hello = decode_tls13_server_hello(body)
        if hello.version != TLS13:
            raise ProtocolError(
                f"agreeing on a version: the server chose {version_name(hello.version)}, "
                "though nothing but TLS 1.3 was offered"
            )
        suite = SUITES.get(hello.cipher_suite)
        if suite is None:
            raise ProtocolError(
                f"agreeing on keys: the server chose the cipher suite {cipher_suite_name(hello.cipher_suite)}, "
                "which was not offered"
            )
        message = _message(HandshakeType.SERVER_HELLO, body)
        if hello.retry:
            self._retry(hello, suite, message)
        else:
            self._agree(hello, suite, message)

    def _retry(self, asked: Tls13ServerHello, suite: CipherSuite, message: bytes) -> None:
        """Say the second hello that a HelloRetryRequest asks for; the first lives on as a hash (section 4.4.1)."""
        if self._retried:
            raise ProtocolError("agreeing on keys: a second HelloRetryRequest")
        if len(asked.cookie) > LONGEST_COOKIE:
            raise ProtocolError(f"agreeing on keys: the server wants {len(asked.cookie)} bytes of cookie repeated")
        if asked.group is not None:
            if asked.group not in KEY_PAIRS:
                raise ProtocolError(
                    f"agreeing on keys: the server asked for a key of {group_name(asked.group)}, which was not offered"
                )
            self._keys = {asked.group: self._key_pair(asked.group)}
        self._retried = True
        hello = self._offer.message(self._shares(), asked.cookie)
        self._transcript = _message(HandshakeType.MESSAGE_HASH, suite.digest(self._transcript)) + message + hello
        self._outgoing = _CHANGE_CIPHER_SPEC + _record(hello)

    def _agree(self, hello: Tls13ServerHello, suite: CipherSuite, message: bytes) -> None:
        key = None if hello.group is None else self._keys.get(hello.group)
        if key is None:
            what = "no key share" if hello.group is None else f"a key share of {group_name(hello.group)}"
            raise ProtocolError(f"agreeing on keys: the server sent {what}, ours were of {self._groups()}")
        transcript = suite.digest(self._transcript + message)
        secrets = handshake_traffic_secrets(suite, key.exchange(hello.key), transcript)
        self._protected.protection = Protection(suite, secrets.server)
        self._client = (suite, secrets.client)
        self._hello = ServerHello(hello.version, hello.cipher_suite)
        self._keys, self._transcript = {}, b""  # nothing needs them any more

    def _groups(self) -> str:
        return ", ".join(map(group_name, self._keys))

    def _decode_certificate(self, body: bytes, *, complete: bool = True) -> CertificateList:
        if self._protected.protection is None:
            raise ProtocolError("reading the server's flight: a certificate instead of a ServerHello")
        return decode_certificate(body, complete=complete, tls13=True)

    def _answer(self, found: CertificateList) -> Answer:
        answer = super()._answer(found)
        self._outgoing = self._farewell()
        return answer

    def _farewell(self) -> bytes:
        """Return what a flight in clear ends with, under our own handshake keys (RFC 8446 section 6.1)."""
        client = Protection(*self._client)
        alerts = (
            client.seal(ContentType.ALERT, bytes((AlertLevel.WARNING, description)))
            for description in (AlertDescription.USER_CANCELED, AlertDescription.CLOSE_NOTIFY)
        )
        return (b"" if self._retried else _CHANGE_CIPHER_SPEC) + b"".join(alerts)

    def _rest(self) -> tuple[ClientCertificate, bool]:
        """Look at what stands behind the certificate: is the flight over; a CertificateRequest stood before it."""
        messages, start = self._messages, 0
        while len(messages) - start >= MESSAGE_HEADER:
            if messages[start] == HandshakeType.FINISHED:
                return self._asked, True
            end = start + MESSAGE_HEADER + int.from_bytes(messages[start + 1 : start + MESSAGE_HEADER])
            if end > len(messages):
                break
            start = end
        self._messages = messages[start:]
        return self._asked, False


def _message(kind: int, body: bytes) -> bytes:
    return bytes((kind,)) + len(body).to_bytes(3) + body


def _record(message: bytes, version: int = 0x0303) -> bytes:
    return bytes((ContentType.HANDSHAKE,)) + version.to_bytes(2) + len(message).to_bytes(2) + message
