"""
SSL 2.0, as far as its greeting goes (Netscape, "The SSL Protocol", 9 February 1995; RFC 5246 appendix E.2).

Random bytes come in, a CLIENT-HELLO in the old format goes out; chunks of the server's reply come in, an ``Answer``
goes out or ProbeError. A server of SSL 2.0 replies with a SERVER-HELLO that holds its one certificate; one of SSL 3.0
or TLS replies with records as ever, which ``Flight`` reads. Nothing is verified; the reply is bounded either way.
"""

from dataclasses import dataclass
from typing import Final

from aescan.errors import ProbeError, Reason
from aescan.tls.capture import ClientCertificate
from aescan.tls.codepoints import VERSIONS, ContentType
from aescan.tls.cursor import Cursor
from aescan.tls.flight import Answer, Flight
from aescan.tls.hellos import SSL3

CHALLENGE_LENGTH: Final = 16
"""Section 2.5 allows 16 to 32; 16 is what the clients of that time sent, and some servers cannot bear another."""

ERROR: Final = 0
CLIENT_HELLO: Final = 1
SERVER_HELLO: Final = 4
"""Appendix C.2: the types of message that a greeting can hold."""
X509_CERTIFICATE: Final = 1
"""Appendix C.5: the only type of certificate there is."""
SSL20: Final = 0x0002
KIND_LENGTH: Final = 3
"""Bytes of a cipher kind."""

_SHORT_HEADER: Final = 0x80
"""Section 1.1: in the first byte, a header of 2 bytes; without it, 3 bytes with the amount of padding in the last."""
_ESCAPE: Final = 0x40
"""Section 1.1: in the first byte of a long header, a security escape, which no greeting is."""
_TLS_MAJOR: Final = 3

CIPHER_KINDS: Final = {
    0x010080: "SSL_CK_RC4_128_WITH_MD5",
    0x020080: "SSL_CK_RC4_128_EXPORT40_WITH_MD5",
    0x030080: "SSL_CK_RC2_128_CBC_WITH_MD5",
    0x040080: "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5",
    0x050080: "SSL_CK_IDEA_128_CBC_WITH_MD5",
    0x060040: "SSL_CK_DES_64_CBC_WITH_MD5",
    0x0700C0: "SSL_CK_DES_192_EDE3_CBC_WITH_MD5",
}
"""Appendix C.4."""

_ERRORS: Final = {1: "no cipher", 2: "no certificate", 4: "bad certificate", 6: "unsupported certificate type"}
"""Appendix C.3: the codes of ERROR messages."""


def cipher_kind_name(kind: int) -> str:
    """Return the specification's name of a cipher kind, or its number as ``0x00002F``."""
    return CIPHER_KINDS.get(kind) or f"0x{kind:06X}"


def client_hello(challenge: bytes, *, newer: bool = True) -> bytes:
    """
    Return a CLIENT-HELLO for ``challenge``, 16 random bytes.

    It speaks of SSL 3.0 too unless told otherwise, as the browsers of its day did: servers of SSL 2.0 take the lower
    version, servers of both answer with the higher.
    """
    version, suites = (SSL3.version, SSL3.cipher_suites) if newer else (SSL20, ())
    kinds = b"".join(kind.to_bytes(KIND_LENGTH) for kind in (*CIPHER_KINDS, *suites))
    lengths = (len(kinds), 0, len(challenge))  # no session to resume
    body = (
        bytes((CLIENT_HELLO,))
        + version.to_bytes(2)
        + b"".join(length.to_bytes(2) for length in lengths)
        + kinds
        + challenge
    )
    return bytes((_SHORT_HEADER | len(body) >> 8, len(body) & 0xFF)) + body


@dataclass(frozen=True, slots=True)
class ServerHello:
    """Section 2.6: what a capture keeps; ``certificate`` is empty where the server sent none."""

    version: int
    certificate_type: int
    certificate: bytes
    cipher_kinds: tuple[int, ...]


def decode_server_hello(body: bytes) -> ServerHello:
    """Read what stands behind the type of a SERVER-HELLO; raises ProtocolError when its parts are not all there."""
    cursor = Cursor(body)
    cursor.take(1)  # whether a session is resumed: there is none
    certificate_type = cursor.integer(1)
    version = cursor.integer(2)
    certificate_length, kinds_length, _ = (cursor.integer(2) for _ in range(3))
    certificate = cursor.take(certificate_length)
    kinds = cursor.take(min(kinds_length, cursor.left))  # behind the certificate everything may be cut short
    cipher_kinds = tuple(
        int.from_bytes(kinds[start : start + KIND_LENGTH])
        for start in range(0, len(kinds) // KIND_LENGTH * KIND_LENGTH, KIND_LENGTH)
    )
    return ServerHello(version, certificate_type, certificate, cipher_kinds)


class Greeting:
    """Says one hello in SSL 2.0's format and reads whichever protocol answers it."""

    __slots__ = ("_answered", "_flight", "_held", "_is_sslv2")

    def __init__(self, hello: bytes) -> None:
        self._flight = Flight(hello)
        self._held = bytearray()
        self._is_sslv2: bool | None = None
        self._answered = False

    @property
    def complete(self) -> bool:
        """Whether the server has nothing more to send; after SERVER-HELLO it is the client's turn."""
        return self._answered or self._flight.complete

    def data_to_send(self) -> bytes:
        """Return the bytes to send now: the hello, and a farewell to a server of SSL 3.0; SSL 2.0 knows none."""
        return self._flight.data_to_send()

    def feed(self, data: bytes) -> Answer | None:
        """Take the next bytes; return the answer when they complete it, None when more are needed."""
        if self._is_sslv2 is False:
            return self._flight.feed(data)
        if self._answered:
            return None
        self._held += data
        if self._is_sslv2 is None:
            self._is_sslv2 = _is_sslv2(self._held)
            if self._is_sslv2 is False:
                return self._flight.feed(bytes(self._held))
        return self._record() if self._is_sslv2 else None

    def end(self) -> ProbeError:
        """Return the error of a stream that ended here."""
        if self._is_sslv2 is False or not self._held:
            return self._flight.end()
        what = f"the server closed the connection after {len(self._held)} bytes before its certificate was complete"
        return ProbeError(Reason.CLOSED, what)

    def _record(self) -> Answer | None:
        short = self._held[0] & _SHORT_HEADER
        start = 2 if short else 3
        end = start + int.from_bytes(self._held[:2]) % (0x8000 if short else 0x4000)
        if len(self._held) < end:
            return None
        kind, body = self._held[start], bytes(self._held[start + 1 : end])
        if kind == ERROR:
            code = int.from_bytes(body[:2])
            named = _ERRORS.get(code, "unknown error")
            raise ProbeError(Reason.ALERT, f"the server answered with SSL 2.0's error message: {named} ({code})")
        self._answered = True
        return _answer(decode_server_hello(body))


def _is_sslv2(held: bytearray) -> bool | None:
    """Tell a greeting of SSL 2.0 from records of TLS and from anything else, None as long as both are possible."""
    if not held:
        return None
    first = held[0]
    if first & (_SHORT_HEADER | _ESCAPE) == _ESCAPE:
        return False
    place = 2 if first & _SHORT_HEADER else 3
    if len(held) <= place:
        return None
    if first in frozenset(ContentType) and held[1] == _TLS_MAJOR:
        return False
    return held[place] in {ERROR, SERVER_HELLO}


def _answer(hello: ServerHello) -> Answer:
    if not hello.certificate:
        raise ProbeError(Reason.NO_CERTIFICATE, "the server's SSL 2.0 SERVER-HELLO holds no certificate")
    remarks = []
    if hello.certificate_type != X509_CERTIFICATE:
        remarks.append(f"certificate of type {hello.certificate_type}, where {X509_CERTIFICATE} is X.509")
    if hello.version != SSL20:
        remarks.append(f"SERVER-HELLO of SSL 2.0 speaks of version 0x{hello.version:04X}")
    return Answer(
        certificates=(hello.certificate,),
        version=VERSIONS[SSL20],
        cipher_suite=cipher_kind_name(hello.cipher_kinds[0]) if hello.cipher_kinds else "unknown",
        client_certificate=ClientCertificate.UNKNOWN,  # it would ask for one later
        remarks=tuple(remarks),
    )
