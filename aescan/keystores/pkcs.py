"""
PKCS#7, PKCS#12 and private keys, as ``cryptography`` reads them.

DER or PEM and perhaps a password come in; certificates and the public parts of keys go out, or KeystoreError with what
to do. A private key is held only as long as it takes to ask for its public part.
"""

import hashlib
import warnings
from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_pem_private_key,
    pkcs7,
    pkcs12,
)

from aescan.errors import KeystoreError
from aescan.keystores.asn1 import iterations
from aescan.keystores.model import Bundle, Form

MOST_ITERATIONS: Final = 20_000_000
"""Rounds of key derivation that one file may cost: some seconds, and thirty times what is advised for passwords."""
NO_PASSWORD: Final = (None, b"")
"""Tried where none was given: Java writes PKCS#12 without any protection, others with an empty password."""

T = TypeVar("T")


def pkcs7_certificates(content: bytes) -> tuple[bytes, ...]:
    """Return the certificates of a PKCS#7 (RFC 5652 SignedData) in the order of the file."""
    found = _attempt(partial(pkcs7.load_der_pkcs7_certificates, content))
    if not found:
        raise KeystoreError("it begins as PKCS#7, but no certificates can be read from it; it may be damaged")
    return tuple(certificate.public_bytes(Encoding.DER) for certificate in found)


def pkcs12_bundle(content: bytes, password: str | None) -> Bundle:
    """Return what a PKCS#12 (RFC 7292) holds, the certificate of its private key first."""
    if iterations(content) > MOST_ITERATIONS:
        raise KeystoreError(f"it is PKCS#12 that would take more than {MOST_ITERATIONS:,} rounds to open")
    passwords = NO_PASSWORD if password is None else (password.encode(),)
    tried = (_attempt(partial(pkcs12.load_pkcs12, content, secret)) for secret in passwords)
    found = next(filter(None, tried), None)
    if found is None and password is None:
        raise KeystoreError("it is PKCS#12 and needs a password, or is damaged", locked=True)
    if found is None:
        raise KeystoreError("it is PKCS#12 that this password does not open, or it is damaged", locked=True)
    certificates = [*([found.cert] if found.cert else []), *found.additional_certs]
    return Bundle(
        Form.PKCS12,
        tuple(one.certificate.public_bytes(Encoding.DER) for one in certificates),
        (_public_part(found.key),) if found.key else (),
    )


def public_part_of_der(content: bytes, password: str | None) -> str | None:
    """Return the SHA-256 of the public part of this private key, None where it stays shut."""
    return _opened(partial(load_der_private_key, content), password if iterations(content) <= MOST_ITERATIONS else None)


def public_part_of_pem(block: bytes, content: bytes, password: str | None) -> str | None:
    """Return the same of the key in this PEM block, whose decoded content stands beside it."""
    return _opened(partial(load_pem_private_key, block), password if iterations(content) <= MOST_ITERATIONS else None)


def _opened(load: Callable[[bytes | None], PrivateKeyTypes], password: str | None) -> str | None:
    # Without a password first: one that is given may be meant for another file, and the library minds one too many.
    for secret in (None, *([password.encode()] if password else [])):
        if (key := _attempt(partial(load, secret))) is not None:
            return _public_part(key)
    return None


def _public_part(key: PrivateKeyTypes) -> str:
    encoded = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(encoded).hexdigest()


def _attempt(load: Callable[[], T]) -> T | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd certificates and of BER, neither of which matters here
            return load()
    except Exception:  # noqa: BLE001 - bytes from strangers: however a library refuses, it is shut or damaged
        return None
