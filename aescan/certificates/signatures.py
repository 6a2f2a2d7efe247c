"""
Did this key make this signature: the question behind "self-signed" and "signed by", asked of mathematics, not of names.

Two certificates come in as DER, True, False or None (cannot be checked) goes out. Old hashes are checked like new ones:
whether they may be relied on is a finding, not a reason not to look. Never raises.
"""

import warnings
from functools import lru_cache
from typing import Final, cast

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa

from aescan.certificates.algorithms import RSASSA_PSS, SIGNATURES

LARGEST_RSA_BITS: Final = 16384
"""OpenSSL's own bound; a larger key only costs time."""
MOST_REMEMBERED: Final = 512
"""
Certificates kept parsed, and proofs: those of the chains that are being read, and the few CAs that most chains share.
"""
LARGEST_REMEMBERED: Final = 8192
"""Bytes of a certificate that either is kept of, several times what an ordinary one has."""


def parse(der: bytes) -> x509.Certificate:
    """
    Return the certificate as the library has it, the same for the same bytes while it is remembered.

    Raises what the library raises. Its warnings of odd serial numbers are dropped: they are facts here, not events.
    """
    return _parsed(der) if len(der) <= LARGEST_REMEMBERED else _parse(der)


@lru_cache(maxsize=MOST_REMEMBERED)
def _parsed(der: bytes) -> x509.Certificate:
    return _parse(der)


def _parse(der: bytes) -> x509.Certificate:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return x509.load_der_x509_certificate(der)


def signed_by(certificate: bytes, issuer: bytes) -> bool | None:
    """Return whether the public key of ``issuer`` made the signature of ``certificate``; found out once."""
    small = len(certificate) <= LARGEST_REMEMBERED and len(issuer) <= LARGEST_REMEMBERED
    return _proved(certificate, issuer) if small else _prove(certificate, issuer)


def signed_by_another(certificate: bytes, issuer: bytes) -> bool:
    """Return whether it is proved that ``issuer`` signed ``certificate``, and with a key that is not its own."""
    if signed_by(certificate, issuer) is not True:
        return False
    try:
        return parse(certificate).public_key() != parse(issuer).public_key()
    except Exception:  # noqa: BLE001 - a library may refuse the key in any way: then nothing is proved about it
        return False


@lru_cache(maxsize=MOST_REMEMBERED)
def _proved(certificate: bytes, issuer: bytes) -> bool | None:
    return _prove(certificate, issuer)


def _prove(certificate: bytes, issuer: bytes) -> bool | None:
    try:
        return _verify(parse(certificate), parse(issuer))
    except InvalidSignature:
        return False
    except Exception:  # noqa: BLE001 - a library may refuse bytes, key or algorithm in any way: then it is unknown
        return None


def _verify(certificate: x509.Certificate, issuer: x509.Certificate) -> bool | None:
    dotted = certificate.signature_algorithm_oid.dotted_string
    if dotted not in SIGNATURES:
        return None
    algorithm = SIGNATURES[dotted].name
    signature, signed = certificate.signature, certificate.tbs_certificate_bytes
    match issuer.public_key():
        case rsa.RSAPublicKey() as key if "RSA" in algorithm:
            if key.key_size > LARGEST_RSA_BITS:
                return None
            key.verify(signature, signed, _padding(certificate, dotted), _hash(certificate))
        case ec.EllipticCurvePublicKey() as key if "ecdsa" in algorithm:
            key.verify(signature, signed, ec.ECDSA(_hash(certificate)))
        case dsa.DSAPublicKey() as key if "dsa" in algorithm:
            key.verify(signature, signed, _hash(certificate))
        case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey() as key:
            key.verify(signature, signed)
        case _:
            return False  # another kind of key made the signature
    return True


def _padding(certificate: x509.Certificate, dotted: str) -> padding.PSS | padding.PKCS1v15:
    # Asked for PSS only: for MD5 and SHA-1 the library tells no parameters, though it can check them.
    return (
        cast("padding.PSS", certificate.signature_algorithm_parameters) if dotted == RSASSA_PSS else padding.PKCS1v15()
    )


def _hash(certificate: x509.Certificate) -> hashes.HashAlgorithm:
    # None only for Ed25519 and Ed448, which do not come here; an error for what the library cannot check.
    return cast("hashes.HashAlgorithm", certificate.signature_hash_algorithm)
