"""
Some fact of a presented certificate could not be read.

The bytes break the rules of X.509, or use what aescan does not know. The other rules judge by what could be read, so
they may be silent about this certificate: hence a warning, lest it pass for sound. Strict clients refuse such
certificates. Every certificate presented counts; nobody is exempt.
"""

from aescan.findings.model import ChainEvidence, ChainRule, Severity
from aescan.findings.words import listed, numbered


def check(evidence: ChainEvidence) -> str | None:
    """Name the certificates, counted from one, and what could not be read."""
    for certificate in evidence.chain.certificates:
        if certificate.unreadable:
            break
    else:
        return None
    found = [
        f"{numbered(evidence.chain, position)}: {listed(certificate.unreadable)}"
        for position, certificate in enumerate(evidence.chain.certificates)
        if certificate.unreadable
    ]
    return listed(found)


RULE = ChainRule(
    code="unreadable_certificate",
    severity=Severity.WARNING,
    title="Unreadable certificate",
    remedy="look at the certificate with another tool; have it issued again if it is malformed",
    reference="RFC 5280 section 4.1",
    check=check,
)
