"""
The host offers the same service without TLS on another port.

Whoever connects there is not protected by this certificate: what they send goes in clear. Known only where the
inventory wants it: with `twins`, the plain port that the service catalogue names beside an encrypted one (9999 beside
9998, 4721 beside 4722) accepts a connection; with `discover: tsapi`, the name service lists an unencrypted TLINK to the
same switch connection, which does not prove that a firewall lets anybody through. Notice, because only the site can say
whether it is needed.
"""

from aescan.findings.model import Evidence, Rule, Severity
from aescan.findings.words import listed


def check(evidence: Evidence) -> str | None:
    """Say which ports."""
    twins = evidence.plaintext_twins
    return f"the host offers the same without TLS on {listed(twins)}" if twins else None


RULE = Rule(
    code="plaintext_twin",
    severity=Severity.NOTICE,
    title="Offered without TLS too",
    remedy="move the clients of the plain port to the encrypted one, then disable the plain port",
    reference="Administering AE Services 7.1, ports of CVLAN, and TLINK ports for secured and for non-secured clients",
    check=check,
)
