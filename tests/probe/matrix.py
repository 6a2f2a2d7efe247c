"""
What servers can be, as a table: factors, what each peer can do, and a choice of rows that covers every pair.

A row is one value of each factor. There are some hundreds of rows that a peer can play; ``covering`` chooses so few
that every two values that go together anywhere meet in one of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import combinations, product
from typing import Final, NamedTuple, cast

from cryptography.hazmat.primitives.asymmetric import dsa

from aescan.lab import certificates
from aescan.lab.certificates import SHA1, SHA256, Identity, SigningKey
from tests import certs


class Peer(StrEnum):
    """Who serves; the first two come with Python and its packages, the others where the machine has them."""

    OPENSSL = "OpenSSL"
    TLSLITE = "tlslite-ng"
    NGINX = "nginx"
    JSSE = "JSSE"


class Version(StrEnum):
    """The one version that is served."""

    SSL3 = "SSL 3.0"
    TLS10 = "TLS 1.0"
    TLS11 = "TLS 1.1"
    TLS12 = "TLS 1.2"
    TLS13 = "TLS 1.3"


class Key(StrEnum):
    """The leaf's key."""

    RSA_1024 = "RSA-1024"
    RSA_2048 = "RSA-2048"
    ECDSA = "ECDSA"
    DSA = "DSA"


class Digest(StrEnum):
    """Of the signatures under the certificates, which are those of an RSA key."""

    SHA1 = "SHA-1"
    SHA256 = "SHA-256"


class Cipher(StrEnum):
    """As it stands in the names of cipher suites."""

    RC4 = "RC4"
    TRIPLE_DES = "3DES"
    AES = "AES"


class Client(StrEnum):
    """Whether a client certificate is asked for, or the handshake ends without one."""

    NO = "no"
    ASKED = "asked"
    REQUIRED = "required"


class Name(StrEnum):
    """What the server does with a server name that it does not know; ``NEEDED``: it refuses all names but its own."""

    IGNORED = "ignored"
    WARNED = "warned"
    FATAL = "fatal"
    NEEDED = "needed"


class Row(NamedTuple):
    """One server."""

    peer: Peer
    version: Version
    key: Key
    digest: Digest
    cipher: Cipher
    client: Client
    name: Name


@dataclass(frozen=True, slots=True)
class Able:
    """What a peer can do."""

    versions: frozenset[Version]
    keys: frozenset[Key] = frozenset(Key)
    ciphers: frozenset[Cipher] = frozenset(Cipher)
    clients: frozenset[Client] = frozenset(Client)
    names: frozenset[Name] = frozenset({Name.IGNORED, Name.FATAL})


ABLE: Final = {
    # Distributions build OpenSSL without RC4 and 3DES.
    Peer.OPENSSL: Able(
        frozenset(Version) - {Version.SSL3},
        ciphers=frozenset({Cipher.AES}), names=frozenset({Name.IGNORED, Name.WARNED, Name.FATAL}),
    ),
    # Its handshake goes on without a client certificate; a name it does not know is an internal matter.
    Peer.TLSLITE: Able(
        frozenset(Version) - {Version.TLS13},
        clients=frozenset({Client.NO, Client.ASKED}), names=frozenset({Name.IGNORED}),
    ),
    # OpenSSL's again; without parameters for DHE there is no DSA.
    Peer.NGINX: Able(
        frozenset(Version) - {Version.SSL3}, keys=frozenset(Key) - {Key.DSA},
        ciphers=frozenset({Cipher.AES}), names=frozenset({Name.IGNORED, Name.NEEDED}),
    ),
    Peer.JSSE: Able(frozenset(Version)),
}  # fmt: skip

NEVER_TOGETHER: Final = (
    {Key.DSA, Cipher.RC4},  # no suite that was ever standard
    {Version.SSL3, Key.ECDSA},  # curves came with TLS 1.0
    {Version.TLS13, Key.DSA},
    {Version.TLS13, Cipher.RC4},
    {Version.TLS13, Cipher.TRIPLE_DES},
    {Version.TLS13, Name.WARNED},  # has no such warnings
)


def possible(row: Row) -> bool:
    """Whether there is such a server."""
    able = ABLE[row.peer]
    return (
        row.version in able.versions
        and row.key in able.keys
        and row.cipher in able.ciphers
        and row.client in able.clients
        and row.name in able.names
        and not any(pair <= set(row) for pair in NEVER_TOGETHER)
    )


def rows(peers: Iterable[Peer]) -> list[Row]:
    """Return every server that these peers can play."""
    every = (Row(*values) for values in product(peers, Version, Key, Digest, Cipher, Client, Name))
    return [row for row in every if possible(row)]


def pairs(row: Row) -> set[tuple[str, str]]:
    """Return every two values of a row."""
    return set(combinations(row, 2))


def covering(peers: Iterable[Peer]) -> list[Row]:
    """Return few rows in which every two values meet that meet in any: always the first of those that add most."""
    choice = rows(peers)
    missing = set().union(*map(pairs, choice))
    chosen = []
    while missing:
        best = max(choice, key=lambda row: len(pairs(row) & missing))
        chosen.append(best)
        missing -= pairs(best)
    return chosen


@cache
def _key(key: Key) -> SigningKey:
    match key:
        case Key.RSA_1024:
            return certificates.rsa_key(1024)
        case Key.RSA_2048:
            return certificates.rsa_key(2048)
        case Key.ECDSA:
            return certificates.ec_key()
        case Key.DSA:
            old = dsa.generate_private_key(1024)  # noqa: S505  as long as they were
            return cast("SigningKey", old)  # it signs no certificate here, which is all that sets it apart


@cache
def chain(key: Key, digest: Digest) -> tuple[Identity, Identity]:
    """Return a leaf with such a key and its root, both signed by RSA with that digest."""
    made = SHA1 if digest is Digest.SHA1 else SHA256
    leaf, root = certs.make_chain(2, digest=made, keys=(_key(key), _key(Key.RSA_2048)))
    return leaf, root
