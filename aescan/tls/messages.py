"""
Handshake messages of a server's first flight (RFC 5246 section 7.4, RFC 8446 section 4).

Bodies of messages come in, frozen facts go out. What a server chose is taken as it stands, offered or not; what it lies
about without hiding its certificates (a list length that does not fit) is kept as a remark; only what cannot be read at
all raises ProtocolError.
"""

from dataclasses import dataclass
from typing import Final

from aescan.errors import ProtocolError
from aescan.tls.cursor import Cursor

LENGTH_BYTES: Final = 3
"""Certificate lists and their entries carry 24-bit lengths (RFC 5246 section 7.4.2)."""
MOST_CERTIFICATES: Final = 100
"""More than any chain in use: public collections show up to about 20 presented by one server."""
RETRY_RANDOM: Final = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
"""RFC 8446 section 4.1.3: the random of a ServerHello that is a HelloRetryRequest."""

_SUPPORTED_VERSIONS: Final = 43
_COOKIE: Final = 44
_KEY_SHARE: Final = 51


@dataclass(frozen=True, slots=True)
class ServerHello:
    """RFC 5246 section 7.4.1.3, the parts that a capture keeps; ``version`` and ``cipher_suite`` as numbers."""

    version: int
    cipher_suite: int


@dataclass(frozen=True, slots=True)
class Tls13ServerHello:
    """
    RFC 8446 sections 4.1.3 and 4.1.4: a ServerHello, or with ``retry`` a HelloRetryRequest; numbers as sent.

    ``version`` is what supported_versions says, or the old field where that extension is missing. ``group`` is the
    group of the key share sent or asked for, None for none; ``key`` the server's public key, empty in a retry request;
    ``cookie`` what a retry request wants repeated.
    """

    version: int
    cipher_suite: int
    retry: bool
    group: int | None = None
    key: bytes = b""
    cookie: bytes = b""


@dataclass(frozen=True, slots=True)
class CertificateList:
    """RFC 5246 section 7.4.2: DER certificates in the order sent, with what was odd about the list."""

    certificates: tuple[bytes, ...]
    remarks: tuple[str, ...] = ()


def decode_server_hello(body: bytes) -> ServerHello:
    """Read a ServerHello; extensions and compression are the server's business and are not looked at."""
    cursor = Cursor(body)
    version = cursor.integer(2)
    cursor.take(32)  # random
    cursor.vector(1)  # session id
    return ServerHello(version, cursor.integer(2))


def decode_tls13_server_hello(body: bytes) -> Tls13ServerHello:
    """Read a ServerHello or HelloRetryRequest that answers a hello of TLS 1.3, be it an older server's."""
    cursor = Cursor(body)
    version = cursor.integer(2)
    random = cursor.take(32)
    cursor.vector(1)  # our session id, repeated
    cipher_suite = cursor.integer(2)
    cursor.take(1)  # compression
    retry = random == RETRY_RANDOM
    group, key, cookie = None, b"", b""
    extensions = Cursor(cursor.vector(2) if cursor.left else b"")
    while extensions.left:
        kind, extension = extensions.integer(2), Cursor(extensions.vector(2))
        if kind == _SUPPORTED_VERSIONS:
            version = extension.integer(2)
        elif kind == _KEY_SHARE:
            group = extension.integer(2)
            key = b"" if retry else extension.vector(2)
        elif kind == _COOKIE:
            cookie = extension.vector(2)
    return Tls13ServerHello(version, cipher_suite, retry, group, key, cookie)


def decode_certificate(body: bytes, *, complete: bool = True, tls13: bool = False) -> CertificateList:
    """
    Read a Certificate message.

    Whole entries are kept even where lengths contradict each other; ``complete`` is False for a message that was cut at
    the byte limit. In TLS 1.3 (RFC 8446 section 4.4.2) a context stands before the list, and extensions behind each
    certificate. Raises ProtocolError when there is not even a list length.
    """
    cursor = Cursor(body)
    if tls13:
        cursor.vector(1)  # certificate_request_context
    declared = cursor.integer(LENGTH_BYTES)
    remarks = [] if complete else [f"certificate message longer than the limit, cut after {len(body)} bytes"]
    if complete and declared != cursor.left:
        remarks.append(f"certificate list declares {declared} bytes, {cursor.left} follow")
    certificates: list[bytes] = []
    while cursor.left:
        if len(certificates) == MOST_CERTIFICATES:
            remarks.append(f"more than {MOST_CERTIFICATES} certificates, the rest is left out")
            break
        try:
            entry = cursor.vector(LENGTH_BYTES)
        except ProtocolError:
            remarks.append(f"certificate {len(certificates) + 1} is cut short and left out")
            break
        if not entry:
            remarks.append("empty entry in the certificate list")
            break
        certificates.append(entry)
        if tls13 and not _skip_extensions(cursor):
            remarks.append(f"the extensions of certificate {len(certificates)} are cut short")
            break
    return CertificateList(tuple(certificates), tuple(remarks))


def _skip_extensions(cursor: Cursor) -> bool:
    try:
        cursor.vector(2)
    except ProtocolError:
        return False
    return True
