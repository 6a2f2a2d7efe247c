"""
The leaf is signed by an Avaya product CA: it is a default certificate, not one of your own.

PSN004561u says that the default certificates of AE Services 5.x and 6.x end by 6 January 2018, that clients then
cannot connect over TLS, and that keeping a default certificate goes against good security practice. A server upgraded
from those releases may still present one. What counts as an Avaya CA is data, with source and confidence: the
sentence names the pattern that matched. A certificate of System Manager is never a default: it is recognised first.
Critical, because its end stops every client at once.
"""

from aescan.findings.avaya import product_default
from aescan.findings.model import Evidence, Rule, Severity
from aescan.findings.remedies import IN_GENERAL, new_certificate
from aescan.findings.words import LONGEST_TITLE
from aescan.text import printable


def check(evidence: Evidence) -> str | None:
    """Name the pattern, its confidence, the product and the CA."""
    pattern = product_default(evidence)
    if pattern is None:
        return None
    issuer = evidence.leaf.issuer
    signer = printable(issuer.text, LONGEST_TITLE) if issuer is not None else ""
    return (
        f"matches pattern {pattern.name} ({pattern.confidence}): "
        f"{'self-signed as' if evidence.leaf.self_signed else 'signed by'} {signer or 'an unnamed issuer'}; "
        f"product: {pattern.product}"
    )


RULE = Rule(
    code="avaya_default_certificate",
    severity=Severity.CRITICAL,
    title="Default certificate of an Avaya product",
    remedy=new_certificate,
    remedy_in_general=IN_GENERAL,
    reference="PSN004561u",
    check=check,
)
