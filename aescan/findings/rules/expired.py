"""
A certificate of the chain has passed its end of validity.

Clients that connect over TLS refuse the chain: PSN004561u exists because every AE Services client with TLS stops at
this moment. The first certificate presented to end counts, be it the leaf, an intermediate or a root, and the
sentence says which. The last second of validity is still valid (RFC 5280 section 4.1.2.5). Nobody is exempt.
"""

from aescan.findings.expiry import Band, band, expired_sentence
from aescan.findings.model import Evidence, Rule, Severity


def check(evidence: Evidence) -> str | None:
    """Say since when, and which certificate."""
    return expired_sentence(evidence) if band(evidence) is Band.EXPIRED else None


RULE = Rule(
    code="expired",
    severity=Severity.CRITICAL,
    title="Expired",
    remedy="replace the certificate that ended; if it is a CA, all certificates below it too",
    reference="PSN004561u; RFC 5280 section 4.1.2.5",
    check=check,
)
