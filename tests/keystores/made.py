"""Files of certificates to order: one small chain, in each form that administrators have it in."""

import hashlib
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs7,
    pkcs12,
)

from aescan.lab.certificates import SHA256, Identity, name
from tests.certs import make_chain

PASSWORD = "secret"  # noqa: S105 - of files made here


@cache
def identities() -> tuple[Identity, ...]:
    """Return leaf, intermediate and root."""
    return make_chain(3)


def ders() -> tuple[bytes, ...]:
    """Return the certificates of the chain, leaf first."""
    return tuple(identity.der for identity in identities())


def public_part() -> str:
    """Return the SHA-256 of the leaf's public key."""
    key = identities()[0].key.public_key()
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def pem() -> bytes:
    """Return the chain in PEM."""
    return b"".join(identity.pem for identity in identities())


def key(encoding: Encoding = Encoding.PEM, password: str = "") -> bytes:
    """Return the leaf's private key."""
    return identities()[0].key.private_bytes(encoding, PrivateFormat.PKCS8, _encryption(password))


def request(*subject: str) -> bytes:
    """Return a certificate request in DER."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(name(*subject))
    return builder.sign(identities()[0].key, SHA256).public_bytes(Encoding.DER)


def bundle7(encoding: Encoding = Encoding.DER) -> bytes:
    """Return the chain in PKCS#7."""
    return pkcs7.serialize_certificates([x509.load_der_x509_certificate(der) for der in ders()], encoding)


def bundle12(password: str = PASSWORD, *, with_key: bool = True) -> bytes:
    """Return the chain in PKCS#12, with the leaf's key or without."""
    leaf, *others = (x509.load_der_x509_certificate(der) for der in ders())
    if not with_key:
        return pkcs12.serialize_key_and_certificates(b"ca", None, None, [leaf, *others], _encryption(password))
    return pkcs12.serialize_key_and_certificates(b"aes", identities()[0].key, leaf, others, _encryption(password))


def jks(*entries: tuple[int, bytes], version: int = 2, count: int | None = None, password: str = PASSWORD) -> bytes:
    """Return a Java keystore of (kind, certificate) entries; a private key has its certificate as its chain."""
    body = b"\xfe\xed\xfe\xed" + version.to_bytes(4) + (len(entries) if count is None else count).to_bytes(4)
    for kind, der in entries:
        body += kind.to_bytes(4) + b"\x00\x05alias" + bytes(8)
        body += (3).to_bytes(4) + b"key" + (1).to_bytes(4) if kind == 1 else b""
        body += (b"\x00\x05X.509" if version > 1 else b"") + len(der).to_bytes(4) + der
    sealed = password.encode("utf-16-be") + b"Mighty Aphrodite" + body
    return body + hashlib.sha1(sealed, usedforsecurity=False).digest()


def _encryption(password: str) -> KeySerializationEncryption:
    return BestAvailableEncryption(password.encode()) if password else NoEncryption()
