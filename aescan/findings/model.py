"""
The words of the rules: evidence in, findings out.

A rule sees frozen plain data only, so it cannot look at a clock, a network or another target, and its test needs none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from aescan.certificates.chain import Chain
from aescan.certificates.facts import Certificate
from aescan.certificates.trust import Verdict
from aescan.settings.policy import Policy, Thresholds
from aescan.tls.capture import Capture


class Severity(IntEnum):
    """How bad a finding is; compares by urgency, the worst is the greatest."""

    NOTICE = 1
    WARNING = 2
    CRITICAL = 3

    @property
    def label(self) -> str:
        """The word for reports and metric labels: ``notice``, ``warning``, ``critical``."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Skew:
    """
    What a server's clock shows.

    ``source``
        How it was asked, in words.
    ``offset``
        Seconds that it is ahead of this machine's clock.
    ``precision``
        Seconds that this may be off.
    """

    source: str
    offset: float
    precision: float


@dataclass(frozen=True, slots=True)
class ChainEvidence:
    """
    What a rule looks at whose answer is the same at every moment, for every endpoint that presents this chain.

    Targets have thresholds of their own: those of the policy are none of its business.
    """

    chain: Chain
    policy: Policy

    @property
    def leaf(self) -> Certificate:
        """The server's own certificate."""
        return self.chain.certificates[0]


@dataclass(frozen=True, slots=True)
class Evidence(ChainEvidence):
    """
    All that a rule may look at: one chain from one target at one moment.

    ``host``
        The name or address the operator dials; what clients of the server use too.
    ``server_name``
        The name sent as SNI, or None.
    ``service``
        Key of the AE Services catalogue (``dmcc``), or an empty string for a bare port.
    ``labels``
        The operator's own labels of the target.
    ``mutual_tls``
        Whether the service catalogue says that both sides present certificates on this port.
    ``clock_offset``
        Seconds that this machine's clock lacks, by the operator's NTP servers; None where that is not known.
    ``plaintext_twins``
        Ports without TLS that the host is known to offer for the same purpose, in words.
    ``skews``
        What the server's own clock shows, once for each way that it was asked and answered; empty where it was not.
    ``trust``
        What clients with each of the policy's trust stores make of the chain.
    ``thresholds``
        Those of the target; None for the policy's.
    """

    capture: Capture
    moment: datetime
    host: str
    server_name: str | None = None
    service: str = ""
    release: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    mutual_tls: bool = False
    clock_offset: float | None = None
    skews: tuple[Skew, ...] = ()
    trust: tuple[Verdict, ...] = ()
    plaintext_twins: tuple[str, ...] = ()
    thresholds: Thresholds | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One thing that can be wrong.

    ``check`` returns the sentence that says what was seen, or None; it never raises on any evidence. ``remedy`` is
    what to do, the same for all targets or made from the evidence; then ``remedy_in_general`` says it for the manual,
    which is else the docstring of the module. ``reference`` names the source.
    """

    code: str
    severity: Severity
    title: str
    remedy: str | Callable[[Evidence], str]
    reference: str
    check: Callable[[Evidence], str | None]
    remedy_in_general: str = ""


@dataclass(frozen=True, slots=True)
class ChainRule(Rule):
    """A rule that looks at the chain and the policy alone: it is asked once for each chain, not at each moment."""

    remedy: str
    check: Callable[[ChainEvidence], str | None]


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that fired on a target, with the sentence that says what it saw and what to do about it."""

    code: str
    severity: Severity
    title: str
    sentence: str
    remedy: str
    reference: str
