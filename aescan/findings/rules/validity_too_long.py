"""
The leaf is valid for longer than the policy allows, 825 days unless set otherwise.

A key that is used for years is one that many people have had in hand, and a renewal that comes round so seldom is one
that nobody knows how to do. Apple's systems refuse server certificates of more than 825 days that were issued since
July 2019, those of private CAs too; public CAs are held to much less. CAs are exempt unless they are presented as the
server's own certificate. Notice, because the clients of AE Services do not count the days.
"""

from aescan.findings.model import ChainEvidence, ChainRule, Severity
from aescan.findings.words import called, count


def check(evidence: ChainEvidence) -> str | None:
    """Say for how many days, and how many are allowed."""
    leaf, longest = evidence.leaf, evidence.policy.maximum_lifetime
    if leaf.not_before is None or leaf.not_after is None or leaf.not_after - leaf.not_before <= longest:
        return None
    days = count((leaf.not_after - leaf.not_before).days, "day")
    return f"valid for {days}, longer than {count(longest.days, 'day')}: {called(evidence.chain, 0)}"


RULE = ChainRule(
    code="validity_too_long",
    severity=Severity.NOTICE,
    title="Validity too long",
    remedy="have the next certificate issued for two years at most, and its renewal written down",
    reference="Apple, Requirements for trusted certificates in iOS 13 and macOS 10.15 (support.apple.com/103769)",
    check=check,
)
