"""Any bytes become facts; what they do not tell is named, and the rest is still there."""

import hashlib
import warnings
from dataclasses import replace
from typing import Any

import pytest

from aescan.certificates.decode import decode_certificate
from aescan.certificates.facts import BasicConstraints
from tests.certificates import encode
from tests.certificates.encode import (
    BITS,
    BMP,
    BOOLEAN,
    DNS,
    EXTENSIONS,
    IA5,
    IP,
    NULL,
    PRINTABLE,
    PSS_OID,
    SET,
    SHA1_OID,
    SHA256_OID,
    T61,
    UNIVERSAL,
    UTC_TIME,
    UTF8,
    algorithm,
    attribute,
    certificate,
    common_name,
    extension,
    hashed_by,
    integer,
    name,
    oid,
    sequence,
    tlv,
)
from tests.certificates.promise import decoded, named
from tests.certs import ODD, odd_certificate, openssl

AVAYA = "Avaya Inc"
BAD_TEXT = "subject: not the text that its string type stands for"


@pytest.mark.parametrize(
    ("encoded", "text", "attributes"),
    [
        (sequence(), "", ()),
        (
            name(attribute("2.5.4.6", "US", PRINTABLE), attribute("2.5.4.10", AVAYA), attribute("2.5.4.3", "aes1")),
            "CN=aes1,O=Avaya Inc,C=US",
            (("C", "US"), ("O", AVAYA), ("CN", "aes1")),
        ),
        (
            sequence(
                tlv(SET, attribute("2.5.4.10", "o")), tlv(SET, attribute("2.5.4.3", "a"), attribute("2.5.4.11", "b"))
            ),
            "CN=a+OU=b,O=o",
            (("O", "o"), ("CN", "a"), ("OU", "b")),
        ),
        (name(attribute("2.5.4.10", AVAYA.encode("utf-16-be"), BMP)), "O=Avaya Inc", (("O", AVAYA),)),
        (name(attribute("2.5.4.10", AVAYA.encode("utf-32-be"), UNIVERSAL)), "O=Avaya Inc", (("O", AVAYA),)),
        (name(attribute("2.5.4.10", AVAYA, T61)), "O=Avaya Inc", (("O", AVAYA),)),
        (common_name("Zoë".encode("latin-1"), T61), "CN=Zoë", (("CN", "Zoë"),)),
        (common_name("Zoë".encode(), T61), "CN=Zoë", (("CN", "Zoë"),)),
        (name(attribute("2.5.4.45", b"\x00\xff", 0x03)), "2.5.4.45=00ff", (("2.5.4.45", "00ff"),)),
        (common_name("Zoë"), "CN=Zoë", (("CN", "Zoë"),)),
        (common_name("Zoë".encode("utf-16-be"), BMP), "CN=Zoë", (("CN", "Zoë"),)),
        (
            name(attribute("1.2.840.113549.1.9.1", "a@example.com", IA5)),
            "emailAddress=a@example.com",
            (("emailAddress", "a@example.com"),),
        ),
        (name(attribute("1.2.3.4", "odd")), "1.2.3.4=odd", (("1.2.3.4", "odd"),)),
        (common_name(""), "CN=", (("CN", ""),)),
        (common_name('a,b+c"d\\e<f>g;h=i'), 'CN=a\\,b\\+c\\"d\\\\e\\<f\\>g\\;h=i', (("CN", 'a,b+c"d\\e<f>g;h=i'),)),
        (common_name("#a#"), "CN=\\#a#", (("CN", "#a#"),)),
        (common_name(" a b "), "CN=\\ a b\\ ", (("CN", " a b "),)),
        (common_name(" "), "CN=\\ ", (("CN", " "),)),
        (common_name("  "), "CN=\\ \\ ", (("CN", "  "),)),
        (common_name("a\r\nb\x1b[31m\x00"), "CN=a\\x0d\\x0ab\\x1b[31m\\x00", (("CN", "a\r\nb\x1b[31m\x00"),)),
        (common_name("\u202egpj.exe\u2066"), "CN=\\u202egpj.exe\\u2066", (("CN", "\u202egpj.exe\u2066"),)),
        (common_name(b"x", 0x1B), "CN=x", (("CN", "x"),)),
    ],
)
def test_names_as_written(encoded: bytes, text: str, attributes: tuple[tuple[str, str], ...]) -> None:
    """Values stand as written in the order encoded; the text is RFC 4514's, with everything dangerous escaped."""
    facts = decoded(certificate(subject=encoded, issuer=encoded))
    assert facts.subject is not None
    assert (facts.subject.text, facts.subject.attributes) == (text, attributes)
    assert facts.issuer == facts.subject
    assert facts.readable


def test_names_are_compared_without_case_and_spaces() -> None:
    """The normalised form folds case and white space, whatever the string type."""
    one = decoded(certificate(subject=name(attribute("2.5.4.10", "  AVAYA \t inc ")))).subject
    other = decoded(certificate(subject=name(attribute("2.5.4.10", AVAYA.encode("utf-16-be"), BMP)))).subject
    assert one is not None
    assert other is not None
    assert one.normalised == other.normalised == (("O", "avaya inc"),)
    assert one.attributes != other.attributes


def test_a_long_name_is_cut_for_people_only() -> None:
    """A name of 100 kB has a text of bounded length and all its attributes."""
    facts = decoded(certificate(subject=common_name("a" * 100_000)))
    assert facts.subject is not None
    assert len(facts.subject.text) == 1024
    assert len(facts.subject.common_name) == 100_000


@pytest.mark.parametrize(
    "serial",
    [0, 1, -1, -5, 0x7F, 0x80, -0x80, (1 << 159) - 1, 1 << 159, -(1 << 170), (1 << 20000) + 1],
    ids=lambda serial: f"{serial:x}"[:12],
)
def test_serial_numbers(serial: int) -> None:
    """A serial number of any sign and length is told, and is no reason to warn."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        facts = decode_certificate(certificate(serial=integer(serial)))
    assert seen == []
    assert facts == decoded(facts.der)
    assert facts.serial_number == serial
    assert facts.readable


@pytest.mark.parametrize(
    ("case", "algorithm_name", "digest", "kind", "bits"),
    [
        ("rsa_512", "sha256WithRSAEncryption", "sha256", "RSA", 512),
        ("rsa_md5", "md5WithRSAEncryption", "md5", "RSA", 1024),
        ("rsa_pss_sha1", "RSASSA-PSS", "sha1", "RSA", 2048),
        ("rsa_pss_sha256", "RSASSA-PSS", "sha256", "RSA", 2048),
        ("ec_sha1", "ecdsa-with-SHA1", "sha1", "EC", 256),
        ("ed25519", "Ed25519", None, "Ed25519", 255),
        ("ed448", "Ed448", None, "Ed448", 448),
        ("dsa_sha1", "dsa-with-SHA1", "sha1", "DSA", 1024),
        ("dsa_sha256", "dsa-with-SHA256", "sha256", "DSA", 1024),
        ("negative_serial", "ecdsa-with-SHA256", "sha256", "EC", 256),
        ("zero_serial", "ecdsa-with-SHA256", "sha256", "EC", 256),
    ],
)
def test_what_openssl_makes(case: str, algorithm_name: str, digest: str | None, kind: str, bits: int) -> None:
    """Every odd certificate that OpenSSL makes is read whole, and is known to have signed itself."""
    facts = decoded(odd_certificate(case))
    assert (facts.signature_algorithm, facts.signature_hash) == (algorithm_name, digest)
    assert (facts.key_algorithm, facts.key_bits) == (kind, bits)
    assert facts.self_signed is True
    assert facts.readable


@pytest.mark.parametrize(
    ("identifier", "algorithm_name", "digest"),
    [
        (algorithm("1.2.840.113549.1.1.2", tlv(NULL)), "md2WithRSAEncryption", "md2"),
        (algorithm("1.2.840.113549.1.1.5", tlv(NULL)), "sha1WithRSAEncryption", "sha1"),
        (algorithm("1.2.840.113549.1.1.5"), "sha1WithRSAEncryption", "sha1"),
        (algorithm("1.3.14.3.2.29", tlv(NULL)), "sha1WithRSA", "sha1"),
        (algorithm("1.2.840.10040.4.3"), "dsa-with-SHA1", "sha1"),
        (algorithm("1.2.840.10045.4.1"), "ecdsa-with-SHA1", "sha1"),
        (algorithm("1.2.840.10045.4.3.3"), "ecdsa-with-SHA384", "sha384"),
        (algorithm("1.2.3.4"), "1.2.3.4", None),
        (algorithm(PSS_OID), "RSASSA-PSS", "sha1"),
        (algorithm(PSS_OID, tlv(NULL)), "RSASSA-PSS", "sha1"),
        (algorithm(PSS_OID, sequence()), "RSASSA-PSS", "sha1"),
        (algorithm(PSS_OID, sequence(tlv(encode.EXPLICIT_2, integer(32)))), "RSASSA-PSS", "sha1"),
        (algorithm(PSS_OID, hashed_by(SHA1_OID, salt=20)), "RSASSA-PSS", "sha1"),
        (algorithm(PSS_OID, hashed_by(SHA256_OID, salt=32)), "RSASSA-PSS", "sha256"),
        (algorithm(PSS_OID, hashed_by("1.2.3", salt=32)), "RSASSA-PSS", "1.2.3"),
        (algorithm(PSS_OID, sequence(tlv(encode.EXPLICIT_0))), "RSASSA-PSS", None),
        (algorithm(PSS_OID, sequence(tlv(encode.EXPLICIT_0, sequence()))), "RSASSA-PSS", None),
        (algorithm(PSS_OID, sequence(tlv(encode.EXPLICIT_0, sequence(tlv(NULL))))), "RSASSA-PSS", None),
        (sequence(), None, None),
        (sequence(tlv(NULL)), None, None),
    ],
)
def test_signature_algorithms(identifier: bytes, algorithm_name: str | None, digest: str | None) -> None:
    """The algorithm tells its hash, for RSASSA-PSS its parameters do, where a hash that is absent is SHA-1."""
    facts = decoded(certificate(signature=identifier))
    assert (facts.signature_algorithm, facts.signature_hash) == (algorithm_name, digest)


@pytest.mark.parametrize("case", sorted(ODD))
def test_digests_are_those_of_openssl(case: str) -> None:
    """The digests of certificate and public key are those of what OpenSSL makes of it."""
    der = odd_certificate(case)
    facts = decoded(der)
    shown = openssl("x509", "-inform", "DER", "-noout", "-fingerprint", "-sha256", given=der)
    assert facts.fingerprint_sha256 == shown.strip().rpartition("=")[2].replace(":", "").lower()
    key = encode.from_pem(openssl("x509", "-inform", "DER", "-noout", "-pubkey", given=der))
    assert facts.public_key_sha256 == hashlib.sha256(key).hexdigest()


def test_the_extensions_of_a_server() -> None:
    """Names, usages, constraints and key identifiers are told; a usage without a name stands as its OID."""
    facts = decoded(certificate(extensions=EXTENSIONS))
    assert facts.dns_names == ("aes1.example.com",)
    assert facts.ip_addresses == ("10.20.0.1",)
    assert facts.key_usage == ("digitalSignature", "keyEncipherment")
    assert facts.extended_key_usage == ("serverAuth", "clientAuth", "1.2.3.4")
    assert facts.basic_constraints == BasicConstraints(ca=False, path_length=None)
    assert facts.subject_key_identifier == "01" * 20
    assert facts.authority_key_identifier == "02" * 20
    assert (facts.version, facts.readable) == (3, True)


def test_the_extensions_of_an_authority() -> None:
    """A CA tells how many may stand below it; an authority key identifier may name no key."""
    limited = sequence(tlv(BOOLEAN, b"\xff"), integer(0))
    signs = extension("2.5.29.15", tlv(BITS, b"\x01\x06"))
    facts = decoded(
        certificate(extensions=(extension("2.5.29.19", limited), signs, extension("2.5.29.35", sequence())))
    )
    assert facts.basic_constraints == BasicConstraints(ca=True, path_length=0)
    assert facts.key_usage == ("keyCertSign", "cRLSign")
    assert facts.authority_key_identifier is None
    assert facts.readable


def test_every_bit_of_key_usage() -> None:
    """Every usage has its name from RFC 5280; encipherOnly and decipherOnly are left out."""
    facts = decoded(certificate(extensions=(extension("2.5.29.15", tlv(BITS, b"\x07\xff\x80")),)))
    assert facts.key_usage == (
        "digitalSignature",
        "nonRepudiation",
        "keyEncipherment",
        "dataEncipherment",
        "keyAgreement",
        "keyCertSign",
        "cRLSign",
    )


def test_version_1_has_no_extensions() -> None:
    """Without extensions nothing is told of them, and nothing is amiss."""
    facts = decoded(certificate(version=b""))
    assert (facts.version, facts.readable) == (1, True)
    assert (facts.dns_names, facts.ip_addresses) == ((), ())
    assert (facts.key_usage, facts.extended_key_usage, facts.basic_constraints) == (None, None, None)
    assert (facts.subject_key_identifier, facts.authority_key_identifier) == (None, None)


def test_alternative_names_of_other_kinds_do_not_count() -> None:
    """DNS names and addresses are told, hostile ones escaped; mail addresses, URIs and the rest are left out."""
    names = sequence(
        tlv(DNS, b"*.example.com"),
        tlv(encode.EMAIL, b"a@example.com"),
        tlv(IP, bytes(15) + b"\x01"),
        tlv(encode.URI, b"https://example.com"),
        tlv(DNS, b"a\x00b\x1b[2J"),
        tlv(0x88, b"\x2a\x03"),
        tlv(0xA4, common_name("a")),
    )
    facts = decoded(certificate(extensions=(extension("2.5.29.17", names),)))
    assert facts.dns_names == ("*.example.com", "a\\x00b\\x1b[2J")
    assert facts.ip_addresses == ("::1",)
    assert facts.readable


SOUND = decode_certificate(certificate(extensions=EXTENSIONS))
BOOLEAN_ONE = tlv(BOOLEAN, b"\x01")


@pytest.mark.parametrize(
    ("parts", "changed"),
    [
        ({"end": b"\x00"}, {}),
        ({"version": tlv(encode.EXPLICIT_0, integer(1))}, {"version": 2}),
        ({"serial": tlv(encode.INTEGER, b"\x00\x00\x01")}, {"serial_number": 1}),
        ({"not_after": tlv(UTC_TIME, b"270815120000")}, {}),
        ({"not_after": tlv(UTC_TIME, b"2708151200Z")}, {}),
        ({"not_after": tlv(UTC_TIME, b"270815133000+0130")}, {}),
        ({"extensions": (*EXTENSIONS, extension("1.2.3", b"", BOOLEAN_ONE))}, {}),
        (
            {"extensions": (b"\x05\x00",)},
            {
                "dns_names": (),
                "ip_addresses": (),
                "key_usage": None,
                "extended_key_usage": None,
                "basic_constraints": None,
                "subject_key_identifier": None,
                "authority_key_identifier": None,
            },
        ),
    ],
)
def test_what_cryptography_refuses_is_read(parts: dict[str, Any], changed: dict[str, Any]) -> None:
    """A certificate refused as a whole is named so; only who signed it cannot be told."""
    facts = decoded(certificate(**{"extensions": EXTENSIONS, **parts}))
    assert named(facts) == ["certificate"]
    expected = replace(
        SOUND,
        der=facts.der,
        fingerprint_sha256=facts.fingerprint_sha256,
        self_signed=None,
        unreadable=facts.unreadable,
        **changed,
    )
    assert facts == expected


def test_an_illegal_character_costs_nothing() -> None:
    """A PrintableString may not hold an @, yet everyone can see what is meant."""
    facts = decoded(certificate(subject=common_name("a@b", PRINTABLE)))
    assert facts.subject is not None
    assert facts.subject.text == "CN=a@b"
    assert named(facts) == ["certificate"]


@pytest.mark.parametrize(
    ("value", "tag", "text"),
    [
        (b"a\xff", UTF8, "CN=a\ufffd"),
        (b"\xe9", IA5, "CN=\ufffd"),
        (b"\xd8\x00\x00a", BMP, "CN=\ufffda"),
        (b"abc", BMP, "CN=\u6162\ufffd"),
        (b"\x00\x11\x00\x00", UNIVERSAL, "CN=\ufffd"),
        (b"\xed\xa0\x80", UTF8, "CN=\ufffd\ufffd\ufffd"),
    ],
)
def test_text_that_is_none_is_named(value: bytes, tag: int, text: str) -> None:
    """Bytes that their string type does not allow are named, and the rest of the name is there."""
    facts = decoded(certificate(subject=common_name(value, tag)))
    assert facts.subject is not None
    assert facts.subject.text == text
    assert facts.unreadable[-1] == BAD_TEXT


def test_an_attribute_that_is_none_is_named() -> None:
    """An attribute that cannot be told stands as a question mark beside the others."""
    broken = sequence(oid("2.5.4.3"), b"\x1f\x81\x00\x00")
    facts = decoded(certificate(subject=name(attribute("2.5.4.10", "o"), broken)))
    assert facts.subject is not None
    assert facts.subject.text == "?=\ufffd,O=o"
    assert facts.unreadable[-1] == BAD_TEXT


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ((EXTENSIONS[0],), "Duplicate 2.5.29.19 extension found"),
        ((extension("2.5.29.18", sequence(b"\xff")),), None),
        ((extension("1.3.6.1.5.5.7.1.1", b"\x1b[2J"),), None),
    ],
)
def test_a_broken_extension_costs_no_other(broken: tuple[bytes, ...], why: str | None) -> None:
    """One that the library refuses is named, and all others are told."""
    facts = decoded(certificate(extensions=(*EXTENSIONS, *broken)))
    (problem,) = facts.unreadable
    fact, _, reason = problem.partition(": ")
    assert fact == "extensions"
    assert reason == (why or reason)
    assert replace(facts, unreadable=()) == replace(
        SOUND, der=facts.der, fingerprint_sha256=facts.fingerprint_sha256, self_signed=facts.self_signed
    )


@pytest.mark.parametrize("der", [b"", b"\x30", b"\x30\x00", b"GET / HTTP/1.1\r\n\r\n", bytes(1000), b"0" * 1000])
def test_what_is_no_certificate_tells_nothing(der: bytes) -> None:
    """Bytes that are no certificate have a fingerprint, and a name for each fact that is not there."""
    assert named(decoded(der)) == [
        "certificate",
        "version",
        "serial number",
        "subject",
        "issuer",
        "not before",
        "not after",
        "signature algorithm",
        "public key size",
    ]
