"""
A small DER walker: the parts of a certificate that a strict library may refuse to show (RFC 5280 section 4.1).

Bytes come in, an ``Outline`` goes out, as far as the structure could be followed; a part that could not is None. Never
raises, never recurses, never reads outside the bytes.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from aescan.certificates.algorithms import ATTRIBUTES, CURVE_BITS, FIXED_KEY_BITS, PUBLIC_KEYS

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OID: Final = 0x06
SEQUENCE: Final = 0x30
UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18
OCTET_STRING: Final = 0x04
EXPLICIT_0: Final = 0xA0
EXPLICIT_3: Final = 0xA3
_LONG_FORM: Final = 0x80
_MULTI_BYTE_TAG: Final = 0x1F
_LONGEST_LENGTH: Final = 4
"""Bytes of a length: 4 GiB is past every bound on what reaches this module."""
_LONGEST_OID: Final = 64
"""Bytes of an OBJECT IDENTIFIER: those in use have 20 at most (a UUID); longer ones make numbers nobody can print."""
_MOST_OIDS: Final = 1024
"""Kept decoded: certificates are made of the same few dozen."""

_STRINGS: Final = {
    0x0C: "utf-8",  # UTF8String
    0x12: "ascii",  # NumericString
    0x13: "ascii",  # PrintableString
    0x14: "latin-1",  # TeletexString: T.61 is never what encoders meant, Latin-1 is
    0x16: "ascii",  # IA5String
    0x1A: "ascii",  # VisibleString
    0x1C: "utf-32-be",  # UniversalString
    0x1E: "utf-16-be",  # BMPString
}
UNDECODED: Final = "\N{REPLACEMENT CHARACTER}"
"""Stands in a value for the bytes that its string type does not allow."""

Relative: TypeAlias = tuple[tuple[str, str], ...]
"""A RelativeDistinguishedName: (short type, value) pairs, nearly always one."""


class Element(NamedTuple):
    """One TLV: its tag byte, its contents, and all of it as encoded."""

    tag: int
    contents: bytes
    encoded: bytes


class Outline(NamedTuple):
    """
    The parts of a certificate, undecoded where a part has its own structure.

    ``public_key`` is the SubjectPublicKeyInfo as encoded; ``signature_parameters`` those of the outer
    AlgorithmIdentifier, as encoded; ``after_key`` what follows the public key.
    """

    version: int | None = None
    serial_number: int | None = None
    signature_algorithm: str | None = None
    signature_parameters: bytes = b""
    issuer: bytes | None = None
    not_before: Element | None = None
    not_after: Element | None = None
    subject: bytes | None = None
    public_key: bytes | None = None
    after_key: tuple[Element, ...] = ()

    @property
    def extensions(self) -> tuple[tuple[str, bytes], ...]:
        """The (OID, contents of extnValue) pairs in the order encoded, as far as each is one."""
        return tuple(
            (dotted, parts[-1].contents)
            for part in self.after_key
            if part.tag == EXPLICIT_3
            for extension in _inside(elements(part.contents), 0)
            if len(parts := elements(extension.contents)) > 1
            and parts[-1].tag == OCTET_STRING
            and (dotted := oid(parts[0])) is not None
        )


class Encoded(NamedTuple):
    """Parts of a certificate that are wanted as they are encoded; ``public_key`` is the SubjectPublicKeyInfo."""

    issuer: bytes | None
    subject: bytes | None
    public_key: bytes | None


def encoded(der: bytes) -> Encoded:
    """Return these parts of an outline at half its cost: for certificates that a library can tell the rest of."""
    tbs = _inside(_inside(elements(der), 0), 0)
    if tbs and tbs[0].tag == EXPLICIT_0:
        del tbs[0]
    parts: tuple[Element | None, ...] = (*tbs[:6], *_ABSENT[len(tbs) :])
    _, _, issuer, _, subject, public_key = parts
    return Encoded(
        issuer.encoded if issuer else None,
        subject.encoded if subject else None,
        public_key.encoded if public_key else None,
    )


def outline(der: bytes) -> Outline:
    """Return what can be told of a certificate without trusting any of it."""
    certificate = _inside(elements(der), 0)
    tbs, algorithm = _inside(certificate, 0), _inside(certificate, 1)
    version = 1 if tbs else None
    if tbs and tbs[0].tag == EXPLICIT_0:
        version = _version(elements(tbs.pop(0).contents))
    parts: tuple[Element | None, ...] = (*tbs[:6], *_ABSENT[len(tbs) :])
    serial, _, issuer, _, subject, public_key = parts
    validity = _inside(tbs, 3)
    return Outline(
        version=version,
        serial_number=int.from_bytes(serial.contents, signed=True) if serial else None,
        signature_algorithm=oid(algorithm[0]) if algorithm else None,
        signature_parameters=algorithm[1].encoded if len(algorithm) > 1 else b"",
        issuer=issuer.encoded if issuer else None,
        not_before=validity[0] if validity else None,
        not_after=validity[1] if len(validity) > 1 else None,
        subject=subject.encoded if subject else None,
        public_key=public_key.encoded if public_key else None,
        after_key=tuple(tbs[6:]),
    )


_ABSENT: Final[tuple[Element | None, ...]] = (None,) * 6


def _version(parts: list[Element]) -> int | None:
    """Return the version as people count it: the number 2 means version 3."""
    match parts:
        case [number, *_] if len(number.contents) == 1:
            return number.contents[0] + 1
    return None


def _inside(parts: list[Element], position: int) -> list[Element]:
    return elements(parts[position].contents) if position < len(parts) else []


_element = tuple.__new__
"""Makes an Element without the detour through its own constructor: a certificate has dozens of them."""


def elements(data: bytes) -> list[Element]:
    """Return the TLVs that stand one after another in ``data``; those before a malformed one, if there is one."""
    found: list[Element] = []
    start, last = 0, len(data) - 1
    while start < last and (tag := data[start]) & _MULTI_BYTE_TAG != _MULTI_BYTE_TAG:
        length, body = data[start + 1], start + 2
        if length & _LONG_FORM:
            count = length & ~_LONG_FORM
            if not 0 < count <= _LONGEST_LENGTH:
                break
            length, body = int.from_bytes(data[body : body + count]), body + count
        end = body + length
        if end > last + 1:
            break
        found.append(_element(Element, (tag, data[body:end], data[start:end])))
        start = end
    return found


def oid(element: Element) -> str | None:
    """Return the dotted form of an OBJECT IDENTIFIER, None when it is none."""
    if element.tag != OID or not 0 < len(element.contents) <= _LONGEST_OID or element.contents[-1] & 0x80:
        return None
    return _dotted(element.contents)


@lru_cache(maxsize=_MOST_OIDS)
def _dotted(contents: bytes) -> str:
    arcs, value = [], 0
    for byte in contents:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)  # X.690 section 8.19.4: the first two arcs share a number
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


_AFTER_YEAR: Final = rb"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:\.\d+)?(?:Z|([+-])(\d\d)(\d\d))?"
_TIMES: Final = {
    UTC_TIME: re.compile(rb"(\d\d)" + _AFTER_YEAR),
    GENERALIZED_TIME: re.compile(rb"(\d{4})" + _AFTER_YEAR),
}


def time(element: Element | None) -> datetime | None:
    """
    Return a Time (RFC 5280 section 4.1.2.5) as aware UTC, also one without seconds or zone; None for anything else.

    A two-digit year below 50 is in the 2000s.
    """
    if element is None or element.tag not in _TIMES:
        return None
    match = _TIMES[element.tag].fullmatch(element.contents)
    if match is None:
        return None
    *parts, sign, hours, minutes = match.groups(default=b"0")
    year, month, day, hour, minute, second = map(int, parts)
    if element.tag == UTC_TIME:
        year += 2000 if year < 50 else 1900  # noqa: PLR2004 - RFC 5280 section 4.1.2.5.1
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        return moment + ahead if sign == b"-" else moment - ahead
    except (ValueError, OverflowError):
        return None


def name(encoded: bytes | None) -> tuple[Relative, ...] | None:
    """Return the relative distinguished names of a Name in the order encoded, values as text; None when it is none."""
    outer = elements(encoded or b"")
    if not outer or outer[0].tag != SEQUENCE:
        return None
    return tuple(
        tuple(_attribute(elements(attribute.contents)) for attribute in elements(relative.contents))
        for relative in elements(outer[0].contents)
    )


def _attribute(parts: list[Element]) -> tuple[str, str]:
    """
    Return short type, else dotted OID, and value, that of a BIT STRING in hex as cryptography's bytes are shown.

    ``?`` and ``UNDECODED`` stand for what cannot be told.
    """
    match parts:
        case [kind, value, *_]:
            dotted = oid(kind) or "?"
            bits = value.tag == BIT_STRING
            text = (
                value.contents.hex() if bits else value.contents.decode(_STRINGS.get(value.tag, "latin-1"), "replace")
            )
            return ATTRIBUTES.get(dotted, dotted), text
    return "?", UNDECODED


def key(public_key: bytes | None) -> tuple[str | None, int | None]:
    """Return the algorithm and size of a SubjectPublicKeyInfo, None for each that it does not tell."""
    parts = _inside(elements(public_key or b""), 0)
    algorithm = _inside(parts, 0)
    dotted = oid(algorithm[0]) if algorithm else None
    kind = PUBLIC_KEYS.get(dotted or "", dotted)
    if kind in FIXED_KEY_BITS:
        return kind, FIXED_KEY_BITS[kind]
    if kind == "EC" and len(algorithm) > 1:
        return kind, CURVE_BITS.get(oid(algorithm[1]) or "") or _prime_bits(algorithm[1])
    if kind == "DSA" and len(algorithm) > 1:
        return kind, _integer_bits(elements(algorithm[1].contents))
    if kind == "RSA" and len(parts) > 1:
        return kind, _integer_bits(_inside(elements(parts[1].contents[1:]), 0))  # after the count of unused bits
    return kind, None


def _prime_bits(parameters: Element) -> int | None:
    """Return the field size of explicit curve parameters (RFC 3279 section 2.3.5): version, field (type, prime), …."""
    return _integer_bits(_inside(elements(parameters.contents), 1)[1:]) if parameters.tag == SEQUENCE else None


def _integer_bits(parts: list[Element]) -> int | None:
    if not parts or parts[0].tag != INTEGER:
        return None
    return int.from_bytes(parts[0].contents).bit_length() or None
