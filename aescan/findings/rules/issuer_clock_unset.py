"""
The validity of the leaf begins at a moment at which clocks stand that nobody has set.

IP Office dates its certificate 1 January, 00:00:00, of the year of its release while its clock is unset, so a
self-signed leaf that begins at midnight of a 1 January was probably made so. A leaf of any issuer that begins on 1
January 1970, 1980 or 2000 was made by a machine whose clock counted from there. Its end is then as wrong as its
beginning: mostly too early. CAs above the leaf are exempt, for theirs are often dated by hand. Notice, because the
dates may have been chosen.
"""

from datetime import UTC, date, time
from typing import Final

from aescan.findings.model import ChainEvidence, ChainRule, Severity
from aescan.findings.words import called, stamp

STARTS: Final = frozenset({date(1970, 1, 1), date(1980, 1, 1), date(2000, 1, 1)})
"""Where the clocks of Unix, of PC firmware and of many clock chips start."""

MIDNIGHT: Final = time(0, 0, tzinfo=UTC)


def check(evidence: ChainEvidence) -> str | None:
    """Say when the validity begins."""
    leaf = evidence.leaf
    begin = leaf.not_before
    if begin is None or (begin.month, begin.day) != (1, 1):
        return None
    if begin.date() not in STARTS and not (leaf.self_signed and begin.timetz() == MIDNIGHT):
        return None
    return f"begins on {stamp(begin)}, where unset clocks stand: {called(evidence.chain, 0)}"


RULE = ChainRule(
    code="issuer_clock_unset",
    severity=Severity.NOTICE,
    title="Dated by an unset clock",
    remedy="set the clock of the machine that issues the certificate by NTP, then have the certificate issued again",
    reference="IP Office Security, IP500 Initial Certificate Settings; PSN004561u",
    check=check,
)
