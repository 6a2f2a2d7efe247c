"""
What is wrong with targets beside each other, put to what each was seen with.

Targets with what was seen of them come in, the findings of the estate rules go out by the target's name, or the same
observations with them. Nothing is probed here, and no clock is read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache

from aescan.findings.catalogue import estate_rules
from aescan.findings.estates import EstateEvidence, Member, Previous, evaluate_estate
from aescan.findings.model import Finding
from aescan.inventory.model import Target
from aescan.observation import Observation, Seen
from aescan.settings.policy import Policy


def judge(
    seen: Iterable[tuple[Target, Seen]],
    targets: int,
    policy: Policy,
    moment: datetime,
    previous: Mapping[str, Previous] | None = None,
) -> Mapping[str, tuple[Finding, ...]]:
    """
    Return the findings of the estate rules by the name of the target, where there are any.

    ``targets``
        How many the estate has, those that were not seen too.
    ``previous``
        What targets presented before what they present now, by name.
    """
    before = previous or {}
    members = [
        Member(
            name=target.name,
            host=target.host,
            machine=target.address or target.host,
            port=target.port,
            chain=one.chain,
            server_name=target.server_name,
            labels=target.labels,
            previous=before.get(target.name),
        )
        for target, one in seen
    ]
    members.sort(key=lambda member: member.name)
    return evaluate_estate(EstateEvidence(tuple(members), targets, policy, moment), estate_rules())


@cache
def _codes() -> frozenset[str]:
    return frozenset(rule.code for rule in estate_rules())


def with_estate(seen: Seen, findings: Iterable[Finding]) -> Seen:
    """Return ``seen`` with these findings of the estate rules, and with no former ones."""
    codes = _codes()
    added = [*findings]
    kept = [finding for finding in seen.findings if finding.code not in codes]
    if not added and len(kept) == len(seen.findings):
        return seen
    ordered = sorted((*kept, *added), key=lambda finding: (-finding.severity, finding.code))
    return replace(seen, findings=tuple(ordered))


def without_estate(seen: Seen) -> Seen:
    """Return ``seen`` as it is by itself."""
    return with_estate(seen, ())


def of_estate(seen: Seen) -> tuple[Finding, ...]:
    """Return the findings of ``seen`` that estate rules made."""
    codes = _codes()
    return tuple(finding for finding in seen.findings if finding.code in codes)


def judged(
    observations: Iterable[Observation], targets: int, policy: Policy, moment: datetime
) -> tuple[Observation, ...]:
    """Return the observations with the findings of the estate rules among those of each."""
    known = tuple(observations)
    seen = [(one.target, one.outcome) for one in known if isinstance(one.outcome, Seen)]
    found = judge(seen, targets, policy, moment)
    return tuple(
        replace(one, outcome=with_estate(one.outcome, found.get(one.target.name, ())))
        if isinstance(one.outcome, Seen)
        else one
        for one in known
    )
