"""
The chain ends within the policy's notice window, 60 days unless set otherwise.

Time to plan: who issues the next certificate, and which clients need its CA. The first certificate presented to end
counts, be it the leaf, an intermediate or a root. Within the warning window it is `expires_soon`, not this.
"""

from aescan.findings.expiry import Band, band, ending_sentence
from aescan.findings.model import Evidence, Rule, Severity


def check(evidence: Evidence) -> str | None:
    """Say when, and which certificate."""
    return ending_sentence(evidence) if band(evidence) is Band.NOTICE else None


RULE = Rule(
    code="expires_ahead",
    severity=Severity.NOTICE,
    title="Expires in the weeks ahead",
    remedy="plan to renew the certificate that ends first in time; if it is a CA, all certificates below it",
    reference="PSN004561u; RFC 5280 section 4.1.2.5",
    check=check,
)
