"""
Handshake messages and alerts of a server's first flight (RFC 5246 sections 7.2 and 7.4).

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


@dataclass(frozen=True, slots=True)
class ServerHello:
    """RFC 5246 section 7.4.1.3, the parts that a capture keeps; ``version`` and ``cipher_suite`` as numbers."""

    version: int
    cipher_suite: int


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


def decode_certificate(body: bytes, *, complete: bool = True) -> CertificateList:
    """
    Read a Certificate message.

    Whole entries are kept even where lengths contradict each other; ``complete`` is False for a message that was cut at
    the byte limit. Raises ProtocolError when there is not even a list length.
    """
    cursor = Cursor(body)
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
        if entry:
            certificates.append(entry)
        else:
            remarks.append("empty entry in the certificate list")
            break
    return CertificateList(tuple(certificates), tuple(remarks))
