"""
Many chains end within the same few days, from this target on: 6 January 2018 in the small.

All of them have to be renewed in one go, by the same people, with every client that trusts them. A cliff is named once,
on the target that ends first, with its days and with what ends: one CA for many, or leaves of one issuer. The policy
says how many it takes, at least three targets and a tenth of the estate within seven days unless set otherwise; the
timeline of a report shows the same ones. What has ended already, and the ports of a single host, are no cliff. Notice,
because there is time until the expiry findings say otherwise.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from aescan.findings.cliffs import cliffs
from aescan.findings.estates import EstateEvidence, EstateRule, Member
from aescan.findings.expiry import first_end
from aescan.findings.model import Severity
from aescan.findings.words import LONGEST_TITLE, count, listed
from aescan.text import printable

NEVER: Final = datetime.max.replace(tzinfo=UTC)


def check(evidence: EstateEvidence) -> Iterator[tuple[str, str]]:
    """Say how many chains end on how many hosts, when, and for which causes."""
    coming = [member for member in evidence.members if _end(member) is not NEVER and _end(member) >= evidence.moment]
    coming.sort(key=lambda member: (_end(member), member.name))
    for start, stop in cliffs([*map(_end, coming)], evidence.targets, evidence.policy.cliff):
        falling = coming[start:stop]
        hosts = len({member.machine for member in falling})
        if hosts > 1:
            first, last = _end(falling[0]).date(), _end(falling[-1]).date()
            days = f"on {first}" if first == last else f"from {first} to {last}"
            yield (
                falling[0].name,
                f"{count(len(falling), 'chain')} on {count(hosts, 'host')} end {days}: {_causes(falling)}",
            )


def _end(member: Member) -> datetime:
    return member.chain.not_after or NEVER


def _causes(falling: Sequence[Member]) -> str:
    causes = Counter(map(_cause, falling))
    return listed([f"{number} by {cause}" for cause, number in causes.most_common()])


def _cause(member: Member) -> str:
    """Return what ends first: a CA by its name, a leaf by its issuer's."""
    chain = member.chain
    certificate = chain.certificates[position := first_end(chain)[1]]
    if position:
        return f"the end of {printable(certificate.title, LONGEST_TITLE)}"
    issuer = certificate.issuer.text if certificate.issuer is not None else ""
    return f"leaves of {printable(issuer, LONGEST_TITLE) or 'unnamed issuers'}"


RULE = EstateRule(
    code="cliff",
    severity=Severity.NOTICE,
    title="Many chains end together",
    remedy="plan the renewal of all of them now, and spread the new ends over the year",
    reference="PSN004561u",
    check=check,
)
