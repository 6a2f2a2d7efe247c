"""
One target, one moment: what was seen, or why nothing was.

``Seen | Failed`` is a union, so that "no findings" can never mean "could not look".
"""

from dataclasses import dataclass
from datetime import datetime

from aescan.certificates.chain import Chain
from aescan.certificates.trust import Verdict
from aescan.errors import Met, Reason
from aescan.findings.clients import Compatibility
from aescan.findings.model import Finding, Severity
from aescan.inventory.model import Target
from aescan.tls.capture import Capture, ViewName


@dataclass(frozen=True, slots=True)
class Seen:
    """
    A chain was captured and judged.

    ``findings``
        Worst first; those of the views among them, which then say so.
    ``clients``
        What each known client of the service would meet, in the order of their catalogue.
    ``views``
        What each further view of the target came to, judged by itself.
    ``trust``
        What clients with each trust store make of the chain, in the order of the settings.
    """

    capture: Capture
    chain: Chain
    findings: tuple[Finding, ...]
    clients: tuple[Compatibility, ...] = ()
    views: "tuple[Sight, ...]" = ()
    trust: tuple[Verdict, ...] = ()

    @property
    def severity(self) -> Severity | None:
        """The worst severity among the findings, None when there are none."""
        return self.findings[0].severity if self.findings else None

    @property
    def chains(self) -> tuple[Chain, ...]:
        """Every chain seen: the ordinary one, then those of the views, be they the same or not."""
        return (self.chain, *(view.outcome.chain for view in self.views if isinstance(view.outcome, Seen)))

    @property
    def not_after(self) -> datetime | None:
        """The first end of validity in any chain seen, or None."""
        ends = [chain.not_after for chain in self.chains if chain.not_after is not None]
        return min(ends, default=None)


@dataclass(frozen=True, slots=True)
class Failed:
    """
    No chain: the class of the cause, and what was seen in words.

    ``rungs``
        What each hello met, in order; empty where none was said, None where that is not known (any more).
    """

    reason: Reason
    detail: str
    rungs: tuple[Met, ...] | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """What one view of a target came to: a chain and its findings, or why there is none."""

    view: ViewName
    outcome: Seen | Failed


@dataclass(frozen=True, slots=True)
class Observation:
    """
    What one scan of one target came to.

    ``moment``
        When the scan began, aware UTC; findings are judged at this moment.
    ``duration``
        Seconds the probe took, all rungs, without the wait for its turn at the host.
    ``connections``
        Connections the probe opened.
    """

    target: Target
    moment: datetime
    duration: float
    connections: int
    outcome: Seen | Failed

    @property
    def rungs(self) -> tuple[Met, ...] | None:
        """What each hello of the probe met, in order; None where that is not known (any more)."""
        return self.outcome.rungs if isinstance(self.outcome, Failed) else self.outcome.capture.rungs
