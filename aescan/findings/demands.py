"""
What clients demand of a server that does not depend on who dials it, when, and by which trust store.

A ``Shown`` and a client profile come in, a verdict on each demand goes out, with words for it: True, False, or None
where that is not known. A fact that no text confirms never makes a verdict. All of it holds for as long as the server
shows the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final, NamedTuple, TypeVar

from aescan.certificates.chain import Chain
from aescan.certificates.facts import Certificate
from aescan.findings.avaya import classify
from aescan.findings.model import ChainEvidence
from aescan.findings.signatures import path
from aescan.findings.words import LONGEST_TITLE, called
from aescan.settings.policy import Policy
from aescan.settings.profiles import UNVERIFIED, ClientProfile, Fact
from aescan.text import printable
from aescan.tls.capture import Capture, ClientCertificate, Protocol
from aescan.tls.codepoints import VERSIONS

ORDER: Final = tuple(VERSIONS.values())
"""Protocol versions, oldest first."""

OFFERED: Final = {"tls12": "TLS 1.2", "tls12-nameless": "TLS 1.2", "tls10": "TLS 1.0"}
"""
The highest version offered by the hellos that offer all below it too: a server chooses the highest that both know
(RFC 5246 appendix E.1), so it does not know those between its choice and this.
"""

NEWER: Final = "TLS 1.2"
"""The newest version that the ordinary hello offers."""

REFUSED_BEFORE: Final = "tls13"
"""The hello that follows only where the ordinary one with the same name was refused: nothing older is spoken."""

SERVER_AUTH: Final = frozenset({"serverAuth", "anyExtendedKeyUsage"})
"""RFC 5280 section 4.2.1.12: the purposes that let a certificate be a server's."""

ASKED: Final = {
    ClientCertificate.REQUESTED: "the server asks for a client certificate",
    ClientCertificate.UNKNOWN: "whether the server asks for a client certificate is not known",
}
"""What stands in the way of a client that may have no certificate; a server may ask and not insist."""

T = TypeVar("T")


class Demand(StrEnum):
    """What a client can stumble over, in the order of a handshake."""

    PROTOCOL = "protocol"
    READABLE = "readable"
    KEY = "key"
    KEY_SIZE = "key_size"
    HASH = "hash"
    PURPOSE = "purpose"
    VALIDITY = "validity"
    NAME = "name"
    CLIENT_CERTIFICATE = "client_certificate"
    TRUST = "trust"


Verdict = tuple[bool | None, str]
"""Whether one demand is met, None where that is not known; and the words for it."""


class Manner(NamedTuple):
    """How a server answered, as a ``Capture`` has it."""

    version: str
    cipher_suite: str
    client_certificate: ClientCertificate
    hello: str
    protocols: tuple[Protocol, ...]


@dataclass(frozen=True)
class Shown:
    """
    What a server shows whoever comes: its chain, how it answered, the versions it is known to speak or not.

    ``certain``
        False where the versions are only said of the server, in no text.
    """

    chain: Chain
    policy: Policy
    manner: Manner
    spoken: Mapping[str, bool]
    certain: bool = True

    @cached_property
    def leaf(self) -> Certificate:
        """The server's own certificate."""
        return self.chain.leaf

    @cached_property
    def path(self) -> tuple[int, ...]:
        """The positions from the leaf up, as far as the certificates presented reach."""
        return path(self.chain)

    @cached_property
    def needed(self) -> str:
        """What a trust store must hold for this chain, in words."""
        if self.leaf.self_signed:
            return "this very certificate, for it is self-signed"
        issuer = printable(self.leaf.issuer.text, LONGEST_TITLE) if self.leaf.issuer is not None else ""
        return f"{issuer or 'its issuer'} or a CA above"

    @cached_property
    def pattern(self) -> str:
        """Name of the known Avaya certificate that this is or is signed by, or an empty string."""
        found = classify(ChainEvidence(self.chain, self.policy))
        return "" if found is None else found.name


def manner_of(capture: Capture) -> Manner:
    """Return what counts of a capture besides its chain."""
    return Manner(capture.version, capture.cipher_suite, capture.client_certificate, capture.hello, capture.protocols)


def versions(manner: Manner) -> dict[str, bool]:
    """Return the protocol versions that the server is known to speak or not to speak; absent ones are not known."""
    known = {manner.version: True}
    if manner.hello == REFUSED_BEFORE:
        known.update(dict.fromkeys(ORDER[: ORDER.index(NEWER) + 1], False))
    highest = OFFERED.get(manner.hello)
    if highest is not None and manner.version in ORDER:
        chosen, offered = ORDER.index(manner.version), ORDER.index(highest)
        refused = ORDER[chosen + 1 : offered + 1]
        if NEWER in refused:  # versions are switched on as a range: what lacks TLS 1.2 has no TLS 1.3 either
            refused += ORDER[offered + 1 :]
        known.update(dict.fromkeys(refused, False))
    asked = {protocol.version: protocol.supported for protocol in manner.protocols if protocol.supported is not None}
    return known | asked


def _handshake(profile: ClientProfile, shown: Shown) -> Verdict:
    offered, suites, manner = profile.protocols, profile.cipher_suites, shown.manner
    if offered is None:
        return None, "which TLS versions it speaks is in no known text"
    ours = " and ".join(offered.value)
    if all(shown.spoken.get(version) is False for version in offered.value):
        if shown.certain:
            return weighed(offered, False, f"it speaks {ours} alone, the server does not")
        return None, f"it speaks {ours} alone, which the server is said to refuse ({UNVERIFIED})"
    if not any(shown.spoken.get(version) for version in offered.value):
        return (
            None,
            f"it speaks {ours} alone; whether the server does, which chose {manner.version}, is not known",
        )
    if suites is not None and manner.version in offered.value and manner.cipher_suite in suites.value:
        return weighed(offered, True, f"both speak {manner.version} with {manner.cipher_suite}")
    return (
        None,
        f"the server chose {manner.cipher_suite}; whether it takes one that this client offers is not known",
    )


def _readable(_: ClientProfile, shown: Shown) -> Verdict | None:
    return None if shown.leaf.readable else (None, "parts of the server's certificate could not be read")


def _key(profile: ClientProfile, shown: Shown) -> Verdict | None:
    if (taken := profile.key_algorithms) is None:
        return None
    kind = shown.leaf.key_algorithm
    if kind is None:
        return None, "what kind of key the server's certificate has is not known"
    words = f"the server's key is {kind}"
    met = kind in taken.value
    return weighed(taken, met, words if met else f"{words}, it takes {' and '.join(taken.value)} alone")


def _key_size(profile: ClientProfile, shown: Shown) -> Verdict | None:
    if (least := profile.minimum_rsa_bits) is None:
        return None
    return _along(shown, lambda certificate: _small(certificate, least.value), least, f"less than {least.value} bits")


def _hashes(profile: ClientProfile, shown: Shown) -> Verdict | None:
    if (refused := profile.refused_hashes) is None:
        return None
    return _along(shown, lambda certificate: _signed(certificate, refused.value), refused, "a hash it refuses")


def _doubtful_hashes(profile: ClientProfile, shown: Shown) -> Verdict | None:
    doubtful = profile.doubtful_hashes
    if doubtful is None or shown.leaf.signature_hash not in doubtful.value:
        return None
    return None, f"signed with {shown.leaf.signature_hash}, which some of its installations cannot read"


def _server_auth(profile: ClientProfile, shown: Shown) -> Verdict | None:
    purposes = shown.leaf.extended_key_usage
    if profile.server_auth is None or not profile.server_auth.value or purposes is None:
        return None
    if not SERVER_AUTH.isdisjoint(purposes):
        return None
    return weighed(profile.server_auth, False, "the certificate's extended key usage leaves out serverAuth")


def _client_certificate(_: ClientProfile, shown: Shown) -> Verdict | None:
    words = ASKED.get(shown.manner.client_certificate)
    return None if words is None else (None, words)


def held(profile: ClientProfile, shown: Shown) -> Verdict:
    """Return the verdict on trust where no trust store tells: what the client's own must hold."""
    holds = profile.trusts
    if holds is None:
        return None, f"its trust store must hold {shown.needed}"
    words = f"as it comes it holds {holds.value}{_doubt(holds)}"
    if profile.trusted_patterns and shown.pattern in profile.trusted_patterns:
        return None, f"its trust store must hold {shown.needed}; {words}, which goes by that name"
    return None, f"its trust store must hold {shown.needed}; {words}"


Made = Callable[[ClientProfile, Shown], Verdict | None]
"""How a demand is looked at; None where the client is not known to demand anything."""

FIRST: Final[tuple[tuple[Demand, Made], ...]] = (
    (Demand.PROTOCOL, _handshake),
    (Demand.READABLE, _readable),
    (Demand.KEY, _key),
    (Demand.KEY_SIZE, _key_size),
    (Demand.HASH, _hashes),
    (Demand.HASH, _doubtful_hashes),
    (Demand.PURPOSE, _server_auth),
)
"""Those that stand before validity and name in a handshake."""

LATER: Final[tuple[tuple[Demand, Made], ...]] = ((Demand.CLIENT_CERTIFICATE, _client_certificate),)
"""Those that stand after them, before trust."""


def _along(shown: Shown, broken: Callable[[Certificate], str], fact: Fact[T], why: str) -> Verdict | None:
    """Return what breaks a demand on each certificate: the leaf for certain, one above if there is no other way up."""
    chain = shown.chain
    for position in shown.path:
        certificate = chain.certificates[position]
        if position and certificate.self_signed:  # a root: trusted as it is, or not at all
            continue
        if words := broken(certificate):
            return weighed(fact, False if position == 0 else None, f"the {called(chain, position)} {words}: {why}")
    return None


def _small(certificate: Certificate, least: int) -> str:
    bits = certificate.key_bits
    small = certificate.key_algorithm == "RSA" and bits is not None and bits < least
    return f"has an RSA key of {bits} bits" if small else ""


def _signed(certificate: Certificate, hashes: tuple[str, ...]) -> str:
    refused = certificate.signature_hash in hashes and not certificate.self_signed
    return f"is signed with {certificate.signature_hash}" if refused else ""


def weighed(fact: Fact[T], met: bool | None, words: str) -> Verdict:
    """Return the verdict; where the fact is in no text, only the doubt."""
    return (None if fact.confidence == UNVERIFIED else met), words + _doubt(fact)


def _doubt(fact: Fact[T]) -> str:
    return f" ({UNVERIFIED})" if fact.confidence == UNVERIFIED else ""
