"""
Certificates made to order, in memory, sound or outdated.

A subject, a key, dates and an issuer come in, an ``Identity`` (DER and private key) goes out. No file, no clock, no
program is used; nothing made here belongs to a real server or CA.

The certificates of AE Services' past carry SHA-1, which cryptography's builder refuses to sign with. So such a
certificate is built with SHA-256 first; then the identifier of the algorithm is exchanged in both of its places (RFC
5280 sections 4.1.1.2 and 4.1.2.3) and the signature made anew. For RSA the identifiers are equally long, so that no
length around them changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SigningKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Digest = hashes.SHA256 | hashes.SHA1 | hashes.MD5

PUBLIC_EXPONENT: Final = 65537
"""The public exponent that nearly every RSA key has; cryptography advises against any other."""

SHA256: Final = hashes.SHA256()
SHA1: Final = hashes.SHA1()  # noqa: S303  the digest that aescan is there to find
MD5: Final = hashes.MD5()  # noqa: S303  likewise

SHA256_WITH_RSA: Final = bytes.fromhex("300d06092a864886f70d01010b0500")
"""DER of the AlgorithmIdentifier sha256WithRSAEncryption (RFC 4055 section 5)."""

OUTDATED: Final = {
    SHA1.name: bytes.fromhex("300d06092a864886f70d0101050500"),
    MD5.name: bytes.fromhex("300d06092a864886f70d0101040500"),
}
"""The same for the digests that the builder refuses, by their names (RFC 3279 section 2.2.1)."""

ATTRIBUTES: Final = {
    "C": NameOID.COUNTRY_NAME,
    "ST": NameOID.STATE_OR_PROVINCE_NAME,
    "L": NameOID.LOCALITY_NAME,
    "O": NameOID.ORGANIZATION_NAME,
    "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "CN": NameOID.COMMON_NAME,
    "E": NameOID.EMAIL_ADDRESS,
}


@dataclass(frozen=True, slots=True)
class Validity:
    """From ``not_before`` to ``not_after``, both included, aware UTC, whole seconds."""

    not_before: datetime
    not_after: datetime

    @classmethod
    def starting(cls, not_before: datetime, days: int) -> "Validity":
        """Return ``days`` days from ``not_before`` on."""
        return cls(not_before, not_before + timedelta(days=days))

    @classmethod
    def ending(cls, not_after: datetime, days: int) -> "Validity":
        """Return the ``days`` days before ``not_after``."""
        return cls(not_after - timedelta(days=days), not_after)


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate with the private key that belongs to it; ``der`` is the certificate."""

    der: bytes
    key: SigningKey = field(repr=False)
    subject: x509.Name
    validity: Validity

    @property
    def pem(self) -> bytes:
        """The certificate in PEM."""
        return x509.load_der_x509_certificate(self.der).public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The private key in PEM, not encrypted."""
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return a new RSA key of 1024 bits or more; cryptography makes no shorter ones."""
    return rsa.generate_private_key(PUBLIC_EXPONENT, bits)


def ec_key() -> ec.EllipticCurvePrivateKey:
    """Return a new key on P-256: made at once, for where the type of key does not matter."""
    return ec.generate_private_key(ec.SECP256R1())


def name(*attributes: str) -> x509.Name:
    """Return a name of ``TYPE=value`` attributes, encoded in the order given: ``name("C=US", "CN=aes1")``."""
    pairs = (attribute.split("=", 1) for attribute in attributes)
    return x509.Name([x509.NameAttribute(ATTRIBUTES[kind], value) for kind, value in pairs])


def authority(path_length: int | None = None) -> tuple[x509.ExtensionType, ...]:
    """Return the extensions of a CA: it may sign certificates, with at most ``path_length`` more CAs below it."""
    return x509.BasicConstraints(ca=True, path_length=path_length), key_usage("key_cert_sign", "crl_sign")


def server(*alternative_names: x509.GeneralName) -> tuple[x509.ExtensionType, ...]:
    """Return the extensions of a TLS server; without names there is no subjectAltName."""
    extensions = (
        x509.BasicConstraints(ca=False, path_length=None),
        key_usage("digital_signature", "key_encipherment"),
        SERVER_AND_CLIENT,
    )
    return (*extensions, x509.SubjectAlternativeName(alternative_names)) if alternative_names else extensions


SERVER_AND_CLIENT: Final = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])

USAGES: Final = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
"""The bits of the key usage extension, RFC 5280 section 4.2.1.3, by cryptography's names for them."""


def key_usage(*usages: str) -> x509.KeyUsage:
    """Return a key usage of these bits out of ``USAGES``."""
    return x509.KeyUsage(**{usage: usage in usages for usage in USAGES})


def issue(
    subject: x509.Name,
    key: SigningKey,
    validity: Validity,
    *,
    issuer: Identity | None = None,
    digest: Digest = SHA256,
    serial: int | None = None,
    extensions: Iterable[x509.ExtensionType] = (),
) -> Identity:
    """
    Return a certificate for ``key``, version 3, with subject and authority key identifiers.

    ``issuer``
        Who signs; None makes it self-signed.
    ``digest``
        ``SHA1`` and ``MD5`` only where an RSA key signs, else TypeError.
    ``serial``
        A random one of 159 bits unless given.
    """
    signer = key if issuer is None else issuer.key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.subject)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(validity.not_before)
        .not_valid_after(validity.not_after)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    for extension in extensions:
        critical = isinstance(extension, x509.BasicConstraints | x509.KeyUsage)
        builder = builder.add_extension(extension, critical=critical)
    der = builder.sign(signer, SHA256).public_bytes(serialization.Encoding.DER)
    return Identity(der if digest is SHA256 else _signed_again(der, signer, digest), key, subject, validity)


def _signed_again(der: bytes, signer: SigningKey, digest: Digest) -> bytes:
    if not isinstance(signer, rsa.RSAPrivateKey):
        raise TypeError("only an RSA key signs with SHA-1 or MD5 here")
    der = der.replace(SHA256_WITH_RSA, OUTDATED[digest.name])
    signature = signer.sign(x509.load_der_x509_certificate(der).tbs_certificate_bytes, padding.PKCS1v15(), digest)
    return der[: -len(signature)] + signature
