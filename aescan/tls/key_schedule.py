"""
From a shared secret to readable records: TLS 1.3's key schedule up to the handshake keys, and its record protection.

Secrets and bytes come in, secrets and records go out (RFC 8446 sections 7.1, 7.3 and 5.2). There is no PSK, so the
schedule starts from nothing; the master secret and all after it are never made. A record that does not decrypt is
ProtocolError.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, Hash, HashAlgorithm
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from aescan.errors import ProtocolError
from aescan.tls.codepoints import ContentType
from aescan.tls.records import Record

IV_LENGTH: Final = 12
"""RFC 8446 section 5.3: the nonces of all five cipher suites."""
SHORT_TAG: Final = 8
"""RFC 6655 section 4: what the 8 of CCM_8 means, in bytes."""

_SHA256: Final = SHA256()
_SHA384: Final = SHA384()
_HEAD: Final = bytes((ContentType.APPLICATION_DATA, 3, 3))
"""Type and version of every protected record, whatever it holds (RFC 8446 section 5.2)."""


class Aead(Protocol):
    """An authenticated cipher under one key (RFC 5116)."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        """Return the ciphertext with its tag."""

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        """Return the plaintext; raises InvalidTag."""


@dataclass(frozen=True, slots=True)
class CipherSuite:
    """RFC 8446 appendix B.4: the hash of a suite's key schedule and the cipher of its records; lengths in bytes."""

    algorithm: HashAlgorithm
    key_length: int
    aead: Callable[[bytes], Aead]
    tag_length: int = 16

    def digest(self, data: bytes) -> bytes:
        """Return the hash of ``data``, as of a transcript."""
        return Hash.hash(self.algorithm, data)


SUITES: Final = {
    0x1301: CipherSuite(_SHA256, 16, AESGCM),
    0x1302: CipherSuite(_SHA384, 32, AESGCM),
    0x1303: CipherSuite(_SHA256, 32, ChaCha20Poly1305),
    0x1304: CipherSuite(_SHA256, 16, AESCCM),
    0x1305: CipherSuite(_SHA256, 16, lambda key: AESCCM(key, SHORT_TAG), SHORT_TAG),
}
"""By number, every cipher suite that TLS 1.3 began with."""


class TrafficSecrets(NamedTuple):
    """What each side's handshake keys are made from (RFC 8446 section 7.1)."""

    client: bytes
    server: bytes


def handshake_traffic_secrets(suite: CipherSuite, shared_secret: bytes, hello_hash: bytes) -> TrafficSecrets:
    """
    Return the handshake traffic secrets.

    ``shared_secret`` is what the key exchange gave, ``hello_hash`` the transcript's hash from the first ClientHello to
    the ServerHello.
    """
    secret = HKDF.extract(suite.algorithm, _SALTS[suite.algorithm.name], shared_secret)
    client, server = (
        expand_label(suite.algorithm, secret, label, hello_hash, suite.algorithm.digest_size)
        for label in ("c hs traffic", "s hs traffic")
    )
    return TrafficSecrets(client, server)


def expand_label(algorithm: HashAlgorithm, secret: bytes, label: str, context: bytes, length: int) -> bytes:
    """Return RFC 8446 section 7.1's HKDF-Expand-Label."""
    info = _info(label, length) + len(context).to_bytes(1) + context
    return HKDFExpand(algorithm, length, info).derive(secret)


@cache  # of the few labels and lengths that the suites have
def _info(label: str, length: int) -> bytes:
    full = f"tls13 {label}".encode()
    return length.to_bytes(2) + len(full).to_bytes(1) + full


def _salt(algorithm: HashAlgorithm) -> bytes:
    zeros = bytes(algorithm.digest_size)
    early = HKDF.extract(algorithm, zeros, zeros)
    return expand_label(algorithm, early, "derived", Hash.hash(algorithm, b""), algorithm.digest_size)


_SALTS: Final = {algorithm.name: _salt(algorithm) for algorithm in (_SHA256, _SHA384)}
"""Of the handshake secret: Derive-Secret(Early Secret, "derived"), without a PSK always the same for a hash."""


class Protection:
    """Protects or reads, one after the other, the records of one side under its handshake traffic secret."""

    __slots__ = ("_aead", "_iv", "_sequence", "_tag_length")

    def __init__(self, suite: CipherSuite, secret: bytes) -> None:
        self._aead = suite.aead(expand_label(suite.algorithm, secret, "key", b"", suite.key_length))
        self._iv = int.from_bytes(expand_label(suite.algorithm, secret, "iv", b"", IV_LENGTH))
        self._tag_length = suite.tag_length
        self._sequence = 0

    def open(self, fragment: bytes) -> Record:
        """Return the record that stands encrypted in the next protected record's fragment; its padding is dropped."""
        number = self._sequence
        header = _HEAD + len(fragment).to_bytes(2)
        try:
            inner = self._aead.decrypt(self._nonce(), fragment, header).rstrip(b"\x00")
        except InvalidTag as error:
            raise ProtocolError(
                f"decrypting the server's flight: protected record {number} of {len(fragment)} bytes "
                "does not decrypt under the keys agreed on"
            ) from error
        if not inner:
            raise ProtocolError(f"decrypting the server's flight: protected record {number} holds only padding")
        return inner[-1], inner[:-1]

    def seal(self, kind: int, content: bytes) -> bytes:
        """Return the next protected record, header and all, around ``content`` of that type."""
        inner = content + bytes((kind,))
        header = _HEAD + (len(inner) + self._tag_length).to_bytes(2)
        return header + self._aead.encrypt(self._nonce(), inner, header)

    def _nonce(self) -> bytes:
        nonce = (self._iv ^ self._sequence).to_bytes(IV_LENGTH)
        self._sequence += 1
        return nonce
