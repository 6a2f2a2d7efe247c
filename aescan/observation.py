"""
One target, one moment: what was seen, or why nothing was.

``Seen | Failed`` is a union, so that "no findings" can never mean "could not look".
"""

from dataclasses import dataclass
from datetime import datetime

from aescan.certificates.chain import Chain
from aescan.errors import Reason
from aescan.findings.clients import Compatibility
from aescan.findings.model import Finding, Severity
from aescan.inventory.model import Target
from aescan.tls.capture import Capture


@dataclass(frozen=True, slots=True)
class Seen:
    """
    A chain was captured and judged.

    ``findings``
        Worst first.
    ``clients``
        What each known client of the service would meet, in the order of their catalogue.
    """

    capture: Capture
    chain: Chain
    findings: tuple[Finding, ...]
    clients: tuple[Compatibility, ...] = ()

    @property
    def severity(self) -> Severity | None:
        """The worst severity among the findings, None when there are none."""
        return self.findings[0].severity if self.findings else None


@dataclass(frozen=True, slots=True)
class Failed:
    """No chain: the class of the cause, and what was seen in words."""

    reason: Reason
    detail: str


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
