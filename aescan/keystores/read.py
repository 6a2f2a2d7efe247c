"""
The bytes of a file to the certificates in it, whatever form they have.

Bytes and perhaps a password come in, a ``Bundle`` goes out, or KeystoreError. The content decides, never a file's
name: files are renamed, and headers edited, until an import stops complaining. No file is opened here, nothing asks
for a password, and certificates are not decoded: an odd one is for ``certificates`` to tell of.
"""

import re
from typing import Final

from aescan.errors import KeystoreError
from aescan.keystores import jks, pem, pkcs
from aescan.keystores.asn1 import Kind, from_base64, kind_of, values
from aescan.keystores.model import Bundle, Form

MOST_CERTIFICATES: Final = 4096
"""Certificates of one file: some thirty times what a Java runtime trusts."""

_BASE64: Final = re.compile(rb"[A-Za-z0-9+/=\s]{64,}", re.ASCII)
_UTF16: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
"""How a Windows editor may have saved what was text."""


def read(content: bytes, password: str | None = None) -> Bundle:
    """
    Return what ``content`` holds; ``password`` opens what is encrypted.

    Raises KeystoreError for what holds no certificate and no key, is damaged, or stays shut.
    """
    bundle = _read(_as_bytes(content), password)
    if len(bundle.certificates) > MOST_CERTIFICATES:
        raise KeystoreError(
            f"it holds {len(bundle.certificates):,} certificates; {MOST_CERTIFICATES:,} are the most of one file"
        )
    return bundle


def _read(content: bytes, password: str | None) -> Bundle:
    if jks.is_jks(content):
        return jks.read(content, password)
    if pem.is_pem(content):
        return pem.read(content, password)
    if content[:1] == b"\x30":
        return _binary(content, password)
    if _BASE64.fullmatch(content):  # the lines around it were taken off
        content = from_base64(content)
        if content[:1] == b"\x30":
            return _binary(content, password)
    raise KeystoreError("it holds no certificate: not PEM, DER, PKCS#7, PKCS#12 or JKS", foreign=True)


def _binary(content: bytes, password: str | None) -> Bundle:
    match kind_of(content):
        case Kind.PKCS12:
            return pkcs.pkcs12_bundle(content, password)
        case Kind.PKCS7:
            return Bundle(Form.PKCS7, pkcs.pkcs7_certificates(content))
        case Kind.CERTIFICATE:
            return Bundle(Form.DER, _concatenated(content))
        case Kind.KEY:
            key = pkcs.public_part_of_der(content, password)
            return Bundle(Form.DER, (), (key,) if key else (), 0 if key else 1)
        case kind:
            raise KeystoreError(f"it holds no certificate, but {kind.value}", foreign=True)


def _concatenated(content: bytes) -> tuple[bytes, ...]:
    """Return the certificates that stand one behind the other; what is no certificate ends them."""
    found = [value for value in values(content) if kind_of(value) is Kind.CERTIFICATE]
    return tuple(found) or (content,)


def _as_bytes(content: bytes) -> bytes:
    encoding = _UTF16.get(content[:2])
    return content.decode(encoding, "replace").encode("ascii", "replace") if encoding else content
