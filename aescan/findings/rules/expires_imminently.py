"""
The chain ends within the policy's critical window, 15 days unless set otherwise.

There is hardly time left to have a certificate issued and its CA put on every client. The first certificate presented
to end counts, be it the leaf, an intermediate or a root. An expired chain is `expired`, not this.
"""

from aescan.findings.expiry import Band, band, ending_sentence
from aescan.findings.model import Evidence, Rule, Severity


def check(evidence: Evidence) -> str | None:
    """Say when, and which certificate."""
    return ending_sentence(evidence) if band(evidence) is Band.CRITICAL else None


RULE = Rule(
    code="expires_imminently",
    severity=Severity.CRITICAL,
    title="Expires imminently",
    remedy="renew now the certificate that ends first, before the date shown; if it is a CA, all certificates below it",
    reference="PSN004561u; RFC 5280 section 4.1.2.5",
    check=check,
)
