"""
What a DER value is, told by its first few tags.

Bytes come in, a ``Kind`` or the values they consist of go out; never raises, for any bytes. Only tags and lengths are
looked at: enough to hand the value to the library that reads its kind.
"""

import binascii
from collections.abc import Iterator
from enum import Enum
from typing import Final

SEQUENCE: Final = 0x30
SET: Final = 0x31
INTEGER: Final = 0x02
OCTET_STRING: Final = 0x04
OID: Final = 0x06
CONSTRUCTED: Final = 0x20
EXPLICIT_0: Final = 0xA0

_SIGNED_DATA: Final = bytes.fromhex("2a864886f70d010702")
"""1.2.840.113549.1.7.2 (RFC 5652 section 5.1)."""
_PKCS12_VERSION: Final = b"\x03"
"""RFC 7292 section 4: v3, the only one."""
_LONG_FORM: Final = 0x80
_INDEFINITE: Final = 0x80
_MOST_LENGTH_BYTES: Final = 4
DEEPEST: Final = 24
"""Values in each other that are looked into: PKCS#12 needs half of it, certificates encrypted one by one included."""
MOST_PARTS: Final = 100_000
"""Values beside each other that are looked at."""


class Kind(Enum):
    """What a DER value is, in words that a sentence about it uses."""

    CERTIFICATE = "a certificate"
    PKCS7 = "PKCS#7"
    PKCS12 = "PKCS#12"
    KEY = "a private key"
    REQUEST = "a certificate request"
    OTHER = "something else in DER"


def kind_of(content: bytes) -> Kind:
    """Return what ``content`` is, from how it begins."""
    parts = _parts(_inside(content), 2)
    match [tag for tag, _ in parts]:
        case [first, *_] if first == OID:
            return Kind.PKCS7 if parts[0][1] == _SIGNED_DATA else Kind.OTHER
        case [first, second] if first == INTEGER:
            # PrivateKeyInfo, RSAPrivateKey, ECPrivateKey: version 0 or 1, then an algorithm or a number.
            return Kind.PKCS12 if parts[0][1] == _PKCS12_VERSION and second == SEQUENCE else Kind.KEY
        case [first, *_] if first == SEQUENCE:
            return _signed(parts[0][1])
        case _:
            return Kind.OTHER


def from_base64(text: bytes) -> bytes:
    """Return what base64 stands for, white space and stray characters passed over; nothing where it is none."""
    try:
        return binascii.a2b_base64(text)
    except binascii.Error:
        return b""


def values(content: bytes) -> Iterator[bytes]:
    """Yield the values that stand one behind the other, each with its tag and length, as far as they are whole."""
    position = 0
    while (found := _value(content, position)) is not None:
        _, _, end = found
        yield content[position:end]
        position = end


def iterations(content: bytes) -> int:
    """
    Return how many rounds of key derivation the parameters in ``content`` ask for in all.

    They stand behind a salt, in PBES1, PBKDF2 and scrypt (RFC 8018 appendix A, RFC 7914 section 7) and in the MAC of
    PKCS#12 (RFC 7292 section 4), and may be any number.
    """
    total = 0
    waiting = [(content, 0)]
    while waiting:
        outer, depth = waiting.pop()
        before = 0
        for tag, inner in _parts(outer, MOST_PARTS):
            if tag == INTEGER and before == OCTET_STRING:
                total += int.from_bytes(inner[:8])
            if depth < DEEPEST and (tag & CONSTRUCTED or (tag == OCTET_STRING and inner[:1] == b"\x30")):
                waiting.append((inner, depth + 1))
            before = tag
    return total


def _signed(inner: bytes) -> Kind:
    """Return what SEQUENCE { SEQUENCE { ``inner`` … is: to-be-signed certificate, request, or an encrypted key."""
    parts = _parts(inner, 2)
    match [tag for tag, _ in parts]:
        case [first, *_] if first == EXPLICIT_0:
            return Kind.CERTIFICATE
        case [first, second] if first == INTEGER and second == SEQUENCE:
            # A version 1 certificate goes on with an algorithm, a request with a name: a SET, or nothing at all.
            inside = _parts(parts[1][1], 1)
            return Kind.CERTIFICATE if inside and inside[0][0] == OID else Kind.REQUEST
        case [first, *_] if first == OID:
            return Kind.KEY
        case _:
            return Kind.OTHER


def _inside(content: bytes) -> bytes:
    """Return what the outer value encloses; of one that is cut short or has no length, all that is there."""
    found = _header(content, 0)
    return content[found[1] :] if found is not None else b""


def _parts(content: bytes, most: int) -> list[tuple[int, bytes]]:
    parts: list[tuple[int, bytes]] = []
    position = 0
    while len(parts) < most and (found := _header(content, position)) is not None:
        tag, start, length = found
        end = len(content) if length is None else start + length
        parts.append((tag, content[start:end]))
        position = end
    return parts


def _value(content: bytes, position: int) -> tuple[int, int, int] | None:
    found = _header(content, position)
    if found is None:
        return None
    tag, start, length = found
    end = len(content) if length is None else start + length
    return (tag, start, end) if end <= len(content) else None


def _header(content: bytes, position: int) -> tuple[int, int, int | None] | None:
    """Return tag, where the contents begin, and their length, None for an indefinite one; None at the end."""
    if position + 2 > len(content):
        return None
    tag, length = content[position], content[position + 1]
    start = position + 2
    if length == _INDEFINITE:
        return tag, start, None
    if length > _LONG_FORM:
        count = length - _LONG_FORM
        if count > _MOST_LENGTH_BYTES or start + count > len(content):
            return None
        length = int.from_bytes(content[start : start + count])
        start += count
    return tag, start, length
