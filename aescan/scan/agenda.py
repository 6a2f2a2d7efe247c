"""
When each target is to be scanned next: evenly spread, new ones first, the ones that keep failing less often.

Targets, the seconds of a clock that only goes forward and the outcome of each scan come in; the targets whose time has
come go out. Pure: no clock is read and nothing is scanned here. A target's place in its interval follows from its name,
so that it is the same after a restart, and ten thousand targets of one interval are scanned at an even rate.
"""

import hashlib
import heapq
from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from aescan.inventory.model import Target

PATIENCE: Final = 2
"""Failures in a row after which a target is asked at its usual interval still: a restart, a lost packet."""

AFTER_QUIET: Final = 3600.0
"""Seconds, at most, over which those are spread whose time came while nothing was to be scanned."""


@dataclass(slots=True)
class _Entry:
    """
    One target.

    ``due`` is when it is to be scanned next, None while it is being scanned, and ``since`` when it was due then;
    ``known`` says whether it was scanned before, ``interval`` how often it was to be, ``failures`` how often in a row
    nothing was seen of it.
    """

    target: Target
    due: float | None
    known: bool
    since: float = 0.0
    interval: float = 0.0
    failures: int = 0


def share(name: str) -> float:
    """Return the place of a target in its interval: from 0 up to 1, the same for the same name, evenly spread."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) / 2**64


def interleaved(targets: Iterable[Target]) -> tuple[Target, ...]:
    """Return the targets taking turns between sites, or hosts where the operator named none, so that none waits."""
    lines: dict[str, list[Target]] = {}
    for target in targets:
        lines.setdefault(target.labels.get("site", target.host), []).append(target)
    return tuple(target for turn in zip_longest(*lines.values()) for target in turn if target is not None)


class Agenda:
    """
    The targets of the inventory in force, and when each is due.

    ``interval``
        Seconds between two scans of a target that has no interval of its own.
    ``backoff``
        The longest pause, in seconds, between two scans of a target that keeps failing.
    ``epoch``
        Unix seconds when the forward clock stood at 0, so that places in the interval outlast a restart.
    """

    def __init__(self, interval: float, backoff: float, epoch: float) -> None:
        self.interval = interval
        self.backoff = backoff
        self._epoch = epoch
        self._entries: dict[str, _Entry] = {}
        self._queue: list[tuple[float, str]] = []  # entries may be stale: the one that counts is that of the target
        self._round: set[str] = set()
        self._began = 0.0

    def configure(self, targets: Collection[Target], now: float, known: Collection[str] = ()) -> None:
        """
        Take up this inventory: what is new in it is due at once, what left it is forgotten.

        ``known`` are names that an earlier run knows something of: those that nobody knows come before them.
        """
        before, self._entries = self._entries, {}
        for target in targets:
            entry = before.get(target.name)
            if entry is None:
                entry = _Entry(target, now, known=target.name in known)
            elif entry.due is not None and entry.target is not target and entry.target != target:
                entry.due = now  # what is asked of it, or how often, is another thing now
            elif entry.due is not None and self._interval(target) != entry.interval:
                entry.due = min(entry.due, self._usual(target, now))
            entry.target, entry.interval = target, self._interval(target)
            self._entries[target.name] = entry
        self._queue = [(entry.due, name) for name, entry in self._entries.items() if entry.due is not None]
        heapq.heapify(self._queue)
        self._round = self._round & self._entries.keys() | self._entries.keys() - before.keys()
        if not before:
            self._began = now

    def take(self, now: float, only: Collection[str] | None = None) -> tuple[Target, ...]:
        """
        Return the targets that are due, new ones first, sites taking turns; each is under way until ``done``.

        With ``only``, no others than those of these names, however long they have been due.
        """
        new: deque[Target] = deque()
        others: deque[Target] = deque()
        waiting: list[tuple[float, str]] = []
        while self._queue and self._queue[0][0] <= now:
            due, name = heapq.heappop(self._queue)
            entry = self._entries.get(name)
            if entry is None or entry.due != due:
                continue
            if only is not None and name not in only:
                waiting.append((due, name))
                continue
            entry.due, entry.since = None, due
            (others if entry.known else new).append(entry.target)
        for each in waiting:
            heapq.heappush(self._queue, each)
        return (*interleaved(new), *interleaved(others))

    def done(self, name: str, now: float, *, failed: bool) -> float | None:
        """Note how a scan ended; return the seconds that a whole sweep took when it was the last one of it."""
        entry = self._entries.get(name)
        if entry is not None:
            entry.known = True
            entry.failures = entry.failures + 1 if failed else 0
            self._set(entry, self._next(entry, now))
        self._round.discard(name)
        if self._round:
            return None
        took = now - self._began
        self._new_round(now)
        return took

    def ask(self, now: float, names: Collection[str] | None = None) -> tuple[str, ...]:
        """Make these targets due now, all by default; return which of them there are. None is scanned twice at once."""
        found = tuple(name for name in self._entries if names is None or name in names)
        for name in found:
            if (entry := self._entries[name]).due is not None:
                self._set(entry, now)
        return found

    def give_back(self, now: float) -> None:
        """Make due again what is under way: its scan was broken off."""
        for entry in self._entries.values():
            if entry.due is None:
                self._set(entry, now)

    def spread(self, now: float, but: Collection[str] = ()) -> None:
        """Spread what has become due while nothing was to be scanned, so that it does not come all at once."""
        for name, entry in self._entries.items():
            if entry.due is not None and entry.due <= now and name not in but:
                self._set(entry, now + share(name) * min(self._interval(entry.target), AFTER_QUIET))

    @property
    def next_due(self) -> float | None:
        """When the next target is due; None where all are under way."""
        return self._queue[0][0] if self._queue else None

    @property
    def last_due(self) -> tuple[float, float] | None:
        """When the last target of the sweep under way is due, and the longest interval in it; None without targets."""
        entries = [self._entries[name] for name in self._round]
        if not entries:
            return None
        due = max(entry.since if entry.due is None else entry.due for entry in entries)
        return due, max(self._interval(entry.target) for entry in entries)

    def _set(self, entry: _Entry, due: float) -> None:
        entry.due = due
        heapq.heappush(self._queue, (due, entry.target.name))

    def _new_round(self, now: float) -> None:
        # A sweep waits for nobody who is asked less often than usual: it would take as long as the longest pause.
        usual = {
            name
            for name, entry in self._entries.items()
            if entry.failures <= PATIENCE and self._interval(entry.target) <= self.interval
        }
        self._round, self._began = usual or set(self._entries), now

    def _interval(self, target: Target) -> float:
        return target.interval or self.interval

    def _next(self, entry: _Entry, now: float) -> float:
        interval = self._interval(entry.target)
        if entry.failures <= PATIENCE:
            return self._usual(entry.target, now)
        return now + min(interval * 2.0 ** min(entry.failures - PATIENCE, 16), max(self.backoff, interval))

    def _usual(self, target: Target, now: float) -> float:
        """Return the next time of the target's place in its interval, at least half an interval from now."""
        interval = self._interval(target)
        earliest = self._epoch + now + interval / 2
        place = share(target.name) * interval
        turns = -((place - earliest) // interval)  # rounded up: the first turn at or after the earliest moment
        return place + turns * interval - self._epoch
