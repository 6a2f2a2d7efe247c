"""
The extensions that verdicts need (RFC 5280 section 4.2.1), from the library's objects or from the bytes themselves.

``read`` takes what ``cryptography`` parsed; ``walk`` takes the undecoded extensions of a certificate one of which the
library refused, for there one bad extension costs all. Both give the same ``Extensions``; the walker leaves out what it
cannot follow, and never raises.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeVar, cast

from cryptography import x509

from aescan.certificates import der as walker
from aescan.certificates.algorithms import EXTENDED_KEY_USAGES
from aescan.certificates.facts import BasicConstraints
from aescan.text import printable

SUBJECT_KEY_IDENTIFIER: Final = "2.5.29.14"
KEY_USAGE: Final = "2.5.29.15"
SUBJECT_ALTERNATIVE_NAME: Final = "2.5.29.17"
BASIC_CONSTRAINTS: Final = "2.5.29.19"
AUTHORITY_KEY_IDENTIFIER: Final = "2.5.29.35"
EXTENDED_KEY_USAGE: Final = "2.5.29.37"

DNS_NAME: Final = 0x82
IP_ADDRESS: Final = 0x87
KEY_IDENTIFIER: Final = 0x80
"""Context tags of GeneralName and AuthorityKeyIdentifier."""
LONGEST_PATH_LENGTH: Final = 4
"""Bytes: no chain has more than a few certificates, and a number of any size could not be printed."""

_KEY_USAGES: Final = {
    "digital_signature": "digitalSignature",
    "content_commitment": "nonRepudiation",
    "key_encipherment": "keyEncipherment",
    "data_encipherment": "dataEncipherment",
    "key_agreement": "keyAgreement",
    "key_cert_sign": "keyCertSign",
    "crl_sign": "cRLSign",
}
"""RFC 5280 section 4.2.1.3, in the order of the bits; the last two mean something only beside keyAgreement."""

E = TypeVar("E", bound=x509.ExtensionType)
_Values = dict[type[x509.ExtensionType], x509.ExtensionType]


@dataclass(frozen=True, slots=True)
class Extensions:
    """The fields of ``facts.Certificate`` that extensions tell, under the same names."""

    dns_names: tuple[str, ...] = ()
    ip_addresses: tuple[str, ...] = ()
    key_usage: tuple[str, ...] | None = None
    extended_key_usage: tuple[str, ...] | None = None
    basic_constraints: BasicConstraints | None = None
    subject_key_identifier: str | None = None
    authority_key_identifier: str | None = None


def read(extensions: x509.Extensions) -> Extensions:
    """Return what the library's extensions tell."""
    values: _Values = {type(extension.value): extension.value for extension in extensions}
    names = _value(values, x509.SubjectAlternativeName) or ()
    usage = _value(values, x509.KeyUsage)
    extended = _value(values, x509.ExtendedKeyUsage)
    constraints = _value(values, x509.BasicConstraints)
    subject_key = _value(values, x509.SubjectKeyIdentifier)
    authority_key = _value(values, x509.AuthorityKeyIdentifier)
    authority = authority_key.key_identifier if authority_key else None
    return Extensions(
        dns_names=tuple(printable(name.value) for name in names if isinstance(name, x509.DNSName)),
        ip_addresses=tuple(str(name.value) for name in names if isinstance(name, x509.IPAddress)),
        key_usage=tuple(name for field, name in _KEY_USAGES.items() if getattr(usage, field)) if usage else None,
        extended_key_usage=_purposes(oid.dotted_string for oid in extended) if extended is not None else None,
        basic_constraints=BasicConstraints(constraints.ca, constraints.path_length) if constraints else None,
        subject_key_identifier=subject_key.digest.hex() if subject_key else None,
        authority_key_identifier=authority.hex() if authority is not None else None,
    )


def _value(values: _Values, kind: type[E]) -> E | None:
    return cast("E | None", values.get(kind))  # under its own type, see read


def walk(encoded: Iterable[tuple[str, bytes]]) -> Extensions:
    """Return what these (OID, value) pairs tell; of an extension that stands twice, the first counts."""
    values: dict[str, bytes] = {}
    for oid, value in encoded:
        values.setdefault(oid, value)
    names = _sequence(values.get(SUBJECT_ALTERNATIVE_NAME))
    purposes = _oids(walker.elements(values.get(EXTENDED_KEY_USAGE, b"")))
    subject_key = walker.elements(values.get(SUBJECT_KEY_IDENTIFIER, b""))
    authority_key = [one for one in _sequence(values.get(AUTHORITY_KEY_IDENTIFIER)) if one.tag == KEY_IDENTIFIER]
    return Extensions(
        dns_names=tuple(printable(one.contents.decode("utf-8", "replace")) for one in names if one.tag == DNS_NAME),
        ip_addresses=tuple(filter(None, (_address(one.contents) for one in names if one.tag == IP_ADDRESS))),
        key_usage=_usages(walker.elements(values.get(KEY_USAGE, b""))),
        extended_key_usage=_purposes(filter(None, purposes)) if purposes is not None else None,
        basic_constraints=_constraints(values.get(BASIC_CONSTRAINTS)),
        subject_key_identifier=subject_key[0].contents.hex() if subject_key else None,
        authority_key_identifier=authority_key[0].contents.hex() if authority_key else None,
    )


def _sequence(value: bytes | None) -> list[walker.Element]:
    outer = walker.elements(value or b"")
    return walker.elements(outer[0].contents) if outer and outer[0].tag == walker.SEQUENCE else []


def _oids(parts: list[walker.Element]) -> list[str | None] | None:
    """Return the OIDs of a sequence of them, an empty one too, which allows nothing; None for anything else."""
    if not parts or parts[0].tag != walker.SEQUENCE:
        return None
    return [walker.oid(each) for each in walker.elements(parts[0].contents)]


def _purposes(oids: Iterable[str]) -> tuple[str, ...]:
    return tuple(EXTENDED_KEY_USAGES.get(oid, oid) for oid in oids)


def _address(packed: bytes) -> str | None:
    try:
        return str(ipaddress.ip_address(packed))
    except ValueError:
        return None


def _usages(parts: list[walker.Element]) -> tuple[str, ...] | None:
    if not parts or parts[0].tag != walker.BIT_STRING:
        return None
    bits = "".join(f"{byte:08b}" for byte in parts[0].contents[1:3])  # after the count of unused bits
    return tuple(name for name, bit in zip(_KEY_USAGES.values(), bits, strict=False) if bit == "1")


def _constraints(value: bytes | None) -> BasicConstraints | None:
    """Return the constraints: cA is false and there is no limit where nothing is said (RFC 5280 section 4.2.1.9)."""
    outer = walker.elements(value or b"")
    if not outer or outer[0].tag != walker.SEQUENCE:
        return None
    parts = {part.tag: part.contents for part in walker.elements(outer[0].contents)}
    length = parts.get(walker.INTEGER)
    path_length = int.from_bytes(length) if length and len(length) <= LONGEST_PATH_LENGTH else None
    return BasicConstraints(any(parts.get(walker.BOOLEAN, b"")), path_length)
