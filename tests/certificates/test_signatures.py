"""Signatures are checked with keys; names have no say."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding

from aescan.certificates.signatures import (
    LARGEST_REMEMBERED,
    LARGEST_RSA_BITS,
    parse,
    signed_by,
    signed_by_another,
)
from tests.certificates import encode
from tests.certificates.encode import (
    EXPLICIT_0,
    NULL,
    PSS_OID,
    SHA256_OID,
    algorithm,
    certificate,
    common_name,
    hashed_by,
    integer,
    public_key,
    sequence,
    tlv,
)
from tests.certificates.promise import decoded
from tests.certs import ODD, odd_certificate, rsa_key

OTHER = public_key(rsa_key(number=1).public_key())
EC_KEY = ec.generate_private_key(ec.SECP256R1())
EC_PUBLIC = public_key(EC_KEY.public_key())
"""Keys that did not sign what ``certificate`` makes."""


def old(digest: hashes.HashAlgorithm) -> encode.Signer:
    """Return a signer that signs by this hash."""
    return lambda tbs: rsa_key().sign(tbs, padding.PKCS1v15(), digest)


def pss(digest: hashes.HashAlgorithm) -> encode.Signer:
    """Return a signer for RSASSA-PSS by this hash."""
    return lambda tbs: rsa_key().sign(tbs, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)


SHA1, MD5 = hashes.SHA1(), hashes.MD5()  # noqa: S303  what is found on old servers


@pytest.mark.parametrize("case", sorted(ODD))
def test_every_kind_of_signature(case: str) -> None:
    """A self-signed certificate of any algorithm is signed by its own key and by no other kind of key."""
    der = odd_certificate(case)
    assert signed_by(der, der) is True
    for other in ODD:
        if decoded(odd_certificate(other)).public_key_sha256 != decoded(der).public_key_sha256:
            assert signed_by(der, odd_certificate(other)) is False


@pytest.mark.parametrize(
    ("identifier", "signer", "expected"),
    [
        (algorithm("1.2.840.113549.1.1.5", tlv(NULL)), old(SHA1), True),
        (algorithm("1.2.840.113549.1.1.5"), old(SHA1), True),
        (algorithm("1.3.14.3.2.29", tlv(NULL)), old(SHA1), True),
        (algorithm("1.2.840.113549.1.1.4", tlv(NULL)), old(MD5), True),
        (algorithm("1.2.840.113549.1.1.5", tlv(NULL)), old(MD5), False),
        (algorithm(PSS_OID, sequence()), pss(SHA1), True),
        (algorithm(PSS_OID, hashed_by(SHA256_OID, salt=32)), pss(hashes.SHA256()), True),
        (algorithm(PSS_OID, hashed_by(SHA256_OID, salt=32)), old(hashes.SHA256()), False),
        (algorithm("1.2.840.10045.4.3.2"), encode.sign, False),
        (algorithm("1.3.101.112"), encode.sign, False),
        (algorithm("1.2.840.113549.1.1.2", tlv(NULL)), encode.sign, None),
        (algorithm("1.3.14.3.2.3", tlv(NULL)), old(MD5), None),
        (algorithm(PSS_OID), pss(SHA1), None),
        (algorithm("1.2.3.4"), encode.sign, None),
    ],
)
def test_own_key(identifier: bytes, signer: encode.Signer, expected: bool | None) -> None:
    """Old hashes are checked like new ones; what nobody checks any more, or nobody knows, is neither true nor false."""
    der = certificate(signature=identifier, signed=signer)
    assert signed_by(der, der) is expected
    assert decoded(der).self_signed is expected


def test_names_do_not_make_a_signature() -> None:
    """Equal names with another key are not self-signed; other names with the own key are."""
    assert decoded(certificate(issuer=encode.SUBJECT, key=OTHER)).self_signed is False
    assert decoded(certificate(issuer=common_name("a"), subject=common_name("b"))).self_signed is True


def test_the_key_that_signed() -> None:
    """Of two certificates of one name only the one with the key that signed is the signer, whatever else it says."""
    leaf = certificate(key=EC_PUBLIC)
    assert signed_by(leaf, certificate(subject=encode.ISSUER)) is True
    assert signed_by(leaf, certificate(subject=encode.ISSUER, key=OTHER)) is False
    assert signed_by(leaf, certificate(serial=integer(-1))) is True


def test_another_kind_of_key() -> None:
    """An EC key made no RSA signature, not even one that cannot be checked; what is unknown it may have made."""
    md2, unknown = algorithm("1.2.840.113549.1.1.2", tlv(NULL)), algorithm("1.2.3.4")
    assert signed_by(certificate(signature=md2), certificate(key=EC_PUBLIC)) is False
    assert signed_by(certificate(signature=unknown), certificate(key=EC_PUBLIC)) is None


@pytest.mark.parametrize(
    "issuer",
    [
        b"",
        certificate(version=tlv(EXPLICIT_0, integer(1))),
        certificate(end=b"\x00"),
        certificate(key=sequence(algorithm("1.2.3"), tlv(encode.BITS, b"\x00"))),
        certificate(key=sequence(algorithm("1.2.840.113549.1.1.1", tlv(NULL)), tlv(encode.BITS, b"\x00"))),
        certificate(
            key=sequence(
                algorithm("1.2.840.113549.1.1.1", tlv(NULL)),
                tlv(encode.BITS, b"\x00" + sequence(integer((1 << LARGEST_RSA_BITS) + 1), integer(65537))),
            )
        ),
    ],
    ids=["nothing", "version 2", "more behind it", "unknown key", "broken key", "endless key"],
)
def test_what_cannot_be_checked(issuer: bytes) -> None:
    """A certificate or key that the library refuses, or that costs too much, proves nothing either way."""
    leaf = certificate(key=OTHER)
    assert signed_by(leaf, certificate()) is True
    assert signed_by(leaf, issuer) is None


def test_signed_by_another() -> None:
    """Only a signature by a key that is not the certificate's own counts, whatever the names."""
    leaf, same_key = certificate(key=OTHER), certificate(serial=integer(2))
    assert signed_by_another(leaf, certificate()) is True
    assert signed_by_another(leaf, certificate(key=EC_PUBLIC)) is False
    assert signed_by_another(same_key, certificate()) is False
    unknown = sequence(sequence(encode.oid("1.2.840.10045.2.1"), encode.oid("1.3.132.0.8")), tlv(0x03, bytes(42)))
    assert signed_by_another(certificate(issuer=encode.SUBJECT, key=unknown), certificate()) is False
    assert signed_by_another(leaf, b"") is False
    assert signed_by_another(b"", leaf) is False


def test_what_is_small_is_parsed_once() -> None:
    """Equal bytes give the very same object, but for those of a size that nobody wants to keep."""
    small, large = certificate(), certificate(subject=common_name("a" * LARGEST_REMEMBERED))
    assert parse(small) is parse(bytes(bytearray(small)))
    assert parse(large) is not parse(large)
    assert signed_by(large, small) is True
    assert signed_by(small, large) is True
