"""Client profiles to order, and one that a sound chain satisfies."""

from dataclasses import replace
from typing import TypeVar

from aescan.certificates.facts import Certificate
from aescan.certificates.trust import Verdict
from aescan.findings.clients import Compatibility, facing, judge
from aescan.findings.demands import Shown, manner_of, versions
from aescan.findings.model import Evidence
from aescan.settings.clients import load_clients
from aescan.settings.profiles import ClientProfile, Fact, NameRule
from tests.facts import LEAF, evidence

T = TypeVar("T")

SHIPPED = {profile.key: profile for profile in load_clients(None, (), ()).profiles}
CHANGES = load_clients(None, (), ()).changes


def fact(value: T, confidence: str = "sourced") -> Fact[T]:
    """Return a fact."""
    return Fact(value, "a text", confidence)


CLIENT = ClientProfile(
    key="client",
    title="A client",
    protocols=fact(("TLS 1.2",)),
    cipher_suites=fact(("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",)),
    name=fact(NameRule.ANY_NAME),
    trust_store="ours",
)
"""Works with the sound chain of ``tests.facts`` where the store ``ours`` accepts it."""


def only(**facts: object) -> ClientProfile:
    """Return the client with these facts more."""
    return replace(CLIENT, **facts)  # type: ignore[arg-type] # fields by name


TRUSTED = Verdict("ours", True, None, "the chain leads to our root")
SPOKEN = "both speak TLS 1.2 with TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
PROVED = f"{SPOKEN}; the certificate is for aes1.example.com; trust store ours: the chain leads to our root"
NOBODY = replace(LEAF, dns_names=(), subject=None)
SELF_SIGNED = replace(LEAF, issuer=LEAF.subject, self_signed=True)


def meets(profile: ClientProfile, of: Evidence, *trust: Verdict) -> Compatibility:
    """Return what one client meets."""
    answered = manner_of(of.capture)
    return judge(profile, Shown(of.chain, of.policy, answered, versions(answered)), facing(of.chain, of, trust))


def verdict(profile: ClientProfile, *certificates: Certificate, **more: object) -> tuple[bool | None, str]:
    """Return verdict and sentence for these certificates, from a server that the store trusts."""
    found = meets(profile, evidence(*certificates, **more), TRUSTED)  # type: ignore[arg-type] # as evidence has them
    return found.works, found.sentence
