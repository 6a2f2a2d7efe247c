"""
Which clients connect, now and after a change: counted, and what decided it.

A report comes in; one ``Outlook`` for each client goes out, in the order of the catalogue. Targets stand in the order
of the report. Nothing is judged here but what a change would do, which is asked of ``findings``.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from aescan.findings.changes import foreseen
from aescan.findings.clients import Compatibility
from aescan.findings.demands import Demand
from aescan.findings.model import Evidence
from aescan.inventory.model import Target
from aescan.observation import Observation, Seen
from aescan.report.causes import counted
from aescan.report.model import Report, worst_first
from aescan.settings.policy import Policy
from aescan.settings.profiles import Change

WORDS: Final = {False: "fails", None: "unknown", True: "works"}
"""A verdict in a word, the worst first."""
BROKEN: Final = {
    Demand.PROTOCOL: "no TLS version in common",
    Demand.READABLE: "certificate unreadable",
    Demand.KEY: "kind of key",
    Demand.KEY_SIZE: "key too small",
    Demand.HASH: "hash of a signature",
    Demand.PURPOSE: "no serverAuth",
    Demand.VALIDITY: "ended or not begun",
    Demand.NAME: "name",
    Demand.CLIENT_CERTIFICATE: "client certificate",
    Demand.TRUST: "not trusted",
}
"""A demand that is broken, in a few words."""
DOUBTED: Final = BROKEN | {
    Demand.PROTOCOL: "TLS version or cipher suite",
    Demand.KEY_SIZE: "size of a CA's key",
    Demand.VALIDITY: "a CA ended or not begun",
    Demand.TRUST: "what its trust store holds",
}
"""A demand of which it is not known whether it is met, in a few words."""

_WHY: Final = {False: BROKEN, None: DOUBTED, True: BROKEN}


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one client meets: each verdict with its target."""

    client: str
    verdicts: list[tuple[Target, Compatibility]] = field(default_factory=list)

    def of(self, works: bool | None) -> list[tuple[Target, Compatibility]]:
        """Return the verdicts that came to that."""
        return [(target, one) for target, one in self.verdicts if one.works is works]


def outlooks(ordered: Iterable[Observation], policy: Policy) -> list[Outlook]:
    """Return what each client meets today."""
    return _gathered(ordered, policy, lambda _, seen: seen.clients)


def changes(report: Report) -> list[tuple[Change, list[Outlook]]]:
    """Return what each client would meet after each change that the catalogue knows."""
    ordered, policy = worst_first(report.observations), report.policy
    return [(change, _after(change, ordered, policy)) for change in policy.changes]


def _after(change: Change, ordered: Iterable[Observation], policy: Policy) -> list[Outlook]:
    return _gathered(ordered, policy, lambda observation, seen: foreseen(change, evidence(observation, seen, policy)))


def told(works: bool | None, verdicts: Sequence[tuple[Target, Compatibility]]) -> str:
    """Return in words how many targets came to that verdict, and over what: ``fails at 2 targets: name (2)``."""
    demands = Counter(demand for _, one in verdicts for demand in one.demands)
    why = ", ".join(f"{_WHY[works][demand]} ({number})" for demand, number in demands.most_common())
    words = f"{WORDS[works]} at {counted(len(verdicts), 'target')}"
    return f"{words}: {why}" if why else words


def evidence(observation: Observation, seen: Seen, policy: Policy) -> Evidence:
    """Return what was judged when this was seen."""
    target = observation.target
    return Evidence(
        chain=seen.chain,
        capture=seen.capture,
        policy=policy,
        moment=observation.moment,
        host=target.host,
        server_name=target.server_name,
        service=target.service,
        release=target.release,
        labels=target.labels,
        mutual_tls=target.mutual_tls,
    )


def _gathered(
    ordered: Iterable[Observation], policy: Policy, judged: Callable[[Observation, Seen], Sequence[Compatibility]]
) -> list[Outlook]:
    found = {profile.key: Outlook(profile.key) for profile in policy.clients}
    for observation in ordered:
        if isinstance(observation.outcome, Seen) and observation.target.host:  # nobody connects to a file
            for one in judged(observation, observation.outcome):
                found.setdefault(one.client, Outlook(one.client)).verdicts.append((observation.target, one))
    return [outlook for outlook in found.values() if outlook.verdicts]
