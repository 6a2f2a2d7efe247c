"""
The facts of one certificate, as frozen plain data.

Made by ``decode``; rules, reports and metrics read them. A fact that could not be read is None (or empty) and is named
in ``unreadable``: absence of a fact and failure to read it are never confused. All text that is meant for people
(``Name.text``, the alternative names) has passed ``text.printable``.
"""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Name:
    """
    A distinguished name (RFC 5280 section 4.1.2.4).

    ``text``
        RFC 4514 form, most specific attribute first (``CN=aes1,O=Example,C=US``), safe to show; empty for an empty
        name.
    ``attributes``
        (short type, value) pairs in the order encoded, values as written: ``(("C", "US"), ("O", "Avaya Inc."))``;
        a type without a short name stands as its dotted OID.
    ``normalised``
        The form to compare by: the attributes with white space collapsed and case folded (RFC 5280 section 7.1).
    """

    text: str
    attributes: tuple[tuple[str, str], ...]
    normalised: tuple[tuple[str, str], ...]

    def values(self, short_type: str) -> tuple[str, ...]:
        """Return the values of every attribute of that short type (``CN``, ``O``, ``OU``), in the order encoded."""
        return tuple(value for kind, value in self.attributes if kind == short_type)

    @property
    def common_name(self) -> str:
        """The last common name, which is the most specific one, or an empty string."""
        found = self.values("CN")
        return found[-1] if found else ""


@dataclass(frozen=True, slots=True)
class BasicConstraints:
    """RFC 5280 section 4.2.1.9: whether the key may sign certificates, and how many may stand below it."""

    ca: bool
    path_length: int | None


@dataclass(frozen=True, slots=True)
class Certificate:
    """
    One X.509 certificate (RFC 5280 section 4.1); dates are aware UTC, digests are lower-case hex.

    ``signature_algorithm``
        The name OpenSSL and the RFCs use (``sha1WithRSAEncryption``, ``ecdsa-with-SHA256``, ``RSASSA-PSS``), else the
        OID.
    ``signature_hash``
        ``md2``, ``md5``, ``sha1``, ``sha256``, …; for RSASSA-PSS that of its parameters, where absent means ``sha1``
        (RFC 4055 section 3.1); None for algorithms without one (Ed25519) or unknown ones.
    ``key_algorithm``, ``key_bits``
        ``RSA``, ``EC``, ``DSA``, ``Ed25519``, … and the size of modulus, field or group.
    ``public_key_sha256``
        SHA-256 of the SubjectPublicKeyInfo: the same key has the same value in every certificate.
    ``key_usage``, ``extended_key_usage``
        RFC 5280 names (``digitalSignature``, ``serverAuth``), OIDs where there is none; None where the extension is
        absent.
    ``self_signed``
        True when the certificate's own key made its signature, which the names alone never prove; None when that
        could not be checked.
    ``unreadable``
        ``fact: why`` for each fact that the bytes did not yield; empty for a sound certificate. ``certificate: why``
        and ``extensions: why`` where a strict reader refuses them as a whole: then the facts are those that a lenient
        one could tell, and of such a certificate the signature is unchecked.
    """

    der: bytes = field(repr=False)
    fingerprint_sha256: str
    version: int | None
    serial_number: int | None
    subject: Name | None
    issuer: Name | None
    not_before: datetime | None
    not_after: datetime | None
    signature_algorithm: str | None
    signature_hash: str | None
    key_algorithm: str | None
    key_bits: int | None
    public_key_sha256: str | None
    dns_names: tuple[str, ...] = ()
    ip_addresses: tuple[str, ...] = ()
    key_usage: tuple[str, ...] | None = None
    extended_key_usage: tuple[str, ...] | None = None
    basic_constraints: BasicConstraints | None = None
    subject_key_identifier: str | None = None
    authority_key_identifier: str | None = None
    self_signed: bool | None = None
    unreadable: tuple[str, ...] = ()

    @property
    def readable(self) -> bool:
        """Whether every fact could be read."""
        return not self.unreadable

    @property
    def title(self) -> str:
        """How to call it in a sentence: its subject, else its fingerprint."""
        if self.subject is not None and self.subject.text:
            return self.subject.text
        return f"certificate {self.fingerprint_sha256[:16]}…"
