"""
What the history holds, as plain frozen data.

Made by ``store`` from the database; the exporter, events and the pages of the command line read it. Moments are aware
UTC. Nothing here is judged: captures are judged when they are needed, by the rules of that day.
"""

from dataclasses import dataclass
from datetime import datetime

from aescan.certificates.facts import Certificate
from aescan.inventory.model import Target
from aescan.observation import Failed, Observation
from aescan.tls.capture import Capture


@dataclass(frozen=True, slots=True)
class Recorded:
    """A capture, the moment its scan began, and the codes of what was found about it then."""

    moment: datetime
    capture: Capture
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Known:
    """
    What is remembered of one target.

    ``target``
        What makes it the same one (``Target.identity``), and nothing else that the inventory said then.
    ``moment``, ``duration``, ``connections``
        Of its last probe.
    ``failed``
        Why that brought no chain, None when it did.
    ``success``
        The last capture, however many probes failed since; None before the first.
    ``changes``
        How often its leaf was another one than before.
    ``previous``
        The leaf before the last of these changes, None where there was none or it is not kept any more.
    """

    target: Target
    moment: datetime
    duration: float
    connections: int
    failed: Failed | None
    success: Recorded | None
    changes: int
    previous: Certificate | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """What is to be written of one target: its last observation, and the last of those that captured a chain."""

    last: Observation
    good: Observation | None


@dataclass(frozen=True, slots=True)
class Period:
    """A time during which a target presented one leaf: from the first sight of it to the last before another's."""

    target: Target
    leaf: Certificate
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """A target's leaf became another one: two periods that follow each other."""

    old: Period
    new: Period

    @property
    def same_key(self) -> bool | None:
        """Whether the new leaf has the old one's key; None where either could not be read."""
        old, new = self.old.leaf.public_key_sha256, self.new.leaf.public_key_sha256
        return None if old is None or new is None else old == new

    @property
    def issuer_changed(self) -> bool | None:
        """Whether the new leaf's issuer has another name; None where either could not be read."""
        old, new = self.old.leaf.issuer, self.new.leaf.issuer
        return None if old is None or new is None else old.normalised != new.normalised
