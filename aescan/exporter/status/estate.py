"""
What the exporter knows, as the pages for people tell of it: worked out once per change, not once per request.

Snapshots come in, targets and the estate at a glance go out. Called in one thread at a time, beside the event loop.
What did not change since the last snapshot is not worked out again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import is_
from typing import Final

from aescan.exporter.state import Snapshot, Status
from aescan.observation import Observation
from aescan.report.markup.entries import Entry
from aescan.report.markup.overview import Overview, overview
from aescan.settings.policy import Policy
from aescan.text import printable

KEPT: Final = timedelta(seconds=3)
"""How long the estate at a glance is shown as it was, while a sweep changes it all the time."""

KEPT_UNCHANGED: Final = timedelta(minutes=1)
"""How long it is shown as it was where nothing changes but the time."""


@dataclass(frozen=True, slots=True)
class Glance:
    """The targets by name, the estate at a glance, and the moment it was worked out for."""

    moment: datetime
    entries: dict[str, Entry]
    overview: Overview


class Estate:
    """The newest ``Glance``, and what it was made from."""

    def __init__(self) -> None:
        self._statuses: tuple[Status, ...] = ()
        self._entries: dict[str, tuple[Status, Entry]] = {}
        self._glance: Glance | None = None

    def at(self, snapshot: Snapshot, moment: datetime, policy: Policy) -> Glance:
        """Return the estate as this snapshot has it, or had it at most ``KEPT`` before ``moment``."""
        kept = KEPT_UNCHANGED if _same(snapshot.statuses, self._statuses) else KEPT
        if self._glance is None or not timedelta(0) <= moment - self._glance.moment < kept:
            self._statuses = snapshot.statuses
            self._entries = {status.label: self._entry(status) for status in snapshot.statuses}
            entries = {label: entry for label, (_, entry) in self._entries.items()}
            self._glance = Glance(moment, entries, overview(tuple(entries.values()), moment, policy))
        return self._glance

    def _entry(self, status: Status) -> tuple[Status, Entry]:
        known = self._entries.get(status.label)
        return known if known is not None and known[0] is status else (status, entry(status))


def _same(some: tuple[Status, ...], others: tuple[Status, ...]) -> bool:
    """Whether they are the very same objects: a status never changes, another one takes its place."""
    return len(some) == len(others) and all(map(is_, some, others))


def entry(status: Status) -> Entry:
    """Return what is known of one target as the pages tell of it."""
    success = status.success
    return Entry(
        status.label,
        status.target,
        status.last,
        success.seen if success is not None else None,
        success.moment if success is not None else None,
    )


def failed(observation: Observation) -> Entry:
    """Return a probe that failed, by itself."""
    return Entry(printable(observation.target.name), observation.target, observation, None, None)
