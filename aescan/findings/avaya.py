"""
Which of Avaya's known certificates this is, if any.

Evidence comes in; the pattern it matches goes out, or None. Patterns are data (``aescan/data/avaya_certificates.yml``,
or a site's own), each with its source and confidence; nothing about an Avaya certificate is known here.

An exact value, key or fingerprint, outranks a name, and System Manager comes before everything else of its kind, for
its CA's name fits the general patterns too. Each System Manager makes its own CA under one and the same name, so it is
``authority_key`` that tells two of them apart.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from aescan.certificates.chain import Chain
from aescan.certificates.facts import Name
from aescan.findings.model import ChainEvidence, Evidence
from aescan.findings.names import dialled
from aescan.findings.signatures import path
from aescan.findings.standing import standing
from aescan.settings.policy import CertificatePattern, Meaning, Policy

ONE_YEAR: Final = timedelta(days=360), timedelta(days=372)
"""What "valid for one year" may come to, bounds included: twelve months of 30 days, or of 31."""


class Likelihood(StrEnum):
    """How sure it is that a certificate is the temporary one that AE Services makes for itself."""

    LIKELY = "likely"
    VERY_LIKELY = "very likely"


def classify(evidence: ChainEvidence) -> CertificatePattern | None:
    """Return the pattern that the leaf, or what signed it, matches; None for a certificate that is not Avaya's."""
    return _classified(evidence.chain, evidence.policy)


@standing
def _classified(chain: Chain, policy: Policy) -> CertificatePattern | None:
    patterns = policy.patterns
    exact = [pattern for pattern in patterns if pattern.public_key_sha256 or pattern.fingerprint_sha256]
    if exact and (found := _first([pattern for pattern in exact if _holds(pattern, chain)])):
        return found
    issuer = chain.leaf.issuer
    return None if issuer is None else _first([pattern for pattern in patterns if _signs(pattern, issuer)])


def product_default(evidence: Evidence) -> CertificatePattern | None:
    """
    Return the pattern of the Avaya product default that the leaf is, or None.

    A pattern that names an organisation and no CA cannot tell a product's CA from the leaf's own key, so the temporary
    certificate of AE Services does not count as signed by Avaya because of it: ``temporary_default`` covers that.
    """
    pattern = classify(evidence)
    if pattern is None or pattern.meaning is not Meaning.DEFAULT:
        return None
    return None if _organisation_only(pattern) and _one_year_self_signed(evidence) else pattern


def temporary_default(evidence: Evidence) -> Likelihood | None:
    """
    Return how likely the leaf is the self-signed certificate that AE Services 7.0 and later make at installation.

    Self-signed, valid for about a year, on a port of an AE Services service; very likely where it also has no dNSName
    or a common name other than the name dialled, for then no client can check its name.
    """
    if not _one_year_self_signed(evidence):
        return None
    pattern = classify(evidence)
    if pattern is not None and not (pattern.meaning is Meaning.DEFAULT and _organisation_only(pattern)):
        return None
    leaf = evidence.leaf
    common_name = leaf.subject.common_name if leaf.subject is not None else ""
    named = bool(leaf.dns_names) and common_name.casefold() == dialled(evidence).casefold()
    return Likelihood.LIKELY if named else Likelihood.VERY_LIKELY


def hangs_from(evidence: ChainEvidence, name: str) -> CertificatePattern | None:
    """Return the pattern of this name if it holds for the leaf or for any certificate that signed for it."""
    return _hanging(evidence.chain, evidence.policy, name)


@standing
def _hanging(chain: Chain, policy: Policy, name: str) -> CertificatePattern | None:
    for pattern in policy.patterns:
        if pattern.name == name:
            issuers = [chain.certificates[position].issuer for position in path(chain)]
            signs = any(issuer is not None and _signs(pattern, issuer) for issuer in issuers)
            return pattern if signs or _holds(pattern, chain) else None
    return None


def authority_key(evidence: ChainEvidence) -> str | None:
    """
    Return which key signed the leaf, whatever its owner is called; None where nothing tells.

    ``sha256:`` and the digest of the public key where that certificate was presented, else ``keyid:`` and the leaf's
    authority key identifier.
    """
    signer = evidence.chain.signers[0]
    if signer is not None and (digest := evidence.chain.certificates[signer].public_key_sha256):
        return f"sha256:{digest}"
    identifier = evidence.leaf.authority_key_identifier
    return f"keyid:{identifier}" if identifier else None


def _first(matching: list[CertificatePattern]) -> CertificatePattern | None:
    for pattern in matching:
        if pattern.meaning is Meaning.SYSTEM_MANAGER:
            return pattern
    return matching[0] if matching else None


def _holds(pattern: CertificatePattern, chain: Chain) -> bool:
    """Whether the leaf or one of those that signed for it has a key or fingerprint of ``pattern``."""
    if not (pattern.fingerprint_sha256 or pattern.public_key_sha256):
        return False
    certificates = [chain.certificates[position] for position in path(chain)]
    return any(
        certificate.fingerprint_sha256 in pattern.fingerprint_sha256
        or certificate.public_key_sha256 in pattern.public_key_sha256
        for certificate in certificates
    )


def _signs(pattern: CertificatePattern, issuer: Name) -> bool:
    """Whether every expression of ``pattern`` matches in full some value of its attribute type in ``issuer``."""
    if not pattern.issuer:
        return False
    for wanted, expression in pattern.issuer:
        for kind, value in issuer.attributes:
            if kind == wanted and expression.fullmatch(value):
                break
        else:
            return False
    return True


def _organisation_only(pattern: CertificatePattern) -> bool:
    exact = pattern.public_key_sha256 or pattern.fingerprint_sha256
    return not exact and all(kind == "O" for kind, _ in pattern.issuer)


def _one_year_self_signed(evidence: Evidence) -> bool:
    leaf = evidence.leaf
    if not (leaf.self_signed and evidence.service and leaf.not_before and leaf.not_after):
        return False
    shortest, longest = ONE_YEAR
    return shortest <= leaf.not_after - leaf.not_before <= longest
