"""
What is known of the clients of AE Services, and of changes that break them: plain frozen data that the verdicts read.

Made from ``aescan/data/clients.yml`` and a site's own file by ``clients`` beside this. Nothing here is judged, and what
no text tells is None: absence of a fact is never read as consent. No I/O, no clock, no YAML here, so that the core may
import it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeVar

T = TypeVar("T")

UNVERIFIED: Final = "unverified"
"""The confidence of what was found in no text: it makes a verdict doubtful, it never makes one."""


class NameRule(StrEnum):
    """How a client compares the name it dials with a certificate."""

    UNCHECKED = "unchecked"
    FIRST_DNS_NAME = "first_dns_name"
    """The first dNSName alone, the common name where there is none, no wildcard."""
    ANY_NAME = "any_name"
    """Any alternative name, wildcards too (RFC 9525); only some programs take the common name where there is none."""
    UNDOCUMENTED = "undocumented"
    """The name must be equal; which of the certificate's names is compared, no text tells."""


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """One thing known of a client, where it comes from, and how sure it is: sourced, derived or unverified."""

    value: T
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientProfile:
    """
    What one kind of client can do and demands; a None is not known.

    ``key``
        What metrics and reports call it; unique.
    ``services``
        Keys of the services it talks to; empty for every one.
    ``protocols``, ``cipher_suites``
        What it offers, in the names of a ``Capture``.
    ``key_algorithms``
        The only kinds of key it takes in a server's certificate.
    ``minimum_rsa_bits``
        The least it takes in any certificate but a self-signed one above the leaf.
    ``refused_hashes``, ``doubtful_hashes``
        Hashes of signatures that it refuses, and those that some of its installations cannot read; a self-signed
        certificate's own signature does not count.
    ``server_auth``
        Whether an extended key usage without serverAuth is refused.
    ``validity``
        Whether it refuses a certificate that has ended or not begun.
    ``name``
        How it compares names.
    ``trusts``
        What its trust store holds as it comes, in words that follow "its trust store holds".
    ``trusted_patterns``
        Names of certificate patterns whose issuer is in that store.
    ``trust_store``
        The trust store of the settings that stands for its own; empty for the one of its own key, if there is one.
    """

    key: str
    title: str
    services: tuple[str, ...] = ()
    protocols: Fact[tuple[str, ...]] | None = None
    cipher_suites: Fact[tuple[str, ...]] | None = None
    key_algorithms: Fact[tuple[str, ...]] | None = None
    minimum_rsa_bits: Fact[int] | None = None
    refused_hashes: Fact[tuple[str, ...]] | None = None
    doubtful_hashes: Fact[tuple[str, ...]] | None = None
    server_auth: Fact[bool] | None = None
    validity: Fact[bool] | None = None
    name: Fact[NameRule] | None = None
    trusts: Fact[str] | None = None
    trusted_patterns: tuple[str, ...] = ()
    trust_store: str = ""


class Signer(StrEnum):
    """Who signs the certificate that a change brings."""

    OWN_CA = "own_ca"
    ITSELF = "itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    A step that an operator plans, as far as clients notice: the certificate that the servers present after it.

    ``signature_hash``, ``signer``, ``key_algorithm``
        Of that certificate; the kind of its key may be unknown.
    ``named``
        Whether it names the host as clients dial it.
    ``protocols``
        The versions that servers speak after it; None where it changes none or that is not known.
    """

    key: str
    title: str
    signature_hash: Fact[str]
    signer: Fact[Signer]
    named: Fact[bool]
    key_algorithm: Fact[str] | None = None
    protocols: Fact[tuple[str, ...]] | None = None
