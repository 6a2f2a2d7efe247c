"""
The chain ends within the policy's warning window, 30 days unless set otherwise.

A new certificate may need a new CA on every client first, and that takes weeks. The first certificate presented to
end counts, be it the leaf, an intermediate or a root. Within the critical window it is `expires_imminently`, not
this.
"""

from aescan.findings.expiry import Band, band, ending_sentence
from aescan.findings.model import Evidence, Rule, Severity


def check(evidence: Evidence) -> str | None:
    """Say when, and which certificate."""
    return ending_sentence(evidence) if band(evidence) is Band.WARNING else None


RULE = Rule(
    code="expires_soon",
    severity=Severity.WARNING,
    title="Expires soon",
    remedy="renew the certificate that ends first, before the date shown; if it is a CA, all certificates below it",
    reference="PSN004561u; RFC 5280 section 4.1.2.5",
    check=check,
)
