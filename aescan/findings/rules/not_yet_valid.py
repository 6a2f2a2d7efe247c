"""
A certificate of the chain becomes valid only later.

Clients refuse it until then. Mostly a clock is wrong: the CA's when it signed, or the scanner's now; PSN004561u asks
for both the CA and AE Services to follow NTP. The certificate that becomes valid last counts; nobody is exempt.
Critical, because TLS clients cannot connect.
"""

from datetime import datetime

from aescan.findings.clock import doubt, true_moment
from aescan.findings.model import Evidence, Rule, Severity
from aescan.findings.words import ahead, called, past


def check(evidence: Evidence) -> str | None:
    """Say from when on it is valid, and which certificate."""
    begins = [
        (certificate.not_before, -position)
        for position, certificate in enumerate(evidence.chain.certificates)
        if certificate.not_before is not None
    ]
    if not begins:
        return None
    latest, position = max(begins)
    moment, true = evidence.moment, true_moment(evidence)
    early, truly_early = latest > moment, latest > (true or moment)
    if not early and not truly_early:
        return None
    doubtful = "" if true is None or early == truly_early else doubt(evidence, _begins(latest, true))
    return f"{_begins(latest, moment)}: {called(evidence.chain, -position)}{doubtful}"


def _begins(then: datetime, moment: datetime) -> str:
    return f"becomes valid {ahead(then, moment)}" if then > moment else f"became valid {past(then, moment)}"


RULE = Rule(
    code="not_yet_valid",
    severity=Severity.CRITICAL,
    title="Not yet valid",
    remedy="set the clocks of CA, server and scanner by NTP; have a wrongly dated certificate issued again, else wait",
    reference="PSN004561u; RFC 5280 section 4.1.2.5",
    check=check,
)
