"""
One target to one observation: probe, decode, evaluate.

A ``Target`` comes in, an ``Observation`` goes out, always: this is the only place that catches ProbeError. Any other
exception is a bug and passes through.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter

from aescan.certificates.chain import decode
from aescan.errors import ProbeError
from aescan.findings.clients import compatibilities
from aescan.findings.evaluate import evaluate
from aescan.findings.merge import merge
from aescan.findings.model import Evidence, Skew
from aescan.findings.names import dialled
from aescan.findings.trust import verdicts
from aescan.inventory.model import Target
from aescan.observation import Failed, Observation, Seen, Sight
from aescan.settings.policy import Policy
from aescan.tls.capture import Capture, Missed


@dataclass(frozen=True, slots=True)
class Scanner:
    """
    How one target is scanned.

    ``probe`` brings the capture or raises ProbeError, ``now`` is the clock, ``policy`` what to judge by where the
    target does not say otherwise; ``clock_offset`` tells how many seconds the clock lacks, where that is known, and
    ``skews`` what the clock of a target shows at the address that answered, where its entry wants that asked, and
    ``twins`` which ports are open there without TLS, likewise.
    """

    probe: Callable[[Target], Awaitable[Capture]]
    policy: Policy
    now: Callable[[], datetime]
    clock_offset: Callable[[], float | None] = lambda: None
    skews: Callable[[Target, str], Awaitable[tuple[Skew, ...]]] | None = None
    twins: Callable[[Target, str], Awaitable[tuple[str, ...]]] | None = None

    async def scan(self, target: Target) -> Observation:
        """Return what one scan of ``target`` came to."""
        moment, began = self.now(), perf_counter()
        try:
            capture = await self.probe(target)
        except ProbeError as error:
            failed = Failed(error.reason, error.detail, error.rungs)
            return Observation(target, moment, _seconds_since(began, error.waited), error.connections, failed)
        duration = _seconds_since(began, capture.waited)
        skews: tuple[Skew, ...] = ()
        twins: tuple[str, ...] = ()
        if self.skews is not None and (target.sntp or target.http_date):
            skews = await self.skews(target, capture.address)
        if self.twins is not None and target.twin is not None:
            twins = await self.twins(target, capture.address)
        seen = self.judge(target, capture, moment, skews, twins)
        return Observation(target, moment, duration, capture.connections, seen)

    def judge(
        self,
        target: Target,
        capture: Capture,
        moment: datetime,
        skews: tuple[Skew, ...] = (),
        twins: tuple[str, ...] = (),
    ) -> Seen:
        """Return what ``capture`` comes to, brought back from ``target`` at ``moment``, with what was asked besides."""
        chain, stores = decode(capture), self.policy.trust_stores
        return _judge_all(
            Evidence(
                chain=chain,
                capture=capture,
                policy=self.policy,
                moment=moment,
                host=target.host,
                server_name=target.server_name,
                service=target.service,
                release=target.release,
                labels=target.labels,
                mutual_tls=target.mutual_tls,
                clock_offset=self.clock_offset(),
                skews=skews,
                plaintext_twins=target.plaintext_twins + twins,
                thresholds=target.thresholds,
                trust=verdicts(chain, stores, moment, target.server_name or target.host) if stores else (),
            )
        )


def _judge_all(evidence: Evidence) -> Seen:
    """Return the ordinary chain with its findings, and with those of the views where there are any."""
    ordinary = _judge(evidence)
    views = evidence.capture.views
    if not views:
        return ordinary
    sights = tuple([Sight(view.name, _judge_view(evidence, view.outcome)) for view in views])
    of_views = [(sight.view, sight.outcome.findings) for sight in sights if isinstance(sight.outcome, Seen)]
    return replace(ordinary, findings=merge(ordinary.findings, of_views), views=sights)


def _judge_view(evidence: Evidence, outcome: Capture | Missed) -> Seen | Failed:
    if isinstance(outcome, Missed):
        return Failed(outcome.reason, outcome.detail)
    chain = decode(outcome)
    trust = verdicts(chain, evidence.policy.trust_stores, evidence.moment, dialled(evidence))
    return _judge(replace(evidence, capture=outcome, chain=chain, trust=trust))


def _judge(evidence: Evidence) -> Seen:
    clients = compatibilities(evidence, evidence.trust)
    return Seen(evidence.capture, evidence.chain, evaluate(evidence), clients, trust=evidence.trust)


def _seconds_since(began: float, waited: float) -> float:
    """
    Return the seconds passed but for those ``waited``, to the microsecond.

    Not by the loop's own clock, which stands still between two of its turns.
    """
    return max(0.0, round(perf_counter() - began - waited, 6))
