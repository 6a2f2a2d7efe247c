"""
The shapes of our ClientHello (RFC 5246 section 7.4.1.2).

A server name and 32 random bytes come in, the bytes to send go out. Nothing is offered whose answer could hide the
certificates: no anonymous or PSK suites, no TLS 1.3 (it encrypts them), no compression of certificates, no tickets.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

RANDOM_LENGTH: Final = 32

_RSA: Final = (
    0x002F, 0x0035, 0x003C, 0x003D, 0x009C, 0x009D, 0x000A, 0x0005, 0x0004, 0x0041, 0x0084, 0x0096, 0x0009, 0x0003,
    0x0008,
)  # fmt: skip
_DHE_RSA: Final = (0x0033, 0x0039, 0x0067, 0x006B, 0x009E, 0x009F, 0x0016, 0x0015, 0xCCAA)
_ECDHE_RSA: Final = (0xC013, 0xC014, 0xC027, 0xC028, 0xC02F, 0xC030, 0xC012, 0xC011, 0xCCA8)
_ECDHE_ECDSA: Final = (0xC009, 0xC00A, 0xC023, 0xC024, 0xC02B, 0xC02C, 0xC008, 0xC007, 0xCCA9)
_DHE_DSS: Final = (0x0032, 0x0038, 0x0040, 0x006A, 0x00A2, 0x0013)
_RENEGOTIATION_SCSV: Final = (0x00FF,)
"""RFC 5746 section 3.3: instead of the extension, which some old servers choke on."""

_GROUPS: Final = (0x001D, 0x0017, 0x0018, 0x0019)
"""x25519, secp256r1, secp384r1, secp521r1 (RFC 8422 section 5.1.1)."""
_SIGNATURE_ALGORITHMS: Final = (
    0x0401, 0x0501, 0x0601, 0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0807, 0x0808, 0x0809, 0x080A, 0x080B,
    0x0201, 0x0203, 0x0202, 0x0402,
)  # fmt: skip
"""PKCS #1, ECDSA, both kinds of PSS and EdDSA, then SHA-1 and DSA: no server may lack one that its key can make."""

_SAFE_LENGTH: Final = 0xFF
_PADDED_LENGTH: Final = 0x200
"""RFC 7685 section 1: some servers hang on a ClientHello of 256 to 511 bytes; a longer one is padded past that."""


_FIXED_LENGTH: Final = 4 + 2 + RANDOM_LENGTH + 2
"""Of a ClientHello: message header, version, random, and the length of its extensions."""


@dataclass(frozen=True, slots=True)
class Hello:
    """
    One shape of ClientHello.

    ``version`` is the highest one offered; ``record_version`` what the record layer carries, 0x0301 because old servers
    refuse what they do not know there (RFC 5246 appendix E.1).
    """

    version: int
    record_version: int
    cipher_suites: tuple[int, ...]

    def encode(self, server_name: str | None, random: bytes) -> bytes:
        """Return the record to send; ``server_name`` is an ASCII DNS name or None, ``random`` has 32 bytes."""
        suites, extensions = _fixed(self)
        if server_name:
            extensions = _server_name(server_name) + extensions
        length = _FIXED_LENGTH + len(suites) + len(extensions)
        if _SAFE_LENGTH < length < _PADDED_LENGTH:
            extensions += _extension(21, bytes(max(0, _PADDED_LENGTH - length - 4)))
        body = self.version.to_bytes(2) + random + suites + _vector(2, extensions)
        message = b"\x01" + _vector(3, body)
        return b"\x16" + self.record_version.to_bytes(2) + _vector(2, message)


TLS12: Final = Hello(
    version=0x0303,
    record_version=0x0301,
    # RSA key exchange first: it spares the server a signature, and servers mostly choose by their own order anyway.
    cipher_suites=_RSA + _DHE_RSA + _ECDHE_RSA + _ECDHE_ECDSA + _DHE_DSS + _RENEGOTIATION_SCSV,
)
"""The ordinary hello, answered in clear by every server from SSL 3.0 to TLS 1.2."""


@cache
def _fixed(hello: Hello) -> tuple[bytes, bytes]:
    """Return what all hellos of a shape share: what follows the random, and the extensions that follow the name."""
    suites = b"\x00" + _vector(2, _words(hello.cipher_suites)) + _vector(1, b"\x00")  # no session; null compression
    extensions = b"".join(
        (
            _extension(10, _vector(2, _words(_GROUPS))),
            _extension(11, _vector(1, b"\x00")),  # uncompressed points only, RFC 8422 section 5.1.2
            _extension(13, _vector(2, _words(_SIGNATURE_ALGORITHMS))),
        )
    )
    return suites, extensions


def _words(numbers: Iterable[int]) -> bytes:
    return b"".join(number.to_bytes(2) for number in numbers)


def _vector(length_bytes: int, data: bytes) -> bytes:
    return len(data).to_bytes(length_bytes) + data


def _extension(kind: int, data: bytes) -> bytes:
    return kind.to_bytes(2) + _vector(2, data)


def _server_name(name: str) -> bytes:
    return _extension(0, _vector(2, b"\x00" + _vector(2, name.encode("ascii"))))  # RFC 6066 section 3
