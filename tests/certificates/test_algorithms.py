"""The names of algorithms, keys and attributes are those of OpenSSL and the RFCs."""

import re
from collections.abc import Iterable

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ObjectIdentifier

from aescan.certificates.algorithms import (
    ATTRIBUTES,
    CURVE_BITS,
    EXTENDED_KEY_USAGES,
    FIXED_KEY_BITS,
    HASHES,
    PUBLIC_KEYS,
    SIGNATURES,
)
from tests.certs import openssl

LONG_NAMES = {
    "CN": "commonName",
    "SN": "surname",
    "C": "countryName",
    "L": "localityName",
    "ST": "stateOrProvinceName",
    "STREET": "streetAddress",
    "O": "organizationName",
    "OU": "organizationalUnitName",
    "GN": "givenName",
    "UID": "userId",
    "DC": "domainComponent",
    "serverAuth": "TLS Web Server Authentication",
    "clientAuth": "TLS Web Client Authentication",
    "codeSigning": "Code Signing",
    "emailProtection": "E-mail Protection",
    "timeStamping": "Time Stamping",
    "OCSPSigning": "OCSP Signing",
    "anyExtendedKeyUsage": "Any Extended Key Usage",
    "RSASSA-PSS": "rsassaPss",
    "dsa-with-SHA1": "dsaWithSHA1",
    "Ed25519": "ED25519",
    "Ed448": "ED448",
}
"""What OpenSSL calls the things for which aescan has another name: a shorter one, or that of an RFC."""


def shown_by_openssl(oids: Iterable[str]) -> list[str]:
    """Return what OpenSSL calls these object identifiers."""
    fields = "".join(f"field{number}=OID:{dotted}\n" for number, dotted in enumerate(oids))
    given = f"asn1=SEQUENCE:all\n[all]\n{fields}".encode()
    return [line.rpartition(":")[2] for line in openssl("asn1parse", "-genconf", "-", given=given).splitlines()[1:]]


@pytest.mark.parametrize(
    "names",
    [
        {dotted: signature.name for dotted, signature in SIGNATURES.items()},
        HASHES,
        ATTRIBUTES,
        EXTENDED_KEY_USAGES,
    ],
    ids=["signatures", "hashes", "attributes", "extended key usages"],
)
def test_names_are_those_of_openssl(names: dict[str, str]) -> None:
    """Each OID has the name that OpenSSL knows it by, or the RFC's for it."""
    expected = [LONG_NAMES.get(name, name).replace("dsa-with-", "dsa_with_") for name in names.values()]
    assert [name.replace("ecdsa-with-", "ecdsa_with_") for name in shown_by_openssl(names)] == expected


def test_signatures_name_their_hash() -> None:
    """Every signature algorithm has a hash that cryptography knows too, or MD2 or MD4, or none."""
    kinds = (hashes.MD5, hashes.SHA1, hashes.SHA224, hashes.SHA256, hashes.SHA384, hashes.SHA512)
    known = {kind.name for kind in kinds}
    for signature in SIGNATURES.values():
        assert signature.hash in known | {"md2", "md4", None}
        assert signature.hash is None or signature.hash in signature.name.lower()
    assert set(HASHES.values()) <= known | {"md2"}


def test_curves_have_the_size_of_their_field() -> None:
    """Every curve that cryptography knows has the size it says; of all others OpenSSL's name has it."""
    unknown = {}
    for dotted, bits in CURVE_BITS.items():
        try:
            assert ec.get_curve_for_oid(ObjectIdentifier(dotted))().key_size == bits
        except LookupError:
            unknown[dotted] = bits
    names = shown_by_openssl(unknown)
    sizes = [int(found[0]) if (found := re.findall(r"[0-9]{3}", name)) else None for name in names]
    assert [size or 256 for size in sizes] == [*unknown.values()]
    assert [name for name, size in zip(names, sizes, strict=True) if size is None] == ["sm2"]


def test_fixed_sizes_are_those_of_keys() -> None:
    """Each algorithm of one size is an algorithm of keys."""
    assert set(FIXED_KEY_BITS) <= set(PUBLIC_KEYS.values())
