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

_CURVES: Final[dict[str, dict[int, int]]] = {
    "1.3.132.0": {
        1: 163,
        2: 163,
        3: 239,
        4: 113,
        5: 113,
        6: 112,
        7: 112,
        8: 160,
        9: 160,
        10: 256,
        15: 163,
        16: 283,
        17: 283,
        22: 131,
        23: 131,
        24: 193,
        25: 193,
        26: 233,
        27: 233,
        28: 128,
        29: 128,
        30: 160,
        31: 192,
        32: 224,
        33: 224,
        34: 384,
        35: 521,
        36: 409,
        37: 409,
        38: 571,
        39: 571,
    },
    "1.2.840.10045.3.0": {
        1: 163,
        2: 163,
        3: 163,
        4: 176,
        5: 191,
        6: 191,
        7: 191,
        10: 208,
        11: 239,
        12: 239,
        13: 239,
        16: 272,
        17: 304,
        18: 359,
        19: 368,
        20: 431,
    },
    "1.2.840.10045.3.1": {1: 192, 2: 192, 3: 192, 4: 239, 5: 239, 6: 239, 7: 256},
    "1.3.36.3.3.2.8.1.1": {
        1: 160,
        2: 160,
        3: 192,
        4: 192,
        5: 224,
        6: 224,
        7: 256,
        8: 256,
        9: 320,
        10: 320,
        11: 384,
        12: 384,
        13: 512,
        14: 512,
    },
    "1.2.156.10197.1": {301: 256},
}
"""The arcs of SEC 2, of ANSI X9.62 (binary, prime), of Brainpool (RFC 5639) and of SM2, old weak curves too."""

CURVE_BITS: Final = {f"{arc}.{last}": bits for arc, curves in _CURVES.items() for last, bits in curves.items()}
"""Sizes of the fields of named curves."""

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
