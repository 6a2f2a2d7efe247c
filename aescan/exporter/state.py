"""
What the exporter knows: every target of the inventory, its last probe, and its last captured chain.

``State`` changes, on the event loop only; a ``Snapshot`` of it never does, so a thread can render one while the next
sweep goes on. Time comes in as arguments. Nothing is judged, formatted or sent here.
"""

import logging
import platform
import ssl
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from aescan import __version__
from aescan.certificates.memory import ROOM
from aescan.errors import Reason
from aescan.exporter.web.tls import OwnCertificate
from aescan.findings.estates import Previous
from aescan.findings.model import Finding
from aescan.inventory.model import Addresses, Target
from aescan.observation import Failed, Observation, Seen
from aescan.probe.clock import Reading
from aescan.scan.estate import judge, of_estate, with_estate
from aescan.settings.policy import Policy
from aescan.sources.feeds import Standing
from aescan.text import printable

log: Final = logging.getLogger("aescan.exporter.state")


@dataclass(frozen=True, slots=True)
class Build:
    """What is running: the versions of aescan, of Python and of the OpenSSL that Python's ``ssl`` uses."""

    version: str = __version__
    python: str = field(default_factory=platform.python_version)
    openssl: str = ssl.OPENSSL_VERSION


@dataclass(frozen=True, slots=True)
class Sent:
    """Events to one receiver since start: how many it was sent, and how many were dropped."""

    sink: str
    sent: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Success:
    """A chain as it was captured and judged, and when."""

    moment: datetime
    seen: Seen


@dataclass(frozen=True, slots=True)
class Status:
    """
    One target of the inventory.

    ``label``
        Its name made printable: unique among all statuses, the value of the label ``target``.
    ``last``
        The last probe of it, None before the first.
    ``success``
        The last probe that captured a chain, however many failed since.
    ``changes``
        How often the leaf of a chain was another one than that of the chain before it.
    ``told``
        Codes of the findings known before the start, until this process has seen the target itself.
    ``previous``
        The leaf before the last of these changes, where that is known.
    ``beside``
        Whether what was last seen before this sweep has been judged beside other targets.
    """

    label: str
    target: Target
    last: Observation | None = None
    success: Success | None = None
    changes: int = 0
    told: frozenset[str] = frozenset()
    previous: Previous | None = None
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Sweep:
    """A complete sweep: when it ended, and how many seconds it took."""

    moment: datetime
    duration: float


@dataclass(frozen=True, slots=True)
class Snapshot:
    """
    The state at one moment; shares no mutable part with it.

    ``failures``
        Failed probes since start by reason, every reason present.
    ``sweep_due``
        When the sweep under way is to be over at the latest; None where there is nothing to scan.
    ``loaded``
        When a configuration was last taken up.
    ``reload_failed``
        Whether the last attempt to load one was refused.
    ``own_certificates``
        What the exporter itself serves with.
    ``clock``
        What the NTP servers said last.
    ``history_up``
        Whether what is seen is written to the history; None where none is kept.
    ``events``
        What each receiver of events was sent.
    ``sources``
        How it stands with what targets are discovered by.
    """

    statuses: tuple[Status, ...]
    probes: int
    failures: Mapping[Reason, int]
    sweep: Sweep | None
    loaded: datetime
    reload_failed: bool
    build: Build
    own_certificates: tuple[OwnCertificate, ...] = ()
    clock: tuple[Reading, ...] = ()
    history_up: bool | None = None
    events: tuple[Sent, ...] = ()
    sources: tuple[Standing, ...] = ()
    sweep_due: datetime | None = None


class State:
    """
    What the exporter knows now; every method is called on the event loop.

    ``own_certificates``
        Returns what the exporter itself serves with.
    ``history_up``
        Returns whether the history is written.
    ``events``
        Returns what each receiver of events was sent.
    ``sources``
        Returns how it stands with what targets are discovered by.
    """

    def __init__(self, targets: Iterable[Target], moment: datetime, build: Build | None = None) -> None:
        self._build = build or Build()
        self._statuses: dict[str, Status] = {}
        self._targets: tuple[Target, ...] = ()
        self._probes = 0
        self._failures: Counter[Reason] = Counter({reason: 0 for reason in Reason if reason is not Reason.UNREADABLE})
        self._sweep: Sweep | None = None
        self._sweep_due: datetime | None = None
        self.own_certificates: Callable[[], tuple[OwnCertificate, ...]] = tuple
        self._clock: tuple[Reading, ...] = ()
        self.history_up: Callable[[], bool | None] = lambda: None
        self.events: Callable[[], tuple[Sent, ...]] = tuple
        self.sources: Callable[[], tuple[Standing, ...]] = tuple
        self.configure(targets, moment)

    @property
    def targets(self) -> tuple[Target, ...]:
        """What is to be probed: the inventory in force, each name once; the same tuple as long as it is the same."""
        return self._targets

    def configure(self, targets: Iterable[Target], moment: datetime) -> None:
        """
        Take up this inventory, loaded at ``moment``.

        A target that is no longer in it is forgotten. One that stays keeps what was seen of it, as long as its name
        still means the same endpoint.
        """
        self.replace_targets(targets)
        self._loaded = moment
        self._reload_failed = False

    def replace_targets(self, targets: Iterable[Target]) -> None:
        """
        Take up the same inventory with what its names stand for now.

        A name to be scanned on each of its addresses that comes without one could not be looked up; the addresses it
        had last stay in its place. From now on the chains of so many targets are remembered.
        """
        statuses: dict[str, Status] = {}
        for target in self._with_known_addresses(targets):
            label = printable(target.name)
            if label in statuses:  # the loaders refuse this; a page with a series twice would be refused whole
                log.error("target left out, its name is taken", extra={"target": label, "endpoint": target.endpoint})
                continue
            known = self._statuses.get(label)
            if known is not None and known.target.identity == target.identity:
                statuses[label] = known if _same(known.target, target) else replace(known, target=target)
            else:
                statuses[label] = Status(label, target)
        self._statuses = statuses
        inventory = tuple(status.target for status in statuses.values())
        if inventory != self._targets:
            self._targets = inventory
        ROOM.make(len(statuses))

    def _with_known_addresses(self, targets: Iterable[Target]) -> Iterator[Target]:
        known: defaultdict[tuple[str, int, str | None], list[Target]] = defaultdict(list)
        for target in self.targets:
            if target.addresses is Addresses.ALL and target.address is not None:
                known[target.host, target.port, target.server_name].append(target)
        for target in targets:
            found = []
            if target.addresses is Addresses.ALL and target.address is None:
                found = [
                    replace(target, name=each.name, address=each.address)
                    for each in known[target.host, target.port, target.server_name]
                    if each.name.startswith(target.name)
                ]
            yield from found or [target]

    def refuse(self) -> None:
        """Note that the last attempt to load a configuration failed; the one in force stays."""
        self._reload_failed = True

    def observe(self, observation: Observation) -> Status | None:
        """
        Count this probe and keep what it saw; return what was known of its target before.

        None where the target has left the inventory meanwhile: then nothing is kept.
        """
        outcome = observation.outcome
        self._probes += 1
        if isinstance(outcome, Failed):
            self._failures[outcome.reason] += 1
        label = printable(observation.target.name)
        known = self._statuses.get(label)
        if known is None or known.target.identity != observation.target.identity:
            return None
        if isinstance(outcome, Failed):
            self._statuses[label] = replace(known, last=observation)
        else:
            self._statuses[label] = _seen(known, observation, outcome)
        return known

    def restore(self, status: Status) -> None:
        """Take up what was known of a target of the inventory before the start; it counts as no probe."""
        self._statuses[status.label] = status

    def status(self, label: str) -> Status:
        """Return what is known now of the target with this label."""
        return self._statuses[label]

    def replace(self, known: Status, judged: Status) -> bool:
        """Put ``judged`` in the place of what was known, unless something newer has come; return whether that is so."""
        same = self._statuses.get(known.label) is known
        if same:
            self._statuses[known.label] = judged
        return same

    @property
    def statuses(self) -> tuple[Status, ...]:
        """What is known of each target now."""
        return tuple(self._statuses.values())

    def judge_estate(self, policy: Policy, moment: datetime) -> tuple[Status, ...]:
        """
        Judge the chains last seen beside each other, and put the findings in the place of the former ones.

        Returns what was known before of each target whose findings are other ones now.
        """
        anew = beside(self.statuses, policy, moment)
        return tuple(old for old, new in anew if self.replace(old, new) and _estate(old) != _estate(new))

    def finish_sweep(self, moment: datetime, duration: float) -> None:
        """Note that a sweep over all targets ended at ``moment`` after ``duration`` seconds."""
        self._sweep = Sweep(moment, duration)

    def plan_sweep(self, moment: datetime | None) -> None:
        """Note when the sweep under way is to be over at the latest; None where there is nothing to scan."""
        self._sweep_due = moment

    def note_clock(self, readings: tuple[Reading, ...]) -> None:
        """Note what the NTP servers said of this machine's clock, one reading for each server."""
        self._clock = readings

    def snapshot(self) -> Snapshot:
        """Return what is known now, as data that will not change."""
        return Snapshot(
            statuses=tuple(self._statuses.values()),
            probes=self._probes,
            failures=MappingProxyType(dict(self._failures)),
            sweep=self._sweep,
            loaded=self._loaded,
            reload_failed=self._reload_failed,
            build=self._build,
            own_certificates=self.own_certificates(),
            clock=self._clock,
            history_up=self.history_up(),
            events=self.events(),
            sources=self.sources(),
            sweep_due=self._sweep_due,
        )


def beside(statuses: Collection[Status], policy: Policy, moment: datetime) -> tuple[tuple[Status, Status], ...]:
    """Return what is known of targets whose chains, judged beside each other, stand in another way, and how they do."""
    seen = [(status.target, status.success.seen) for status in statuses if status.success]
    before = {status.target.name: status.previous for status in statuses if status.previous}
    found = judge(seen, len(statuses), policy, moment, before)
    return tuple(
        (status, _judged(status, status.success, findings))
        for status in statuses
        if status.success is not None
        for findings in (found.get(status.target.name, ()),)
        if not status.beside or _estate(status) != findings
    )


def _judged(status: Status, success: Success, findings: tuple[Finding, ...]) -> Status:
    return replace(status, success=replace(success, seen=with_estate(success.seen, findings)), beside=True)


def _estate(status: Status) -> tuple[Finding, ...]:
    return of_estate(status.success.seen) if status.success is not None else ()


def _same(one: Target, other: Target) -> bool:
    return one is other or one == other  # dataclasses compare every field of one and the same


def _seen(known: Status, observation: Observation, seen: Seen) -> Status:
    """Return what is known of a target that was seen again; how it stands beside others is judged after the sweep."""
    estate: tuple[Finding, ...] = ()
    changes, previous = known.changes, known.previous
    if known.success is not None:
        before, estate = known.success.seen.chain.leaf, of_estate(known.success.seen)
        if before.fingerprint_sha256 != seen.chain.leaf.fingerprint_sha256:
            changes, previous = changes + 1, Previous(before.fingerprint_sha256, before.public_key_sha256)
    success = Success(observation.moment, with_estate(seen, estate))
    return replace(known, last=observation, success=success, changes=changes, told=frozenset(), previous=previous)
