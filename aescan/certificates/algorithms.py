"""
Object identifiers of signatures, keys and names under the names that RFCs and OpenSSL use.

OIDs come in, names go out; an OID without a name stays an OID.
"""

from typing import Final, NamedTuple


class Signature(NamedTuple):
    """A signature algorithm: its name and the hash it uses, None where there is none or the parameters tell."""

    name: str
    hash: str | None


RSASSA_PSS: Final = "1.2.840.113549.1.1.10"

SIGNATURES: Final = {
    "1.2.840.113549.1.1.2": Signature("md2WithRSAEncryption", "md2"),
    "1.2.840.113549.1.1.3": Signature("md4WithRSAEncryption", "md4"),
    "1.2.840.113549.1.1.4": Signature("md5WithRSAEncryption", "md5"),
    "1.2.840.113549.1.1.5": Signature("sha1WithRSAEncryption", "sha1"),
    "1.3.14.3.2.29": Signature("sha1WithRSA", "sha1"),
    "1.3.14.3.2.3": Signature("md5WithRSA", "md5"),
    RSASSA_PSS: Signature("RSASSA-PSS", None),
    "1.2.840.113549.1.1.11": Signature("sha256WithRSAEncryption", "sha256"),
    "1.2.840.113549.1.1.12": Signature("sha384WithRSAEncryption", "sha384"),
    "1.2.840.113549.1.1.13": Signature("sha512WithRSAEncryption", "sha512"),
    "1.2.840.113549.1.1.14": Signature("sha224WithRSAEncryption", "sha224"),
    "1.2.840.10040.4.3": Signature("dsa-with-SHA1", "sha1"),
    "1.3.14.3.2.27": Signature("dsaWithSHA1-old", "sha1"),
    "2.16.840.1.101.3.4.3.1": Signature("dsa-with-SHA224", "sha224"),
    "2.16.840.1.101.3.4.3.2": Signature("dsa-with-SHA256", "sha256"),
    "2.16.840.1.101.3.4.3.3": Signature("dsa-with-SHA384", "sha384"),
    "2.16.840.1.101.3.4.3.4": Signature("dsa-with-SHA512", "sha512"),
    "1.2.840.10045.4.1": Signature("ecdsa-with-SHA1", "sha1"),
    "1.2.840.10045.4.3.1": Signature("ecdsa-with-SHA224", "sha224"),
    "1.2.840.10045.4.3.2": Signature("ecdsa-with-SHA256", "sha256"),
    "1.2.840.10045.4.3.3": Signature("ecdsa-with-SHA384", "sha384"),
    "1.2.840.10045.4.3.4": Signature("ecdsa-with-SHA512", "sha512"),
    "1.3.101.112": Signature("Ed25519", None),
    "1.3.101.113": Signature("Ed448", None),
}
"""RFC 3279, 4055, 5758, 8410; the 1.3.14.3.2 arc is OIW's, still met on old products."""

HASHES: Final = {
    "1.2.840.113549.2.2": "md2",
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}

PUBLIC_KEYS: Final = {
    "1.2.840.113549.1.1.1": "RSA",
    RSASSA_PSS: "RSA",
    "1.2.840.10040.4.1": "DSA",
    "1.2.840.10045.2.1": "EC",
    "1.3.101.110": "X25519",
    "1.3.101.111": "X448",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
}

FIXED_KEY_BITS: Final = {"X25519": 255, "Ed25519": 255, "X448": 448, "Ed448": 448}
"""RFC 7748 and 8032: sizes of the fields."""

CURVE_BITS: Final = {
    "1.2.840.10045.3.1.1": 192,
    "1.3.132.0.33": 224,
    "1.2.840.10045.3.1.7": 256,
    "1.3.132.0.10": 256,
    "1.3.132.0.34": 384,
    "1.3.132.0.35": 521,
    "1.3.36.3.3.2.8.1.1.7": 256,
    "1.3.36.3.3.2.8.1.1.11": 384,
    "1.3.36.3.3.2.8.1.1.13": 512,
}

ATTRIBUTES: Final = {
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "title",
    "2.5.4.17": "postalCode",
    "2.5.4.42": "GN",
    "2.5.4.97": "organizationIdentifier",
    "1.2.840.113549.1.9.1": "emailAddress",
    "1.2.840.113549.1.9.2": "unstructuredName",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
}
"""RFC 4514 section 3 and RFC 4519, with the names OpenSSL prints for the rest."""

EXTENDED_KEY_USAGES: Final = {
    "1.3.6.1.5.5.7.3.1": "serverAuth",
    "1.3.6.1.5.5.7.3.2": "clientAuth",
    "1.3.6.1.5.5.7.3.3": "codeSigning",
    "1.3.6.1.5.5.7.3.4": "emailProtection",
    "1.3.6.1.5.5.7.3.8": "timeStamping",
    "1.3.6.1.5.5.7.3.9": "OCSPSigning",
    "2.5.29.37.0": "anyExtendedKeyUsage",
}
"""RFC 5280 section 4.2.1.12."""
