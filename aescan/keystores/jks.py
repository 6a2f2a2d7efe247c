"""
The certificates of a Java keystore of type JKS or JCEKS, as Java clients of AE Services keep what they trust.

Bytes and perhaps a password come in, a ``Bundle`` goes out, or KeystoreError. The certificates stand there in the
clear, so no password is needed for them; one that is given is held against the digest at the end, as Java does. Private
keys stay shut: they are encrypted in Java's own way, and whoever wants one opened exports it as PKCS#12.

Read here and not by a library, because the one on PyPI (pyjks, last release 2020, its maintainers on other things)
needs a compiler to install, for a cipher of another keystore, and deserialises Java objects. The layout is that of
``sun.security.provider.JavaKeyStore`` in OpenJDK: big-endian numbers, strings with a length of two bytes, everything
else with one of four. Every length is held against what is left, so the work is linear in the size of the file.
"""

import hashlib
import hmac
from typing import Final

from aescan.errors import KeystoreError
from aescan.keystores.model import Bundle, Form

JKS: Final = bytes.fromhex("feedfeed")
JCEKS: Final = bytes.fromhex("cececece")
VERSIONS: Final = (1, 2)
"""Version 2 names the type of each certificate."""
PRIVATE_KEY: Final = 1
TRUSTED_CERTIFICATE: Final = 2
DIGEST_SALT: Final = b"Mighty Aphrodite"
"""What Java puts between the password and the content before it hashes both."""
DIGEST_BYTES: Final = 20
"""SHA-1, at the end of the file."""


def is_jks(content: bytes) -> bool:
    """Whether ``content`` begins as a Java keystore does."""
    return content[:4] in {JKS, JCEKS}


def read(content: bytes, password: str | None = None) -> Bundle:
    """Return the certificates: those trusted, and the chains of private keys, in the order of the file."""
    try:
        certificates, keys = _Reader(content).entries()
    except EOFError:
        raise KeystoreError("it begins as a Java keystore, but is cut short or damaged") from None
    if password is not None and not _sealed_with(password, content):
        raise KeystoreError("it is a Java keystore that was not written with this password, or it is damaged")
    return Bundle(Form.JKS, tuple(certificates), locked_keys=keys)


def _sealed_with(password: str, content: bytes) -> bool:
    body, digest = content[:-DIGEST_BYTES], content[-DIGEST_BYTES:]
    # SHA-1 is what the format has; nothing here relies on it for more than Java does.
    made = hashlib.sha1(password.encode("utf-16-be") + DIGEST_SALT + body, usedforsecurity=False).digest()
    return hmac.compare_digest(made, digest)


class _Reader:
    """Reads one keystore from the front; raises EOFError where the bytes end too early."""

    def __init__(self, content: bytes) -> None:
        self.content = content[:-DIGEST_BYTES]
        self.position = 4

    def entries(self) -> tuple[list[bytes], int]:
        """Return the certificates, and how many private keys there are."""
        version, count = self.number(), self.number()
        if version not in VERSIONS:
            raise KeystoreError(f"it is a Java keystore of version {version}; versions 1 and 2 are known")
        certificates: list[bytes] = []
        keys = 0
        for _ in range(count):
            kind = self.number()
            self.string()  # the alias
            self.take(8)  # when it was made
            if kind == PRIVATE_KEY:
                keys += 1
                self.take(self.number())
                certificates += [self.certificate(version) for _ in range(self.number())]
            elif kind == TRUSTED_CERTIFICATE:
                certificates.append(self.certificate(version))
            else:  # a secret key of JCEKS: a serialised Java object, which does not say where it ends
                raise KeystoreError(
                    "it is a Java keystore with an entry that is neither key nor certificate;"
                    " export its certificates with keytool -exportcert"
                )
        if self.position != len(self.content):
            raise EOFError
        return certificates, keys

    def certificate(self, version: int) -> bytes:
        if version > 1:
            self.string()  # the type, X.509
        return self.take(self.number())

    def string(self) -> bytes:
        return self.take(int.from_bytes(self.take(2)))

    def number(self) -> int:
        return int.from_bytes(self.take(4))

    def take(self, length: int) -> bytes:
        end = self.position + length
        if end > len(self.content):
            raise EOFError
        taken = self.content[self.position : end]
        self.position = end
        return taken
