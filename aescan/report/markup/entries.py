"""
One target as a page tells of it: its last probe, and the chain last seen, which may be older.

Observations, or what the exporter keeps of a target, come in as plain data; nothing is judged here. A report knows one
observation of each target; the exporter knows targets that were never probed, and chains that outlived failed probes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Final

from aescan.inventory.model import Target
from aescan.observation import Failed, Observation, Seen
from aescan.report.model import Standing, natural, standing
from aescan.text import printable

PENDING: Final = "pending"
"""How a target stands that was never probed."""

STANDINGS: Final = (*(one.value for one in Standing), PENDING)
"""Worst first."""

WORDS: Final = {Standing.FAILED.value: "not seen", PENDING: "not probed yet"}
"""What to call those that are not called by their name."""

_RANK: Final = {name: rank for rank, name in enumerate(STANDINGS)}
_NEVER: Final = date.max.toordinal() * 86400.0
"""Where a chain without an end stands among the others: last."""


@dataclass(frozen=True)
class Entry:
    """
    What is known of one target.

    ``name``
        Printable, unique on the page.
    ``last``
        The last probe, None before the first.
    ``seen``, ``seen_at``
        The chain last seen, and when; None where none ever was.
    """

    name: str
    target: Target
    last: Observation | None
    seen: Seen | None
    seen_at: datetime | None

    @cached_property
    def failure(self) -> Failed | None:
        """Why the last probe saw nothing; None where it did, or where there was none."""
        return self.last.outcome if self.last is not None and isinstance(self.last.outcome, Failed) else None

    @cached_property
    def standing(self) -> str:
        """The worst of what the chain last seen and the last probe say: a failed probe clears no critical finding."""
        known = [standing(one).value for one in self.observations()]
        return min(known, key=_RANK.__getitem__, default=PENDING)

    @cached_property
    def end(self) -> datetime | None:
        """When the chain last seen ends."""
        return None if self.seen is None else self.seen.not_after

    @cached_property
    def codes(self) -> frozenset[str]:
        """What is wrong: codes of findings, and the reason of a failed probe."""
        found = {finding.code for finding in self.seen.findings} if self.seen is not None else set()
        return frozenset(found | ({self.failure.reason.value} if self.failure is not None else set()))

    @cached_property
    def searched(self) -> str:
        """All that a search looks through, in lower case."""
        return "\n".join(_texts(self)).casefold()

    @cached_property
    def order(self) -> tuple[int, float, list[str | int]]:
        """What to sort by: worst first, then the soonest end, then by name."""
        return _RANK[self.standing], self.end.timestamp() if self.end else _NEVER, natural(self.name)

    def observations(self) -> Iterator[Observation]:
        """Yield what was seen, and the last probe where it is another."""
        if self.failure is not None and self.last is not None:
            yield self.last
        if self.seen is not None and self.seen_at is not None:
            yield Observation(self.target, self.seen_at, 0.0, 0, self.seen)


def of_report(observations: Iterable[Observation]) -> list[Entry]:
    """Return the targets of a report, worst first; a name that stands there twice gets a number."""
    entries, taken = [], set[str]()
    for one in observations:
        seen = one.outcome if isinstance(one.outcome, Seen) else None
        entry = Entry(printable(one.target.name), one.target, one, seen, one.moment if seen else None)
        while entry.name in taken:
            entry = replace(entry, name=f"{entry.name} *")
        taken.add(entry.name)
        entries.append(entry)
    return sorted(entries, key=lambda entry: entry.order)


def _texts(entry: Entry) -> Iterator[str]:
    target = entry.target
    yield from (entry.name, target.host, target.address or "", target.service, target.release)
    yield from (f"{key}={value}" for key, value in target.labels.items())
    if entry.failure is not None:
        yield from (entry.failure.reason, entry.failure.detail)
    if entry.seen is None:
        return
    yield from (finding.title for finding in entry.seen.findings)
    for one in entry.seen.chain.certificates:
        yield one.fingerprint_sha256
        yield "" if one.serial_number is None else f"{one.serial_number:x}"
        yield from (name.text for name in (one.subject, one.issuer) if name is not None)
        yield from (*one.dns_names, *one.ip_addresses)
