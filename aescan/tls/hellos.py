"""
The shapes of our ClientHello (RFC 5246 section 7.4.1.2).

A server name and 32 random bytes come in, the bytes to send go out. Nothing is offered whose answer could hide the
certificates: no anonymous or PSK suites, no compression of certificates, no tickets, and TLS 1.3, which encrypts them,
only in a hello of its own for servers that speak nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final

from aescan.tls.suites import CIPHER_SUITES

RANDOM_LENGTH: Final = 32

_RSA: Final = (
    0x002F, 0x0035, 0x003C, 0x003D, 0x009C, 0x009D, 0x000A, 0x0005, 0x0004, 0x0041, 0x0084, 0x0096, 0x0009, 0x0003,
    0x0008,
)  # fmt: skip
_DHE_RSA: Final = (0x0033, 0x0039, 0x0067, 0x006B, 0x009E, 0x009F, 0x0016, 0x0015, 0xCCAA)
_ECDHE_RSA: Final = (0xC013, 0xC014, 0xC027, 0xC028, 0xC02F, 0xC030, 0xC012, 0xC011, 0xCCA8)
_ECDHE_ECDSA: Final = (0xC009, 0xC00A, 0xC023, 0xC024, 0xC02B, 0xC02C, 0xC008, 0xC007, 0xCCA9)
_DHE_DSS: Final = (0x0032, 0x0038, 0x0040, 0x006A, 0x00A2, 0x0013)
_OLDER_RSA: Final = (0x002F, 0x0035, 0x000A, 0x0005, 0x0004, 0x0041, 0x0084, 0x0096, 0x0009, 0x0003, 0x0006, 0x0008)
_OLDER_DHE: Final = (0x0033, 0x0039, 0x0016, 0x0015, 0x0014, 0x0032, 0x0038, 0x0013, 0x0012, 0x0011)
_OLDER_ECDHE: Final = (0xC013, 0xC014, 0xC012, 0xC011, 0xC009, 0xC00A, 0xC008, 0xC007)
"""What there was before TLS 1.2: nothing with SHA-256 or GCM, which an old server has never heard of."""
_RENEGOTIATION_SCSV: Final = (0x00FF,)
"""RFC 5746 section 3.3: instead of the extension, which some old servers choke on."""

_GROUPS: Final = (0x001D, 0x0017, 0x0018, 0x0019)
"""x25519, secp256r1, secp384r1, secp521r1 (RFC 8422 section 5.1.1)."""
_SIGNATURE_ALGORITHMS: Final = (
    0x0401, 0x0501, 0x0601, 0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0807, 0x0808, 0x0809, 0x080A, 0x080B,
    0x0201, 0x0203, 0x0202, 0x0402,
)  # fmt: skip
"""PKCS #1, ECDSA, both kinds of PSS and EdDSA, then SHA-1 and DSA: no server may lack one that its key can make."""

_TLS13_CIPHER_SUITES: Final = (0x1301, 0x1302, 0x1303, 0x1304, 0x1305)
"""RFC 8446 appendix B.4, the whole of it: AES-GCM, ChaCha20-Poly1305, AES-CCM."""
_TLS13_SIGNATURE_ALGORITHMS: Final = (
    0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B, 0x0807, 0x0808, 0x081A, 0x081B, 0x081C,
    0x0401, 0x0501, 0x0601, 0x0203, 0x0201,
)  # fmt: skip
"""ECDSA, both kinds of PSS, EdDSA, ECDSA on brainpool curves (RFC 8734), then what only certificates may carry."""

RSA: Final = "RSA"
ECDSA: Final = "ECDSA"
"""Kinds of server key, as they stand in the names of cipher suites; ECDSA's suites are EdDSA's too (RFC 8422)."""

_TLS13_SIGNATURES_BY: Final = {
    RSA: (0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B),
    ECDSA: (0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x081A, 0x081B, 0x081C),
}
"""What a server with such a key can sign its handshake with: in TLS 1.3 this alone decides which key it takes."""

_MESSAGE_HEADER: Final = 4
_SAFE_LENGTH: Final = 0xFF
_PADDED_LENGTH: Final = 0x200
"""RFC 7685 section 1: some servers hang on a ClientHello of 256 to 511 bytes; a longer one is padded past that."""


@dataclass(frozen=True, slots=True)
class Hello:
    """
    One shape of ClientHello.

    ``version`` is the highest one offered; ``record_version`` what the record layer carries, 0x0301 because old servers
    refuse what they do not know there (RFC 5246 appendix E.1). Without ``extensions`` the message ends where it did in
    SSL 3.0: no server name either.
    """

    version: int
    record_version: int
    cipher_suites: tuple[int, ...]
    extensions: bool = True

    def encode(self, server_name: str | None, random: bytes) -> bytes:
        """Return the record to send; ``server_name`` is an ASCII DNS name or None, ``random`` has 32 bytes."""
        suites, extensions = _fixed(self)
        body = self.version.to_bytes(2) + random + suites
        if self.extensions:
            if server_name:
                extensions = _server_name(server_name) + extensions
            extensions += _padding(_MESSAGE_HEADER + len(body) + 2 + len(extensions))
            body += _vector(2, extensions)
        message = b"\x01" + _vector(3, body)
        return b"\x16" + self.record_version.to_bytes(2) + _vector(2, message)

    def for_key(self, kind: str) -> "Hello":
        """Return the same shape with the suites alone that a server with such a key can choose: ``RSA``, ``ECDSA``."""
        suites = (number for number in self.cipher_suites if f"_{kind}_" in CIPHER_SUITES.get(number, ""))
        return replace(self, cipher_suites=(*suites, *_RENEGOTIATION_SCSV))


TLS12: Final = Hello(
    version=0x0303,
    record_version=0x0301,
    # RSA key exchange first: it spares the server a signature, and servers mostly choose by their own order anyway.
    cipher_suites=_RSA + _DHE_RSA + _ECDHE_RSA + _ECDHE_ECDSA + _DHE_DSS + _RENEGOTIATION_SCSV,
)
"""The ordinary hello, answered in clear by every server from SSL 3.0 to TLS 1.2."""

TLS10: Final = Hello(
    version=0x0301,
    record_version=0x0301,
    cipher_suites=_OLDER_RSA + _OLDER_DHE + _OLDER_ECDHE + _RENEGOTIATION_SCSV,
    extensions=False,
)
"""For servers that stumble over a higher version or over any extension."""

TLS11: Final = replace(TLS10, version=0x0302, extensions=True)
"""For the question whether a server accepts that version: all that speak it bear extensions."""

SSL3: Final = Hello(
    version=0x0300,
    record_version=0x0300,
    cipher_suites=_OLDER_RSA + _OLDER_DHE + _RENEGOTIATION_SCSV,
    extensions=False,
)
"""For servers that refuse to hear of TLS at all; elliptic curves came after them."""


@dataclass(frozen=True, slots=True)
class Tls13Hello:
    """
    The ClientHello that offers TLS 1.3 and nothing older (RFC 8446 section 4.1.2).

    ``server_name`` is an ASCII DNS name or None; ``random`` and ``session_id`` have 32 random bytes each. The session
    id resumes nothing: it makes the hello look like one of TLS 1.2 to what stands between (appendix D.4). ``key`` is
    the kind of key that the server is to have, ``RSA`` or ``ECDSA``, None for any; it may be signed by any other.
    """

    server_name: str | None
    random: bytes
    session_id: bytes
    cipher_suites: tuple[int, ...] = _TLS13_CIPHER_SUITES
    key: str | None = None

    def message(self, key_shares: Mapping[int, bytes], cookie: bytes = b"") -> bytes:
        """
        Return the handshake message.

        ``key_shares`` are public keys by group in the order preferred; ``cookie`` is what a HelloRetryRequest wants
        repeated.
        """
        suites, extensions = _fixed_tls13(self.cipher_suites, self.key, tuple(key_shares.items()), cookie)
        if self.server_name:
            extensions = _server_name(self.server_name) + extensions
        before = b"\x03\x03" + self.random + _vector(1, self.session_id) + suites
        extensions += _padding(_MESSAGE_HEADER + len(before) + 2 + len(extensions))
        return b"\x01" + _vector(3, before + _vector(2, extensions))


@cache
def _fixed(hello: Hello) -> tuple[bytes, bytes]:
    """Return what all hellos of a shape share: what follows the random, and the extensions that follow the name."""
    suites = b"\x00" + _vector(2, _words(hello.cipher_suites)) + _vector(1, b"\x00")  # no session; null compression
    extensions = b"".join(
        (
            _extension(10, _vector(2, _words(_GROUPS))),
            _extension(11, _vector(1, b"\x00")),  # uncompressed points only, RFC 8422 section 5.1.2
            # RFC 5246 section 7.4.1.4.1: not below the version that it came with.
            _extension(13, _vector(2, _words(_SIGNATURE_ALGORITHMS))) if hello.version >= TLS12.version else b"",
        )
    )
    return suites, extensions


@lru_cache(maxsize=16)  # one for nearly all; the others are second hellos
def _fixed_tls13(
    cipher_suites: tuple[int, ...], key: str | None, key_shares: tuple[tuple[int, bytes], ...], cookie: bytes
) -> tuple[bytes, bytes]:
    """Return the same of hellos of TLS 1.3: what follows the session id, and the extensions that follow the name."""
    suites = _vector(2, _words(cipher_suites)) + _vector(1, b"\x00")
    shares = b"".join(group.to_bytes(2) + _vector(2, key) for group, key in key_shares)
    extensions = b"".join(
        (
            _extension(10, _vector(2, _words(_GROUPS))),
            *_tls13_signature_algorithms(key),
            _extension(43, _vector(1, b"\x03\x04")),
            _extension(44, _vector(2, cookie)) if cookie else b"",
            _extension(51, _vector(2, shares)),
        )
    )
    return suites, extensions


def _tls13_signature_algorithms(key: str | None) -> tuple[bytes, ...]:
    every = _vector(2, _words(_TLS13_SIGNATURE_ALGORITHMS))
    if key is None:
        return (_extension(13, every),)
    own = _vector(2, _words(_TLS13_SIGNATURES_BY[key]))
    return _extension(13, own), _extension(50, every)  # RFC 8446 section 4.2.3: the handshake, the certificates


def _padding(length: int) -> bytes:
    """Return the extension that takes a message of this length, its header counted, out of the range of trouble."""
    if _SAFE_LENGTH < length < _PADDED_LENGTH:
        return _extension(21, bytes(max(0, _PADDED_LENGTH - length - 4)))
    return b""


def _words(numbers: Iterable[int]) -> bytes:
    return b"".join(number.to_bytes(2) for number in numbers)


def _vector(length_bytes: int, data: bytes) -> bytes:
    return len(data).to_bytes(length_bytes) + data


def _extension(kind: int, data: bytes) -> bytes:
    return kind.to_bytes(2) + _vector(2, data)


def _server_name(name: str) -> bytes:
    return _extension(0, _vector(2, b"\x00" + _vector(2, name.encode("ascii"))))  # RFC 6066 section 3
