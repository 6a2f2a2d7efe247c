"""
The signature of the leaf or of an intermediate is made over a SHA-1 hash.

SHA-1 collisions can be made, so such a signature no longer proves who issued the certificate, and current clients
refuse it. What the OpenSSL recipe of PSN004561u makes may have one unless its `default_md` was raised. RSASSA-PSS
with SHA-1 parameters, or none, counts. A signature that a certificate made for itself, a root's or a self-signed
leaf's, is exempt: no client checks it (RFC 8446 section 4.4.2.2). Warning and not critical, because older clients
still accept it and PSN004561u allows it for those that know nothing better.
"""

from typing import Final

from aescan.findings.model import ChainEvidence, ChainRule, Severity
from aescan.findings.signatures import signed_with
from aescan.findings.words import called, listed

HASHES: Final = frozenset({"sha1"})


def check(evidence: ChainEvidence) -> str | None:
    """Name the certificates."""
    found = signed_with(HASHES, evidence.chain)
    if not found:
        return None
    return "signed with SHA-1: " + listed([called(evidence.chain, position) for position in found])


RULE = ChainRule(
    code="sha1_signature",
    severity=Severity.WARNING,
    title="SHA-1 signature",
    remedy="have the certificate issued again with SHA-256, once every client can check SHA-256 signatures",
    reference="RFC 8446 section 4.4.2.4; NIST SP 800-131A revision 2; PSN004561u",
    check=check,
)
