"""
The client's half of an ephemeral Diffie-Hellman key exchange (RFC 8446 sections 4.2.8 and 7.4).

The number of a group comes in, a key pair goes out; the server's public key comes in, the shared secret goes out. A
public key that is none, whatever its bytes, is ProtocolError. Randomness is the cryptography library's own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric import ec, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from aescan.errors import ProtocolError
from aescan.tls.codepoints import group_name

SECP256R1: Final = 0x0017
SECP384R1: Final = 0x0018
SECP521R1: Final = 0x0019
X25519: Final = 0x001D


class KeyPair(Protocol):
    """One private key with its public one."""

    @property
    def public(self) -> bytes:
        """The public key as a key share carries it."""

    def exchange(self, public: bytes) -> bytes:
        """Return the secret shared with the owner of ``public``, a key share's bytes; raises ProtocolError."""


@dataclass(frozen=True)
class X25519Pair:
    """RFC 7748 section 5, in TLS as RFC 8446 section 7.4.2 says."""

    private: x25519.X25519PrivateKey

    @cached_property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self.private.public_key().public_bytes_raw()

    def exchange(self, public: bytes) -> bytes:
        """Return the shared secret; a key of small order, which makes it all zero, is refused."""
        try:
            return self.private.exchange(x25519.X25519PublicKey.from_public_bytes(public))
        except ValueError as error:
            raise _no_key(X25519, public) from error


@dataclass(frozen=True)
class CurvePair:
    """One of the NIST curves, in TLS as RFC 8446 sections 4.2.8.2 and 7.4.2 say; ``group`` is its number."""

    group: int
    private: ec.EllipticCurvePrivateKey

    @cached_property
    def public(self) -> bytes:
        """The point, uncompressed."""
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def exchange(self, public: bytes) -> bytes:
        """Return the shared secret; a point that is not on the curve is refused."""
        try:
            point = ec.EllipticCurvePublicKey.from_encoded_point(self.private.curve, public)
            return self.private.exchange(ec.ECDH(), point)
        except ValueError as error:
            raise _no_key(self.group, public) from error


KEY_PAIRS: Final[dict[int, Callable[[], KeyPair]]] = {
    X25519: lambda: X25519Pair(x25519.X25519PrivateKey.generate()),
    SECP256R1: lambda: CurvePair(SECP256R1, ec.generate_private_key(ec.SECP256R1())),
    SECP384R1: lambda: CurvePair(SECP384R1, ec.generate_private_key(ec.SECP384R1())),
    SECP521R1: lambda: CurvePair(SECP521R1, ec.generate_private_key(ec.SECP521R1())),
}
"""For each group that a hello offers, what makes a key pair of it."""


def new_key_pair(group: int) -> KeyPair:
    """Return a fresh key pair of a group out of ``KEY_PAIRS``."""
    return KEY_PAIRS[group]()


@cache
def shared_key_pair(group: int) -> KeyPair:
    """
    Return this process's own key pair of a group, the same for every probe.

    One who learned it could read what a server told us up to its certificates, which it tells everybody who asks; we
    say nothing under these keys but goodbye. There is no secret to keep, so a new pair for each probe would only cost.
    """
    return new_key_pair(group)


def _no_key(group: int, public: bytes) -> ProtocolError:
    return ProtocolError(
        f"agreeing on keys: the server's key share of {len(public)} bytes is no public key of {group_name(group)}"
    )
