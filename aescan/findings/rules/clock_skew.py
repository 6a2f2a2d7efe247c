"""
The server's clock is off by more than the limit of the settings, a minute unless set otherwise.

A server judges the certificates of its clients by this clock: one that is behind refuses what was issued a moment ago,
one that is ahead what is still valid. PSN004561u asks for AE Services and for the machine of the CA to follow NTP. Only
asked where the inventory says `sntp` or `http_date`; a server that does not answer is exempt. It is held against the
NTP servers of the settings where they are known, else against this machine's clock.
"""

from aescan.findings.clock import off
from aescan.findings.model import Evidence, Rule, Severity


def check(evidence: Evidence) -> str | None:
    """Say how far it is off, and how it was asked; the first answer beyond the limit counts."""
    limit = evidence.policy.clock_limit.total_seconds()
    for skew in evidence.skews:
        ahead = skew.offset - (evidence.clock_offset or 0.0)
        if abs(ahead) - skew.precision > limit:
            by = "by NTP" if evidence.clock_offset is not None else "by this machine's clock, which was not checked"
            return f"the server's clock is {off(-ahead)} {by} (asked by {skew.source})"
    return None


RULE = Rule(
    code="clock_skew",
    severity=Severity.WARNING,
    title="Server's clock is off",
    remedy="let the server follow NTP, as the machine of the CA should; or this machine, if its clock is the wrong one",
    reference="PSN004561u; RFC 5905",
    check=check,
)
