"""
The other node of an HA pair has a certificate that ends much later: only one of the two was renewed.

Clients meet the certificate of this node after a failover, when nobody has time for it, and it may hang from a CA that
they hold no more. A pair is what the inventory's label `pair` says: hosts with the same value of it. Compared are
leaves on the same port, whose ends may lie 30 days apart. Warning, because nothing shows it before the failover.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from aescan.findings.estates import EstateEvidence, EstateRule, Member
from aescan.findings.model import Severity
from aescan.findings.words import stamp

LABEL: Final = "pair"

STEP: Final = timedelta(days=30)
"""Two nodes are renewed within a few weeks of each other, or one of them was forgotten."""


def check(evidence: EstateEvidence) -> Iterator[tuple[str, str]]:
    """Name the other node, and both ends."""
    pairs: defaultdict[tuple[str, int], list[Member]] = defaultdict(list)
    for member in evidence.members:
        if (pair := member.labels.get(LABEL)) and member.chain.leaf.not_after is not None:
            pairs[pair, member.port].append(member)
    for nodes in pairs.values():
        ends = [(member.chain.leaf.not_after, member) for member in nodes if member.chain.leaf.not_after]
        latest, renewed = max(ends, key=lambda node: (node[0], node[1].name))
        for end, member in ends:
            if member.host != renewed.host and latest - end > STEP:
                yield member.name, f"ends on {stamp(end)}, and that of its pair {renewed.name} on {stamp(latest)}"


RULE = EstateRule(
    code="pair_out_of_step",
    severity=Severity.WARNING,
    title="Pair renewed on one side",
    remedy="renew the certificate of this node as well, from the same CA, and see that the clients hold that CA",
    reference="PSN004561u",
    check=check,
)
