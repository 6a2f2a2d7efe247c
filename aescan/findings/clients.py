"""
Whether each known kind of client can connect: works, fails, or not known, with the sentence why.

Evidence and what the site's trust stores say come in, one ``Compatibility`` per profile goes out, the same for the same
evidence. A client works only where the bytes prove every demand it is known to make; it fails where they break one; all
else is unknown, and the sentence says what would have to be known. A fact that no text confirms never makes a verdict.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final, TypeVar

from aescan.certificates import trust
from aescan.certificates.facts import Certificate
from aescan.findings.avaya import classify
from aescan.findings.model import Evidence
from aescan.findings.names import dialled, has_alternative_names, names_commonly, names_host, packed
from aescan.findings.signatures import path
from aescan.findings.words import LONGEST_TITLE, called, listed, stamp
from aescan.settings.profiles import UNVERIFIED, ClientProfile, Fact, NameRule
from aescan.text import printable
from aescan.tls.capture import Capture, ClientCertificate
from aescan.tls.codepoints import VERSIONS

LONGEST_SENTENCE: Final = 1000
"""Characters: above any sentence of a few reasons, short enough for a report's row."""

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


@dataclass(frozen=True, slots=True)
class Compatibility:
    """
    Whether the client of that key can connect to a target: None is not known.

    ``demands``
        The demands that decided it: those broken, else those not known to be met, else none.
    """

    client: str
    works: bool | None
    demands: tuple[Demand, ...]
    sentence: str


@dataclass(frozen=True)
class Facing:
    """
    What a client faces: the evidence, the versions the server is known to speak or not, the verdicts of trust stores.

    ``certain``
        False where the versions are only said of the server, in no text.
    """

    evidence: Evidence
    spoken: Mapping[str, bool]
    stores: Mapping[str, trust.Verdict]
    certain: bool = True

    @cached_property
    def leaf(self) -> Certificate:
        """The server's own certificate."""
        return self.evidence.leaf

    @cached_property
    def path(self) -> tuple[int, ...]:
        """The positions from the leaf up, as far as the certificates presented reach."""
        return path(self.evidence.chain)

    @cached_property
    def host(self) -> str:
        """The name or address that clients dial."""
        return dialled(self.evidence)

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
        found = classify(self.evidence)
        return "" if found is None else found.name


Verdict = tuple[bool | None, str]
"""Whether one demand is met, None where that is not known; and the words for it."""


def compatibilities(evidence: Evidence, trusted: Iterable[trust.Verdict] = ()) -> tuple[Compatibility, ...]:
    """Return what every client that talks to this service would meet; ``trusted`` is what the trust stores say."""
    facing = Facing(evidence, versions(evidence.capture), {verdict.store: verdict for verdict in trusted})
    return tuple(judge(profile, facing) for profile in evidence.policy.clients if concerns(profile, evidence.service))


def concerns(profile: ClientProfile, service: str) -> bool:
    """Whether this client talks to that service; a port without a service is only known to those that use any."""
    return not profile.services or service in profile.services


def judge(profile: ClientProfile, facing: Facing, leaving_out: Collection[Demand] = ()) -> Compatibility:
    """Return what one client would meet, some demands left out."""
    verdicts = [
        (demand, *verdict)
        for demand, made in DEMANDS
        if demand not in leaving_out and (verdict := made(profile, facing)) is not None
    ]
    for works in False, None:
        if decisive := [(demand, words) for demand, met, words in verdicts if met is works]:
            demands = tuple(dict.fromkeys(demand for demand, _ in decisive))
            sentence = "; ".join(words for _, words in decisive)
            return Compatibility(profile.key, works, demands, printable(sentence, LONGEST_SENTENCE))
    proofs = "; ".join(words for _, _, words in verdicts)
    return Compatibility(profile.key, True, (), printable(proofs, LONGEST_SENTENCE))


def versions(capture: Capture) -> dict[str, bool]:
    """Return the protocol versions that the server is known to speak or not to speak; absent ones are not known."""
    known = {capture.version: True}
    if capture.hello == REFUSED_BEFORE:
        known.update(dict.fromkeys(ORDER[: ORDER.index(NEWER) + 1], False))
    highest = OFFERED.get(capture.hello)
    if highest is not None and capture.version in ORDER:
        chosen, offered = ORDER.index(capture.version), ORDER.index(highest)
        refused = ORDER[chosen + 1 : offered + 1]
        if NEWER in refused:  # versions are switched on as a range: what lacks TLS 1.2 has no TLS 1.3 either
            refused += ORDER[offered + 1 :]
        known.update(dict.fromkeys(refused, False))
    asked = {protocol.version: protocol.supported for protocol in capture.protocols if protocol.supported is not None}
    return known | asked


def _handshake(profile: ClientProfile, facing: Facing) -> Verdict:
    offered, suites, capture = profile.protocols, profile.cipher_suites, facing.evidence.capture
    if offered is None:
        return None, "which TLS versions it speaks is in no known text"
    ours = " and ".join(offered.value)
    if all(facing.spoken.get(version) is False for version in offered.value):
        if facing.certain:
            return _weighed(offered, False, f"it speaks {ours} alone, the server does not")
        return None, f"it speaks {ours} alone, which the server is said to refuse ({UNVERIFIED})"
    if not any(facing.spoken.get(version) for version in offered.value):
        return None, f"it speaks {ours} alone; whether the server does, which chose {capture.version}, is not known"
    if suites is not None and capture.version in offered.value and capture.cipher_suite in suites.value:
        return _weighed(offered, True, f"both speak {capture.version} with {capture.cipher_suite}")
    return None, f"the server chose {capture.cipher_suite}; whether it takes one that this client offers is not known"


def _readable(_: ClientProfile, facing: Facing) -> Verdict | None:
    return None if facing.leaf.readable else (None, "parts of the server's certificate could not be read")


def _key(profile: ClientProfile, facing: Facing) -> Verdict | None:
    if (taken := profile.key_algorithms) is None:
        return None
    kind = facing.leaf.key_algorithm
    if kind is None:
        return None, "what kind of key the server's certificate has is not known"
    words = f"the server's key is {kind}"
    met = kind in taken.value
    return _weighed(taken, met, words if met else f"{words}, it takes {' and '.join(taken.value)} alone")


def _key_size(profile: ClientProfile, facing: Facing) -> Verdict | None:
    if (least := profile.minimum_rsa_bits) is None:
        return None
    return _along(facing, lambda certificate: _small(certificate, least.value), least, f"less than {least.value} bits")


def _hashes(profile: ClientProfile, facing: Facing) -> Verdict | None:
    if (refused := profile.refused_hashes) is None:
        return None
    return _along(facing, lambda certificate: _signed(certificate, refused.value), refused, "a hash it refuses")


def _doubtful_hashes(profile: ClientProfile, facing: Facing) -> Verdict | None:
    doubtful = profile.doubtful_hashes
    if doubtful is None or facing.leaf.signature_hash not in doubtful.value:
        return None
    return None, f"signed with {facing.leaf.signature_hash}, which some of its installations cannot read"


def _server_auth(profile: ClientProfile, facing: Facing) -> Verdict | None:
    purposes = facing.leaf.extended_key_usage
    if profile.server_auth is None or not profile.server_auth.value or purposes is None:
        return None
    if not SERVER_AUTH.isdisjoint(purposes):
        return None
    return _weighed(profile.server_auth, False, "the certificate's extended key usage leaves out serverAuth")


def _validity(profile: ClientProfile, facing: Facing) -> Verdict | None:
    if profile.validity is None or not profile.validity.value:
        return None
    moment, chain = facing.evidence.moment, facing.evidence.chain
    told = facing.stores.get(profile.trust_store or profile.key)
    for position in facing.path[:1] if told is not None and told.trusted else facing.path:
        begins, ends = chain.certificates[position].not_before, chain.certificates[position].not_after
        certain = False if position == 0 else None  # it may know another way up
        if ends is not None and ends < moment:
            return _weighed(profile.validity, certain, f"the {called(chain, position)} ended on {stamp(ends)}")
        if begins is not None and moment < begins:
            return _weighed(profile.validity, certain, f"the {called(chain, position)} begins on {stamp(begins)}")
    return None


def _name(profile: ClientProfile, facing: Facing) -> Verdict | None:
    if profile.name is None:
        return None, "whether it compares names is in no known text"
    if profile.name.value is NameRule.UNCHECKED:
        return None
    host = facing.host
    met, words = _RULES[profile.name.value](facing.leaf, host)
    if met is not True and packed(host) is not None:
        return None, f"the target is the address {host}; by which name clients dial it is not known"
    return _weighed(profile.name, met, words)


def _first_dns_name(leaf: Certificate, host: str) -> Verdict:
    kind, name = ("first DNS name", leaf.dns_names[0]) if leaf.dns_names else ("common name", _common_name(leaf))
    if name.lower() == host.lower():
        return True, f"{host} is the certificate's {kind}"
    shown = printable(name, LONGEST_TITLE) or "empty"
    return False, f"{host} is dialled, it compares the {kind} alone, which is {shown}"


def _any_name(leaf: Certificate, host: str) -> Verdict:
    if has_alternative_names(leaf) and names_host(leaf, host):
        return True, f"the certificate is for {host}"
    if not leaf.dns_names and names_commonly(leaf, host):
        kind = "DNS names" if leaf.ip_addresses else "alternative names"
        return None, f"the certificate has no {kind}, and only some programs take its common name"
    return False, _other_names(leaf, host)


def _undocumented_name(leaf: Certificate, host: str) -> Verdict:
    names = [name.lower() for name in (*leaf.dns_names, _common_name(leaf)) if name]
    if host.lower() == _common_name(leaf).lower() and host.lower() == names[0]:  # right by any reading
        return True, f"the certificate is for {host}"
    if host.lower() in names or names_host(leaf, host):
        return None, f"{host} is one of the certificate's names; which of them it compares is in no known text"
    return False, _other_names(leaf, host)


_RULES: Final[Mapping[NameRule, Callable[[Certificate, str], Verdict]]] = {
    NameRule.FIRST_DNS_NAME: _first_dns_name,
    NameRule.ANY_NAME: _any_name,
    NameRule.UNDOCUMENTED: _undocumented_name,
}


def _client_certificate(_: ClientProfile, facing: Facing) -> Verdict | None:
    words = ASKED.get(facing.evidence.capture.client_certificate)
    return None if words is None else (None, words)


def _trust(profile: ClientProfile, facing: Facing) -> Verdict:
    if (told := facing.stores.get(profile.trust_store or profile.key)) is not None:
        if told.reason is trust.Distrust.NAME:  # the last thing a store minds, and a demand of its own here
            return True, f"trust store {told.store}: all but the name"
        return told.trusted, f"trust store {told.store}: {told.sentence}"
    holds = profile.trusts
    if holds is None:
        return None, f"its trust store must hold {facing.needed}"
    words = f"as it comes it holds {holds.value}{_doubt(holds)}"
    if profile.trusted_patterns and facing.pattern in profile.trusted_patterns:
        return None, f"its trust store must hold {facing.needed}; {words}, which goes by that name"
    return None, f"its trust store must hold {facing.needed}; {words}"


DEMANDS: Final[tuple[tuple[Demand, Callable[[ClientProfile, Facing], Verdict | None]], ...]] = (
    (Demand.PROTOCOL, _handshake),
    (Demand.READABLE, _readable),
    (Demand.KEY, _key),
    (Demand.KEY_SIZE, _key_size),
    (Demand.HASH, _hashes),
    (Demand.HASH, _doubtful_hashes),
    (Demand.PURPOSE, _server_auth),
    (Demand.VALIDITY, _validity),
    (Demand.NAME, _name),
    (Demand.CLIENT_CERTIFICATE, _client_certificate),
    (Demand.TRUST, _trust),
)
"""Each returns None where the client is not known to demand anything."""


def _along(facing: Facing, broken: Callable[[Certificate], str], fact: Fact[T], why: str) -> Verdict | None:
    """Return what breaks a demand on each certificate: the leaf for certain, one above if there is no other way up."""
    chain = facing.evidence.chain
    for position in facing.path:
        certificate = chain.certificates[position]
        if position and certificate.self_signed:  # a root: trusted as it is, or not at all
            continue
        if words := broken(certificate):
            return _weighed(fact, False if position == 0 else None, f"the {called(chain, position)} {words}: {why}")
    return None


def _small(certificate: Certificate, least: int) -> str:
    bits = certificate.key_bits
    small = certificate.key_algorithm == "RSA" and bits is not None and bits < least
    return f"has an RSA key of {bits} bits" if small else ""


def _signed(certificate: Certificate, hashes: tuple[str, ...]) -> str:
    refused = certificate.signature_hash in hashes and not certificate.self_signed
    return f"is signed with {certificate.signature_hash}" if refused else ""


def _common_name(leaf: Certificate) -> str:
    return leaf.subject.common_name if leaf.subject is not None else ""


def _other_names(leaf: Certificate, host: str) -> str:
    names = (*leaf.dns_names, *leaf.ip_addresses) or tuple(filter(None, (_common_name(leaf),)))
    shown = listed([printable(name, LONGEST_TITLE) for name in names])
    return f"{host} is dialled, the certificate is for {shown or 'no name at all'}"


def _weighed(fact: Fact[T], met: bool | None, words: str) -> Verdict:
    """Return the verdict; where the fact is in no text, only the doubt."""
    return (None if fact.confidence == UNVERIFIED else met), words + _doubt(fact)


def _doubt(fact: Fact[T]) -> str:
    return f" ({UNVERIFIED})" if fact.confidence == UNVERIFIED else ""
