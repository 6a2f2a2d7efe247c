"""
What holds for the facts of any bytes at all, and for those of a certificate that cryptography reads as well.

``decoded`` is what tests decode with: it returns the facts once these promises are seen to be kept.
"""

import hashlib
import warnings
from datetime import timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from aescan.certificates.algorithms import ATTRIBUTES, SIGNATURES
from aescan.certificates.decode import LONGEST_PROBLEM, decode_certificate
from aescan.certificates.der import outline
from aescan.certificates.extensions import read, walk
from aescan.certificates.facts import Certificate, Name

NAMED = {
    "version": "version",
    "serial_number": "serial number",
    "subject": "subject",
    "issuer": "issuer",
    "not_before": "not before",
    "not_after": "not after",
    "signature_algorithm": "signature algorithm",
    "key_bits": "public key size",
}
"""Facts that every certificate has, and what they are called in ``unreadable``."""


def decoded(der: bytes) -> Certificate:
    """Return the facts of these bytes, which never fails, once they are seen to keep every promise."""
    facts = decode_certificate(der)
    assert facts.der == der
    assert facts.fingerprint_sha256 == hashlib.sha256(der).hexdigest()
    for field, fact in NAMED.items():
        assert (getattr(facts, field) is None) == (f"{fact}: cannot be told" in facts.unreadable)
    for moment in facts.not_before, facts.not_after:
        assert moment is None or moment.utcoffset() == timedelta(0)
    assert all(shown.isprintable() for shown in (facts.title, *facts.dns_names, *facts.ip_addresses, *facts.unreadable))
    assert all(len(problem) <= LONGEST_PROBLEM for problem in facts.unreadable)
    assert len(f"{facts.version} {facts.key_bits} {facts.signature_algorithm} {facts.key_algorithm}") < 1000
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd serial numbers and names
        _agrees(facts)
    return facts


def named(facts: Certificate) -> list[str]:
    """Return the facts that are named unreadable, without the reasons."""
    return [problem.partition(": ")[0] for problem in facts.unreadable]


def _agrees(facts: Certificate) -> None:
    """Whatever cryptography reads, aescan reads the same."""
    try:
        parsed = x509.load_der_x509_certificate(facts.der)
    except (ValueError, x509.InvalidVersion):
        assert facts.unreadable[0].startswith("certificate: ")
        return
    assert facts.version == parsed.version.value + 1
    assert facts.serial_number == parsed.serial_number
    for field, moment in ("not_valid_before_utc", facts.not_before), ("not_valid_after_utc", facts.not_after):
        try:
            assert moment == getattr(parsed, field)
        except ValueError:  # year 0
            assert moment is None
    for field, name in ("subject", facts.subject), ("issuer", facts.issuer):
        try:
            found = getattr(parsed, field)
        except (ValueError, TypeError):  # of string types it does not know
            continue
        _same_name(name, found)
    _same_algorithms(facts, parsed)
    _same_extensions(parsed, facts.der)


def _same_name(name: Name | None, found: x509.Name) -> None:
    assert name is not None
    assert len(name.attributes) == len(list(found))
    for (kind, value), attribute in zip(name.attributes, found, strict=True):
        dotted = attribute.oid.dotted_string
        assert kind == ATTRIBUTES.get(dotted, dotted)
        if isinstance(attribute.value, str) and attribute.value.isascii():  # it takes odd strings for UTF-8
            assert value == attribute.value


def _same_extensions(parsed: x509.Certificate, der: bytes) -> None:
    try:
        found = parsed.extensions
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return
    assert walk(outline(der).extensions) == read(found)


def _same_algorithms(facts: Certificate, parsed: x509.Certificate) -> None:
    dotted = parsed.signature_algorithm_oid.dotted_string
    assert facts.signature_algorithm == (SIGNATURES[dotted].name if dotted in SIGNATURES else dotted)
    try:
        digest, key = parsed.signature_hash_algorithm, parsed.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return
    if digest is not None and digest.name.startswith("sha3"):
        return  # which aescan leaves as an OID
    assert facts.signature_hash == (digest.name if digest is not None else None)
    if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey | dsa.DSAPublicKey):
        assert facts.key_bits == key.key_size
