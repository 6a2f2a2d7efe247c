"""
An estate in a dozen numbers: what every format says below or before the single targets.

A report comes in, a ``Summary`` goes out. Targets are counted, not findings: an operator renews targets.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aescan.errors import Reason
from aescan.observation import Failed, Observation, Seen
from aescan.report.model import Report, Standing, standing
from aescan.report.timeline import Timeline, host, timeline

DEFAULT_CODES: Final = frozenset({"avaya_default_certificate", "avaya_self_signed_default"})
"""Codes of the findings that say: this is what the product came with."""
SHA1_CODE: Final = "sha1_signature"


@dataclass(frozen=True, slots=True)
class Summary:
    """
    An estate in numbers.

    ``targets``, ``hosts``
        Targets looked at, and how many machines they are on.
    ``standings``
        Targets by standing, every standing named, worst first.
    ``failures``
        Targets without a chain by reason, the most frequent first; reasons that did not occur are absent.
    ``certificates``
        Different certificates among all chains, told apart by SHA-256.
    ``defaults``, ``default_hosts``
        Targets that still present a default Avaya certificate, and how many machines they are on.
    ``sha1_chains``
        Targets whose chain carries a SHA-1 signature that matters.
    """

    targets: int
    hosts: int
    standings: Mapping[Standing, int]
    failures: Mapping[Reason, int]
    certificates: int
    defaults: int
    default_hosts: int
    sha1_chains: int
    timeline: Timeline


def summarise(report: Report) -> Summary:
    """Return the numbers of ``report``."""
    chains = [(one, one.outcome) for one in report.observations if isinstance(one.outcome, Seen)]
    failed = [one.outcome for one in report.observations if isinstance(one.outcome, Failed)]
    standings = Counter(map(standing, report.observations))
    reasons = Counter(sorted(failure.reason for failure in failed))
    defaults = [one for one, seen in chains if not DEFAULT_CODES.isdisjoint(_codes(seen))]
    return Summary(
        targets=len(report.observations),
        hosts=_hosts(report.observations),
        standings={one: standings[one] for one in Standing},
        failures=dict(reasons.most_common()),
        certificates=len(
            {one.fingerprint_sha256 for _, seen in chains for chain in seen.chains for one in chain.certificates}
        ),
        defaults=len(defaults),
        default_hosts=_hosts(defaults),
        sha1_chains=sum(SHA1_CODE in _codes(seen) for _, seen in chains),
        timeline=timeline([one for one, _ in chains], len(report.observations), report.moment, report.policy.cliff),
    )


def _codes(seen: Seen) -> set[str]:
    return {finding.code for finding in seen.findings}


def _hosts(observations: tuple[Observation, ...] | list[Observation]) -> int:
    return len({host(one.target) for one in observations})
