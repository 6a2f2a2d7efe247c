"""
A certificate of the chain becomes valid only later.

Clients refuse it until then. Mostly a clock is wrong: the CA's when it signed, or the scanner's now; PSN004561u asks
for both the CA and AE Services to follow NTP. The certificate that becomes valid last counts; nobody is exempt.
Critical, because TLS clients cannot connect.
"""

from aescan.findings.model import Evidence, Rule, Severity
from aescan.findings.words import ahead, called


def check(evidence: Evidence) -> str | None:
    """Say from when on it is valid, and which certificate."""
    latest, found = evidence.moment, None
    for position, certificate in enumerate(evidence.chain.certificates):
        if certificate.not_before is not None and certificate.not_before > latest:
            latest, found = certificate.not_before, position
    if found is None:
        return None
    return f"becomes valid {ahead(latest, evidence.moment)}: {called(evidence.chain, found)}"


RULE = Rule(
    code="not_yet_valid",
    severity=Severity.CRITICAL,
    title="Not yet valid",
    remedy="set the clocks of CA, server and scanner by NTP; have a wrongly dated certificate issued again, else wait",
    reference="PSN004561u; RFC 5280 section 4.1.2.5",
    check=check,
)
