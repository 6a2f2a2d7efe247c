"""
The server's first flight, read up to its Certificate message (RFC 5246 section 7.3).

Chunks of bytes come in as the network cut them. Out comes an ``Answer``: the certificates with what the server chose. A
flight that cannot bring one raises ProbeError: fatal alert, no certificate, plain text, broken protocol. Nothing is
verified, and nothing about suite, version or certificate stops the reading; every loop and buffer is bounded.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from aescan.errors import ProbeError, ProtocolError, Reason
from aescan.tls.capture import ClientCertificate
from aescan.tls.codepoints import (
    AlertDescription,
    AlertLevel,
    ContentType,
    HandshakeType,
    alert_name,
    cipher_suite_name,
    version_name,
)
from aescan.tls.messages import CertificateList, ServerHello, decode_certificate, decode_server_hello
from aescan.tls.records import RecordBuffer

MOST_BYTES: Final = 256 * 1024
"""Of one flight; a chain of 100 certificates of 2.5 KiB fits."""
MOST_RECORDS: Final = 512
"""Of one flight: 256 KiB in records as small as servers were seen to send; more is a flood."""
MOST_REMARKS: Final = 8
"""Of one flight: oddities repeat."""
MESSAGE_HEADER: Final = 4
TLS10: Final = 0x0301

# Plain integers, because every message of every server is compared with these and members of an enum cost more.
_HANDSHAKE: Final = int(ContentType.HANDSHAKE)
_SERVER_HELLO: Final = int(HandshakeType.SERVER_HELLO)
_CERTIFICATE: Final = int(HandshakeType.CERTIFICATE)
_CERTIFICATE_REQUEST: Final = int(HandshakeType.CERTIFICATE_REQUEST)
_SERVER_HELLO_DONE: Final = int(HandshakeType.SERVER_HELLO_DONE)

_AFTER_CERTIFICATE: Final = frozenset(
    {HandshakeType.SERVER_KEY_EXCHANGE, HandshakeType.CERTIFICATE_REQUEST, HandshakeType.SERVER_HELLO_DONE}
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a flight brought: the part of a Capture that the bytes tell."""

    certificates: tuple[bytes, ...]
    version: str
    cipher_suite: str
    client_certificate: ClientCertificate
    remarks: tuple[str, ...]


class Flight:
    """
    Says one hello and reads one server's answer to it.

    ``complete`` turns True when ServerHelloDone was among the bytes: the server has nothing more to send.
    """

    __slots__ = (
        "_alerts",
        "_certificates",
        "_hello",
        "_messages",
        "_outgoing",
        "_received",
        "_record_count",
        "_records",
        "_remarks",
        "_requested",
        "complete",
    )

    def __init__(self, hello: bytes) -> None:
        self.complete = False
        self._outgoing = hello
        self._records = RecordBuffer()
        self._messages = b""
        self._alerts = b""
        self._received = 0
        self._record_count = 0
        self._hello: ServerHello | None = None
        self._certificates: CertificateList | None = None
        self._remarks: list[str] = []
        self._requested = ClientCertificate.UNKNOWN

    def data_to_send(self) -> bytes:
        """Return the bytes to send now: the hello at first, a farewell once the answer is complete, else none."""
        outgoing, self._outgoing = self._outgoing, b""
        return outgoing

    def feed(self, data: bytes) -> Answer | None:
        """Take the next bytes; return the answer when they complete it, None when more are needed."""
        if self._certificates is not None and self._bounded():
            return None  # all that could be told was told
        if len(data) > MOST_BYTES - self._received:  # the bounds hold at the same byte however the flight is cut
            data = data[: MOST_BYTES - self._received]
        self._received += len(data)
        try:
            for kind, fragment in self._records.feed(data):
                self._record_count += 1
                if self._record_count > MOST_RECORDS:
                    break
                if kind == _HANDSHAKE:
                    self._messages += fragment
                    if self._certificates is None:
                        self._read_to_certificate()
                elif self._certificates is None:
                    self._read_other(kind, fragment)
        except ProtocolError:
            if self._certificates is None:  # junk behind the certificate is nobody's loss
                raise
        if self._certificates is None:
            if not self._bounded():
                return None
            self._certificates = self._salvage()
        return self._answer(self._certificates)

    def _bounded(self) -> bool:
        """Whether one of the bounds of a flight is reached."""
        return self._received >= MOST_BYTES or self._record_count > MOST_RECORDS

    def _read_other(self, kind: int, fragment: bytes) -> None:
        if kind == ContentType.ALERT:
            self._read_alerts(fragment)
        elif kind == ContentType.APPLICATION_DATA:
            raise ProtocolError("reading the server's flight: application data before its certificate")

    def end(self) -> ProbeError:
        """Return the error of a stream that ended here, before the Certificate message was complete."""
        after = f" after {self._received} bytes" if self._received else ""
        return ProbeError(Reason.CLOSED, f"the server closed the connection{after} before its certificate was complete")

    def _read_to_certificate(self) -> None:
        messages, start = self._messages, 0
        while len(messages) - start >= MESSAGE_HEADER:
            body = start + MESSAGE_HEADER
            end = body + int.from_bytes(messages[start + 1 : body])
            if len(messages) < end:
                break
            kind, start = messages[start], end
            if kind == _CERTIFICATE:
                self._certificates = _kept(self._decode_certificate(messages[body:end]))
                break
            self._read_before_certificate(kind, messages[body:end])
        self._messages = messages[start:]

    def _read_before_certificate(self, kind: int, body: bytes) -> None:
        if kind == _SERVER_HELLO:
            self._hello = decode_server_hello(body)
        elif kind in _AFTER_CERTIFICATE:
            suite = f", it chose {cipher_suite_name(self._hello.cipher_suite)}" if self._hello else ""
            raise ProbeError(Reason.NO_CERTIFICATE, f"the server's flight has no Certificate message{suite}")
        elif kind != HandshakeType.HELLO_REQUEST:
            self._remark(f"unexpected handshake message of type {kind} skipped")

    def _remark(self, what: str) -> None:
        if len(self._remarks) < MOST_REMARKS:
            self._remarks.append(what)

    def _read_alerts(self, fragment: bytes) -> None:
        alerts = self._alerts + fragment
        for level, description in zip(alerts[::2], alerts[1::2], strict=False):  # one byte may be left over
            if description == AlertDescription.CLOSE_NOTIFY:
                raise ProbeError(Reason.CLOSED, "the server sent close_notify instead of a certificate")
            if level != AlertLevel.WARNING:
                raise ProbeError(Reason.ALERT, f"the server answered with {alert_name(description)}", alert=description)
            self._remark(f"the server warned: {alert_name(description)}")
        self._alerts = alerts[len(alerts) // 2 * 2 :]

    def _salvage(self) -> CertificateList:
        """Return the whole certificates of a flight that reached its bounds."""
        if len(self._messages) > 2 * MESSAGE_HEADER and self._messages[0] == _CERTIFICATE:
            return _kept(self._decode_certificate(self._messages[MESSAGE_HEADER:], complete=False))
        raise ProtocolError(
            f"reading the server's flight: no certificate within {self._received} bytes in {self._record_count} records"
        )

    def _answer(self, found: CertificateList) -> Answer:
        hello = self._hello
        self._outgoing = _farewell(hello.version if hello else TLS10)
        requested, self.complete = self._rest()
        remarks = (*self._remarks, *found.remarks)
        if hello is None:
            remarks = (*remarks, "Certificate message without a ServerHello before it")
        return Answer(
            certificates=found.certificates,
            version=version_name(hello.version) if hello else "unknown",
            cipher_suite=cipher_suite_name(hello.cipher_suite) if hello else "unknown",
            client_certificate=requested,
            remarks=remarks,
        )

    def _decode_certificate(self, body: bytes, *, complete: bool = True) -> CertificateList:
        return decode_certificate(body, complete=complete)

    def _rest(self) -> tuple[ClientCertificate, bool]:
        """
        Look at what stands behind the certificate already: is a client certificate asked for, is the flight over.

        Whole messages are dropped, so that each is looked at once however often more arrives.
        """
        messages, start = self._messages, 0
        while len(messages) - start >= MESSAGE_HEADER:
            if messages[start] == _CERTIFICATE_REQUEST:
                self._requested = ClientCertificate.REQUESTED
            elif messages[start] == _SERVER_HELLO_DONE:
                if self._requested is ClientCertificate.UNKNOWN:
                    self._requested = ClientCertificate.NOT_REQUESTED
                return self._requested, True
            end = start + MESSAGE_HEADER + int.from_bytes(messages[start + 1 : start + MESSAGE_HEADER])
            if end > len(messages):
                break
            start = end
        self._messages = messages[start:]
        return self._requested, False


@lru_cache(maxsize=16)  # versions there are, and room for what servers make up
def _farewell(version: int) -> bytes:
    """Return the warnings user_canceled and close_notify, as RFC 5246 section 7.2.2 asks of one who breaks off."""
    head = bytes((ContentType.ALERT,)) + version.to_bytes(2) + b"\x00\x02" + bytes((AlertLevel.WARNING,))
    return head + bytes((AlertDescription.USER_CANCELED,)) + head + bytes((AlertDescription.CLOSE_NOTIFY,))


def _kept(found: CertificateList) -> CertificateList:
    if not found.certificates:
        what = "; ".join(found.remarks) or "its list is empty"
        raise ProbeError(Reason.NO_CERTIFICATE, f"the server's Certificate message holds no certificate: {what}")
    return found
