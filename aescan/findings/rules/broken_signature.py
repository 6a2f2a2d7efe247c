"""
The signature of the leaf or of an intermediate is made over an MD5, MD4 or MD2 hash.

Certificates have been forged through MD5 collisions, so such a signature proves nothing, and every current client
refuses it. A signature that a certificate made for itself, a root's or a self-signed leaf's, is exempt: no client
checks it (RFC 8446 section 4.4.2.2). Critical: whoever can read the wire can stand in for the server.
"""

from typing import Final

from aescan.findings.model import ChainEvidence, ChainRule, Severity
from aescan.findings.signatures import signed_with
from aescan.findings.words import called, listed

HASHES: Final = frozenset({"md2", "md4", "md5"})


def check(evidence: ChainEvidence) -> str | None:
    """Name the certificates and their hashes."""
    found = signed_with(HASHES, evidence.chain)
    if not found:
        return None
    certificates = evidence.chain.certificates
    return listed(
        [f"signed with {(certificates[at].signature_hash or '').upper()}: {called(evidence.chain, at)}" for at in found]
    )


RULE = ChainRule(
    code="broken_signature",
    severity=Severity.CRITICAL,
    title="Broken signature hash",
    remedy="replace the certificate now with one signed with SHA-256",
    reference="RFC 8446 section 4.4.2.4; RFC 6151",
    check=check,
)
