"""
Certificates put together byte by byte, so that any part of them may be odd.

Parts come in as DER, or as what makes it, and a certificate goes out, signed by ``SIGNER`` unless told otherwise; what
is not told is sound. Nothing here is random or looks at a clock.
"""

import base64
from collections.abc import Callable

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from tests.certs import rsa_key

BOOLEAN, INTEGER, BITS, OCTETS, NULL, OID, SEQUENCE, SET = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x30, 0x31
UTF8, NUMERIC, PRINTABLE, T61, IA5, VISIBLE, UNIVERSAL, BMP = 0x0C, 0x12, 0x13, 0x14, 0x16, 0x1A, 0x1C, 0x1E
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
EMAIL, DNS, URI, IP, KEY_IDENTIFIER = 0x81, 0x82, 0x86, 0x87, 0x80
EXPLICIT_0, EXPLICIT_1, EXPLICIT_2, EXPLICIT_3 = 0xA0, 0xA1, 0xA2, 0xA3


def from_pem(text: str) -> bytes:
    """Return the DER in PEM."""
    return base64.b64decode("".join(line for line in text.splitlines() if not line.startswith("-")))


def tlv(tag: int, *parts: bytes) -> bytes:
    """Return the DER of these parts under this tag."""
    contents = b"".join(parts)
    size = len(contents)
    if size < 0x80:
        return bytes((tag, size)) + contents
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + contents


def sequence(*parts: bytes) -> bytes:
    """Return a SEQUENCE."""
    return tlv(SEQUENCE, *parts)


def integer(value: int) -> bytes:
    """Return an INTEGER."""
    return tlv(INTEGER, value.to_bytes((value + (value < 0)).bit_length() // 8 + 1, signed=True))


def oid(dotted: str) -> bytes:
    """Return an OBJECT IDENTIFIER."""
    first, second, *rest = map(int, dotted.split("."))
    contents = bytearray()
    for arc in (40 * first + second, *rest):
        groups = [arc >> shift & 0x7F for shift in range(0, max(arc.bit_length(), 1), 7)]
        contents += bytes((*(group | 0x80 for group in reversed(groups[1:])), groups[0]))
    return tlv(OID, bytes(contents))


def attribute(dotted: str, value: bytes | str, tag: int = UTF8) -> bytes:
    """Return an AttributeTypeAndValue."""
    return sequence(oid(dotted), tlv(tag, value.encode() if isinstance(value, str) else value))


def name(*attributes: bytes) -> bytes:
    """Return a Name in which each attribute is a relative distinguished name of its own."""
    return sequence(*(tlv(SET, part) for part in attributes))


def common_name(value: bytes | str, tag: int = UTF8) -> bytes:
    """Return a Name of one common name."""
    return name(attribute("2.5.4.3", value, tag))


def extension(dotted: str, value: bytes, *critical: bytes) -> bytes:
    """Return an Extension; ``critical`` is the BOOLEAN, where there is one."""
    return sequence(oid(dotted), *critical, tlv(OCTETS, value))


def public_key(key: PublicKeyTypes) -> bytes:
    """Return the SubjectPublicKeyInfo of a key."""
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def algorithm(dotted: str, *parameters: bytes) -> bytes:
    """Return an AlgorithmIdentifier."""
    return sequence(oid(dotted), *parameters)


def hashed_by(dotted: str, *, salt: int) -> bytes:
    """Return RSASSA-PSS-params that name this hash twice and the length of the salt."""
    digest = algorithm(dotted, tlv(NULL))
    mask = algorithm("1.2.840.113549.1.1.8", digest)
    return sequence(tlv(EXPLICIT_0, digest), tlv(EXPLICIT_1, mask), tlv(EXPLICIT_2, integer(salt)))


SHA1_OID, SHA256_OID, PSS_OID = "1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.10"
SHA256_WITH_RSA = algorithm("1.2.840.113549.1.1.11", tlv(NULL))
NOT_BEFORE = tlv(UTC_TIME, b"260815120000Z")
NOT_AFTER = tlv(UTC_TIME, b"270815120000Z")
ISSUER = name(
    attribute("2.5.4.6", "US", PRINTABLE), attribute("2.5.4.10", "Example"), attribute("2.5.4.3", "Example CA")
)
SUBJECT = name(
    attribute("2.5.4.6", "US", PRINTABLE), attribute("2.5.4.10", "Example"), attribute("2.5.4.3", "aes1.example.com")
)


EXTENSIONS = (
    extension("2.5.29.19", sequence(), tlv(BOOLEAN, b"\xff")),
    extension("2.5.29.15", tlv(BITS, b"\x05\xa0"), tlv(BOOLEAN, b"\xff")),
    extension("2.5.29.37", sequence(oid("1.3.6.1.5.5.7.3.1"), oid("1.3.6.1.5.5.7.3.2"), oid("1.2.3.4"))),
    extension("2.5.29.17", sequence(tlv(DNS, b"aes1.example.com"), tlv(IP, bytes((10, 20, 0, 1))))),
    extension("2.5.29.14", tlv(OCTETS, b"\x01" * 20)),
    extension("2.5.29.35", sequence(tlv(KEY_IDENTIFIER, b"\x02" * 20))),
)
"""Those of a server, each sound."""


Signer = Callable[[bytes], bytes]
"""Makes the signature of a TBSCertificate."""


def sign(tbs: bytes) -> bytes:
    """Return the signature that the default key makes."""
    return rsa_key().sign(tbs, padding.PKCS1v15(), hashes.SHA256())


def certificate(
    *,
    version: bytes = tlv(EXPLICIT_0, integer(2)),
    serial: bytes = integer(0x1001),
    signature: bytes = SHA256_WITH_RSA,
    issuer: bytes = ISSUER,
    not_before: bytes = NOT_BEFORE,
    not_after: bytes = NOT_AFTER,
    subject: bytes = SUBJECT,
    key: bytes | None = None,
    extensions: tuple[bytes, ...] = (),
    signed: Signer = sign,
    end: bytes = b"",
) -> bytes:
    """Return a certificate of these parts (RFC 5280 section 4.1) with ``end`` behind it, for the key that signs it."""
    tbs = sequence(
        version,
        serial,
        signature,
        issuer,
        sequence(not_before, not_after),
        subject,
        public_key(rsa_key().public_key()) if key is None else key,
        tlv(EXPLICIT_3, sequence(*extensions)) if extensions else b"",
    )
    return sequence(tbs, signature, tlv(BITS, b"\0", signed(tbs))) + end
