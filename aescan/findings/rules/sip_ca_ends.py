"""
The chain hangs from Avaya's SIP Product CA, which ends on 17 August 2027 at 05:19:39 UTC.

From that second on clients refuse every certificate that this CA has signed, whatever its own date says, at every site
at once: a second 6 January 2018. The date is data, with its source, beside the CA's name in the catalogue of Avaya
certificates. Where the CA is presented, the expiry findings count its end as well; where it is not, this one alone
knows it. Nobody is exempt. Warning, because there is time, and the clients need another CA before the servers do.
"""

from typing import Final

from aescan.findings.avaya import hangs_from
from aescan.findings.model import Evidence, Rule, Severity
from aescan.findings.words import ahead, called, past

PATTERN: Final = "avaya-sip-product-ca"


def check(evidence: Evidence) -> str | None:
    """Say when the CA ends or ended."""
    pattern = hangs_from(evidence, PATTERN)
    if pattern is None or pattern.ends is None:
        return None
    end, moment = pattern.ends, evidence.moment
    when = f"ended {past(end, moment)}" if end < moment else f"ends {ahead(end, moment)}"
    return f"its CA, {pattern.name} ({pattern.confidence}), {when}: {called(evidence.chain, 0)}"


RULE = Rule(
    code="sip_ca_ends",
    severity=Severity.WARNING,
    title="Avaya's SIP Product CA ends",
    remedy=(
        "move to another CA before that second: put the new CA on every client first, then have the server certificate"
        " issued by it"
    ),
    reference="aescan/data/avaya_certificates.yml, avaya-sip-product-ca; RFC 5280 section 6.1.3",
    check=check,
)
