"""
DER to the facts of one certificate.

Any bytes come in, a ``Certificate`` goes out. ``cryptography`` reads first, is the judge of whether the whole is sound,
and checks the signature; where it refuses, the DER walker tells what can be told, fact by fact, so that one bad field
costs no other. What could not be read is named in ``unreadable``. Never raises; asks no clock and no network. The same
bytes are read once: many endpoints present the same chain.
"""

import hashlib
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from aescan.certificates import der as walker
from aescan.certificates.algorithms import ATTRIBUTES, HASHES, PUBLIC_KEYS, RSASSA_PSS, SIGNATURES
from aescan.certificates.extensions import read, walk
from aescan.certificates.facts import Certificate, Name
from aescan.certificates.memory import Memory
from aescan.certificates.signatures import parse, signed_by
from aescan.text import printable

DISTINCT: Final = 2
"""Certificates kept decoded for each chain that is: its leaf and one more; CAs are shared."""
LARGEST_CACHED: Final = 8192
"""Bytes of one that is kept, several times what an ordinary one has."""
MOST_NAMES: Final = 1024
"""Distinct names kept, of subjects and issuers."""
LARGEST_NAME: Final = 512
"""Bytes of one that is kept, several times what an ordinary one has."""
LONGEST_PROBLEM: Final = 200
"""Characters of one entry of ``unreadable``: the library's reasons are long and name its own types."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Presented:
    """The bytes, and what is proved of them already: that spares work and changes no fact, so it is not compared."""

    der: bytes
    by_another: bool = field(compare=False)


def decode_certificate(der: bytes, *, by_another: bool = False) -> Certificate:
    """
    Return the facts of the certificate that these bytes are, as far as they are one.

    ``by_another`` says that it is proved to be signed with a key that is not its own: so it is not self-signed, and
    that need not be found out once more.
    """
    presented = _Presented(der, by_another)
    return _remembered.of(presented) if len(der) <= LARGEST_CACHED else _decode(presented)


def _decode(presented: _Presented) -> Certificate:
    # The library warns of odd serial numbers and names; both are facts here, not events.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _Reader(presented).certificate()


_remembered: Final = Memory(_decode, share=DISTINCT)


class _Reader:
    """Reads the facts of one certificate and remembers which it could not."""

    def __init__(self, presented: _Presented) -> None:
        self.der = der = presented.der
        self.by_another = presented.by_another
        self.encoded = walker.encoded(der)
        self.problems: list[str] = []
        self.parsed = parsed = self._try("certificate", lambda: parse(der))
        extensions = self._try("extensions", lambda: read(parsed.extensions)) if parsed else None
        self.extensions = extensions or walk(self.outline.extensions)

    @cached_property
    def outline(self) -> walker.Outline:
        return walker.outline(self.der)

    def certificate(self) -> Certificate:
        encoded = self.encoded
        algorithm, digest = self._signature()
        kind, bits = self._library(_key) or walker.key(encoded.public_key)
        extensions = self.extensions
        return Certificate(
            der=self.der,
            fingerprint_sha256=hashlib.sha256(self.der).hexdigest(),
            version=self._read("version", lambda parsed: parsed.version.value + 1, lambda: self.outline.version),
            serial_number=self._read(
                "serial number", lambda parsed: parsed.serial_number, lambda: self.outline.serial_number
            ),
            subject=self._name("subject", lambda parsed: parsed.subject, encoded.subject),
            issuer=self._name("issuer", lambda parsed: parsed.issuer, encoded.issuer),
            not_before=self._read(
                "not before", lambda parsed: parsed.not_valid_before_utc, lambda: walker.time(self.outline.not_before)
            ),
            not_after=self._read(
                "not after", lambda parsed: parsed.not_valid_after_utc, lambda: walker.time(self.outline.not_after)
            ),
            signature_algorithm=self._told("signature algorithm", algorithm),
            signature_hash=digest,
            key_algorithm=kind,
            key_bits=self._told("public key size", bits),
            public_key_sha256=hashlib.sha256(encoded.public_key).hexdigest() if encoded.public_key else None,
            dns_names=extensions.dns_names,
            ip_addresses=extensions.ip_addresses,
            key_usage=extensions.key_usage,
            extended_key_usage=extensions.extended_key_usage,
            basic_constraints=extensions.basic_constraints,
            subject_key_identifier=extensions.subject_key_identifier,
            authority_key_identifier=extensions.authority_key_identifier,
            self_signed=False if self.by_another else signed_by(self.der, self.der),
            unreadable=tuple(self.problems),
        )

    def _try(self, fact: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except Exception as error:  # noqa: BLE001 - bytes from strangers: however a library refuses, the fact is unread
            self._missing(fact, str(error) or type(error).__name__)
            return None

    def _missing(self, fact: str, why: str) -> None:
        self.problems.append(printable(f"{fact}: {why}", limit=LONGEST_PROBLEM))

    def _library(self, read: Callable[[x509.Certificate], T | None]) -> T | None:
        """Return what the library reads, None where it refuses: the walker may still tell it."""
        if self.parsed is None:
            return None
        try:
            return read(self.parsed)
        except Exception:  # noqa: BLE001 - bytes from strangers: a library refuses in many ways
            return None

    def _read(self, fact: str, read: Callable[[x509.Certificate], T], walked: Callable[[], T | None]) -> T | None:
        found = self._library(read)
        return self._told(fact, walked()) if found is None else found

    def _told(self, fact: str, value: T | None) -> T | None:
        if value is None:
            self._missing(fact, "cannot be told")
        return value

    def _signature(self) -> tuple[str | None, str | None]:
        """Return the name of the signature algorithm, else its OID, and the hash it uses."""
        dotted = self._library(lambda parsed: parsed.signature_algorithm_oid.dotted_string)
        if dotted is None:
            dotted = self.outline.signature_algorithm
        if dotted == RSASSA_PSS:
            return SIGNATURES[dotted].name, _pss_hash(self.outline.signature_parameters)
        # Some old tools wrote the identifier of the hash alone.
        return SIGNATURES.get(dotted or "", (dotted, HASHES.get(dotted or "")))

    def _name(self, fact: str, read: Callable[[x509.Certificate], x509.Name], encoded: bytes | None) -> Name | None:
        if encoded in _names:
            return _names[encoded]
        name = self._library(read)
        relatives = self._told(fact, walker.name(encoded)) if name is None else _relatives(name)
        if relatives is None:
            return None
        found = name_of(relatives)
        if any(walker.UNDECODED in value for _, value in found.attributes):
            self._missing(fact, "not the text that its string type stands for")
        elif encoded is not None and len(encoded) <= LARGEST_NAME:
            if len(_names) == MOST_NAMES:
                _names.clear()
            _names[encoded] = found
        return found


_names: Final[dict[bytes | None, Name]] = {}
"""Sound names by their encoding: a CA's stands in every certificate that it issued, and twice in its own."""


def _relatives(name: x509.Name) -> tuple[walker.Relative, ...]:
    return tuple(
        tuple(
            (ATTRIBUTES.get(dotted := each.oid.dotted_string, dotted), value)
            if isinstance(value := each.value, str)
            else (each.oid.dotted_string, value.hex())
            for each in relative
        )
        for relative in name.rdns
    )


def name_of(relatives: tuple[walker.Relative, ...]) -> Name:
    """Return the Name of these relative distinguished names, given in the order encoded."""
    shown = ",".join("+".join(f"{kind}={_escaped(value)}" for kind, value in each) for each in reversed(relatives))
    attributes = tuple(attribute for each in relatives for attribute in each)
    normalised = tuple((kind, " ".join(value.split()).casefold()) for kind, value in attributes)
    return Name(printable(shown), attributes, normalised)


_SPECIAL: Final = re.compile(r'[",+;<>\\]')
_ESCAPES: Final = str.maketrans({c: f"\\{c}" for c in '",+;<>\\'})


def _escaped(value: str) -> str:
    """Escape a value as RFC 4514 section 2.4 asks for."""
    escaped = value.translate(_ESCAPES) if _SPECIAL.search(value) else value
    if escaped.startswith(("#", " ")):
        escaped = "\\" + escaped
    return escaped[:-1] + "\\ " if len(value) > 1 and value.endswith(" ") else escaped


def _key(parsed: x509.Certificate) -> tuple[str, int] | None:
    """Return algorithm and size of the public key, None for one that has no size of its own."""
    dotted, key = parsed.public_key_algorithm_oid.dotted_string, parsed.public_key()
    if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey | dsa.DSAPublicKey):
        return PUBLIC_KEYS[dotted], key.key_size
    return None


def _pss_hash(parameters: bytes) -> str | None:
    """Return the hash of RSASSA-PSS-params (RFC 4055 section 3.1): [0] HashAlgorithm, default sha1."""
    for outer in walker.elements(parameters)[:1]:
        for part in walker.elements(outer.contents):
            if part.tag == walker.EXPLICIT_0:
                algorithm = walker.elements(part.contents)[:1]
                parts = walker.elements(algorithm[0].contents) if algorithm else []
                dotted = walker.oid(parts[0]) if parts else None
                return HASHES.get(dotted, dotted) if dotted else None
    return "sha1"
