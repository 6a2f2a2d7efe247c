"""The DER walker follows any bytes as far as they lead."""

from datetime import UTC, datetime
from itertools import count

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, x448, x25519

from aescan.certificates.der import UNDECODED, Element, Outline, elements, encoded, key, name, oid, outline, time
from tests.certificates import encode
from tests.certificates.encode import (
    BITS,
    EXPLICIT_0,
    GENERALIZED_TIME,
    INTEGER,
    OID,
    SET,
    UTC_TIME,
    UTF8,
    algorithm,
    attribute,
    certificate,
    common_name,
    integer,
    public_key,
    sequence,
    tlv,
)
from tests.certificates.promise import decoded
from tests.certs import odd_certificate, openssl, rsa_key

LAST_SECOND_OF_2049 = datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("", []),
        ("05", []),
        ("0500", [(0x05, "")]),
        ("0c0161", [(0x0C, "61")]),
        ("0c0161 0500", [(0x0C, "61"), (0x05, "")]),
        ("0c0161 0c02", [(0x0C, "61")]),
        ("0c0261", []),
        ("0c8101", []),
        ("0c810161", [(0x0C, "61")]),
        ("0c840000000161", [(0x0C, "61")]),
        ("0c85000000000161", []),
        ("0c84ffffffff61", []),
        ("0c81", []),
        ("30800000", []),
        ("1f810061", []),
        ("bf000061", []),
    ],
)
def test_elements_end_before_a_malformed_one(data: str, expected: list[tuple[int, str]]) -> None:
    """Elements stand one after another; one cut short, of endless length or with a long tag ends them."""
    found = elements(bytes.fromhex(data))
    assert [(element.tag, element.contents.hex()) for element in found] == expected
    assert bytes.fromhex(data).startswith(b"".join(element.encoded for element in found))


@pytest.mark.parametrize(
    ("contents", "dotted"),
    [
        ("2a864886f70d01010b", "1.2.840.113549.1.1.11"),
        ("00", "0.0"),
        ("27", "0.39"),
        ("28", "1.0"),
        ("4f", "1.39"),
        ("50", "2.0"),
        ("883703", "2.999.3"),
        ("69" + "81" * 62 + "00", "2.25." + str(sum(1 << 7 * power for power in range(1, 63)))),
        ("", None),
        ("80", None),
        ("2a86", None),
        ("81" * 64 + "00", None),
    ],
)
def test_object_identifiers(contents: str, dotted: str | None) -> None:
    """The first two arcs share a number; what is cut short, empty or beyond all sense is no OID."""
    assert oid(Element(OID, bytes.fromhex(contents), b"")) == dotted
    assert oid(Element(INTEGER, bytes.fromhex(contents), b"")) is None


def test_a_certificate_in_outline() -> None:
    """The parts of a certificate are found where they stand."""
    parts = outline(certificate(signature=algorithm("1.2.3", b"\x05\x00"), serial=integer(-5)))
    assert parts == Outline(
        version=3,
        serial_number=-5,
        signature_algorithm="1.2.3",
        signature_parameters=b"\x05\x00",
        issuer=encode.ISSUER,
        not_before=Element(UTC_TIME, b"260815120000Z", encode.NOT_BEFORE),
        not_after=Element(UTC_TIME, b"270815120000Z", encode.NOT_AFTER),
        subject=encode.SUBJECT,
        public_key=public_key(rsa_key().public_key()),
    )


@pytest.mark.parametrize(
    ("der", "expected"),
    [
        (b"", Outline()),
        (b"GET / HTTP/1.1\r\n", Outline()),
        (sequence(), Outline()),
        (sequence(sequence()), Outline()),
        (sequence(sequence(tlv(EXPLICIT_0, integer(2)))), Outline(version=3)),
        (sequence(sequence(integer(7))), Outline(version=1, serial_number=7)),
        (sequence(sequence(), sequence()), Outline()),
        (
            sequence(sequence(integer(7), sequence(), sequence(), sequence(encode.NOT_BEFORE))),
            Outline(1, 7, issuer=sequence(), not_before=Element(UTC_TIME, b"260815120000Z", encode.NOT_BEFORE)),
        ),
    ],
)
def test_an_outline_ends_where_the_structure_does(der: bytes, expected: Outline) -> None:
    """What is not there is None, and the rest is told."""
    assert outline(der) == expected


@pytest.mark.parametrize(
    "der",
    [
        certificate(),
        certificate(version=b""),
        b"",
        sequence(),
        sequence(sequence()),
        sequence(sequence(integer(7))),
        sequence(sequence(integer(7), sequence(), sequence(), sequence(encode.NOT_BEFORE), sequence())),
    ],
)
def test_parts_as_encoded(der: bytes) -> None:
    """The parts that are wanted as they are encoded are those of the outline."""
    parts, whole = encoded(der), outline(der)
    assert parts == (whole.issuer, whole.subject, whole.public_key)


@pytest.mark.parametrize(
    ("encoded", "version"),
    [
        (b"", 1),
        (tlv(EXPLICIT_0, integer(0)), 1),
        (tlv(EXPLICIT_0, integer(1)), 2),
        (tlv(EXPLICIT_0, integer(2)), 3),
        (tlv(EXPLICIT_0, integer(3)), 4),
        (tlv(EXPLICIT_0, integer(1 << 20000)), None),
        (tlv(EXPLICIT_0, tlv(INTEGER)), None),
        (tlv(EXPLICIT_0), None),
    ],
)
def test_versions_count_from_one(encoded: bytes, version: int | None) -> None:
    """No number means version 1, and no number is too odd to get past it to the rest."""
    facts = decoded(certificate(version=encoded))
    assert facts.version == version
    assert facts.serial_number == 0x1001
    assert facts.readable == (version in {1, 3} and integer(0) not in encoded)


@pytest.mark.parametrize(
    ("tag", "contents", "expected"),
    [
        (UTC_TIME, b"491231235959Z", LAST_SECOND_OF_2049),
        (UTC_TIME, b"500101000000Z", datetime(1950, 1, 1, tzinfo=UTC)),
        (UTC_TIME, b"991231235959Z", datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (UTC_TIME, b"000229000000Z", datetime(2000, 2, 29, tzinfo=UTC)),
        (UTC_TIME, b"491231235959", LAST_SECOND_OF_2049),
        (UTC_TIME, b"4912312359Z", LAST_SECOND_OF_2049.replace(second=0)),
        (UTC_TIME, b"4912312359", LAST_SECOND_OF_2049.replace(second=0)),
        (UTC_TIME, b"500101012959+0130", LAST_SECOND_OF_2049.replace(year=1949)),
        (UTC_TIME, b"491231232959-0030", LAST_SECOND_OF_2049),
        (UTC_TIME, b"20491231235959Z", None),
        (UTC_TIME, b"260230000000Z", None),
        (UTC_TIME, b"261301000000Z", None),
        (UTC_TIME, b"260101240000Z", None),
        (UTC_TIME, b"260101000060Z", None),
        (UTC_TIME, b"260101000000z", None),
        (UTC_TIME, b"260101000000+01", None),
        (UTC_TIME, b"tomorrow", None),
        (UTC_TIME, b"", None),
        (GENERALIZED_TIME, b"20491231235959Z", LAST_SECOND_OF_2049),
        (GENERALIZED_TIME, b"20500101000000Z", datetime(2050, 1, 1, tzinfo=UTC)),
        (GENERALIZED_TIME, b"99991231235959Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (GENERALIZED_TIME, b"00010101000000Z", datetime(1, 1, 1, tzinfo=UTC)),
        (GENERALIZED_TIME, b"00000101000000Z", None),
        (GENERALIZED_TIME, b"09990101020000+0200", datetime(999, 1, 1, tzinfo=UTC)),
        (GENERALIZED_TIME, b"00010101000000+0001", None),
        (GENERALIZED_TIME, b"99991231235959-9999", None),
        (GENERALIZED_TIME, b"20491231235959", LAST_SECOND_OF_2049),
        (GENERALIZED_TIME, b"20491231235959.999Z", LAST_SECOND_OF_2049),
        (GENERALIZED_TIME, b"204912312359Z", LAST_SECOND_OF_2049.replace(second=0)),
        (GENERALIZED_TIME, b"491231235959Z", None),
        (UTF8, b"20491231235959Z", None),
    ],
)
def test_times(tag: int, contents: bytes, expected: datetime | None) -> None:
    """Both kinds of time become aware UTC, with or without seconds and zone; what is no time is None."""
    assert time(Element(tag, contents, b"")) == expected
    before, after = (
        decoded(certificate(not_before=tlv(tag, contents))),
        decoded(certificate(not_after=tlv(tag, contents))),
    )
    assert (before.not_before, after.not_after) == (expected, expected)
    assert before.not_after == datetime(2027, 8, 15, 12, tzinfo=UTC)


def test_no_element_is_no_time() -> None:
    """Where nothing stands there is no time."""
    assert time(None) is None


@pytest.mark.parametrize(
    ("encoded", "expected"),
    [
        (None, None),
        (b"", None),
        (b"\x30", None),
        (tlv(SET), None),
        (sequence(), ()),
        (sequence(tlv(SET)), ((),)),
        (sequence(tlv(SET, sequence())), ((("?", UNDECODED),),)),
        (sequence(tlv(SET, b"\x0c\x00")), ((("?", UNDECODED),),)),
        (sequence(tlv(SET, sequence(encode.oid("2.5.4.3")))), ((("?", UNDECODED),),)),
        (sequence(tlv(SET, sequence(encode.oid("2.5.4.3"), b"\x1f\x81\x00\x00"))), ((("?", UNDECODED),),)),
        (sequence(tlv(SET, sequence(tlv(OID), tlv(UTF8, b"a")))), ((("?", "a"),),)),
        (
            sequence(
                tlv(SET, attribute("2.5.4.10", "o")), tlv(SET, attribute("2.5.4.3", "a"), attribute("1.2.3", "b"))
            ),
            ((("O", "o"),), (("CN", "a"), ("1.2.3", "b"))),
        ),
        (common_name("a") + b"\x00", ((("CN", "a"),),)),
        (sequence(tlv(SET, attribute("2.5.4.45", b"\x00\xff", BITS))), ((("2.5.4.45", "00ff"),),)),
    ],
)
def test_names(encoded: bytes | None, expected: object) -> None:
    """A name is its relative names in order; what cannot be told of one costs no other."""
    assert name(encoded) == expected


PRIME = (1 << 256) - (1 << 224) + (1 << 192) + (1 << 96) - 1
"""The field of P-256."""
EC, DSA, RSA = "1.2.840.10045.2.1", "1.2.840.10040.4.1", "1.2.840.113549.1.1.1"
POINT = tlv(BITS, b"\x00\x04" + bytes(64))


def explicit(field: bytes) -> bytes:
    """Return an EC key with its curve spelled out."""
    return sequence(algorithm(EC, sequence(integer(1), field)), POINT)


@pytest.mark.parametrize(
    ("encoded", "kind", "bits"),
    [
        (public_key(rsa_key(1024).public_key()), "RSA", 1024),
        (public_key(rsa_key(2048).public_key()), "RSA", 2048),
        (public_key(ec.generate_private_key(ec.SECP256R1()).public_key()), "EC", 256),
        (public_key(ec.generate_private_key(ec.SECP384R1()).public_key()), "EC", 384),
        (public_key(ec.generate_private_key(ec.SECP521R1()).public_key()), "EC", 521),
        (public_key(ed25519.Ed25519PrivateKey.generate().public_key()), "Ed25519", 255),
        (public_key(ed448.Ed448PrivateKey.generate().public_key()), "Ed448", 448),
        (public_key(x25519.X25519PrivateKey.generate().public_key()), "X25519", 255),
        (public_key(x448.X448PrivateKey.generate().public_key()), "X448", 448),
        (
            public_key(dsa.DSAPublicNumbers(5, dsa.DSAParameterNumbers((1 << 1023) + 1, 1 << 159 | 1, 2)).public_key()),
            "DSA",
            1024,
        ),
        (explicit(sequence(encode.oid("1.2.840.10045.1.1"), integer(PRIME))), "EC", 256),
        (explicit(sequence(encode.oid("1.2.840.10045.1.2"), sequence(integer(163)))), "EC", None),
        (explicit(sequence()), "EC", None),
        (sequence(algorithm(EC, encode.oid("1.3.132.0.1")), POINT), "EC", 163),
        (sequence(algorithm(EC, encode.oid("1.3.132.0.99")), POINT), "EC", None),
        (sequence(algorithm(EC, tlv(encode.NULL)), POINT), "EC", None),
        (sequence(algorithm(EC), POINT), "EC", None),
        (sequence(algorithm(DSA), tlv(BITS, b"\x00" + integer(5))), "DSA", None),
        (sequence(algorithm(RSA), tlv(BITS, b"\x00" + sequence())), "RSA", None),
        (sequence(algorithm(RSA), tlv(BITS, b"\x00" + sequence(integer(0), integer(3)))), "RSA", None),
        (sequence(algorithm(RSA)), "RSA", None),
        (sequence(algorithm("1.2.3"), POINT), "1.2.3", None),
        (sequence(sequence(), POINT), None, None),
        (sequence(), None, None),
    ],
    ids=count(),  # the bytes of a new key are no name
)
def test_keys(encoded: bytes, kind: str | None, bits: int | None) -> None:
    """The size is that of the modulus, the field or the group; what does not tell it has none."""
    assert key(encoded) == (kind, bits)
    facts = decoded(certificate(key=encoded))
    assert (facts.key_algorithm, facts.key_bits) == (kind, bits)
    assert ("public key size: cannot be told" in facts.unreadable) == (bits is None)


def test_no_bytes_are_no_key() -> None:
    """Where nothing stands there is no key."""
    assert key(None) == (None, None)


def test_a_curve_spelled_out_by_openssl() -> None:
    """A curve that OpenSSL spells out has the size of the one it is."""
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-pkeyopt", "ec_param_enc:explicit")
    pem = openssl("req", "-x509", "-nodes", "-keyout", "/dev/null", "-subj", "/CN=a", *curve)
    assert decoded(encode.from_pem(pem)).key_bits == 384


def test_short_rsa_key() -> None:
    """A key too short for cryptography to make has its size."""
    assert decoded(odd_certificate("rsa_512")).key_bits == 512
