"""
When the chains of an estate end: how many per month, where the cliffs are, which known dates are met.

Ends of validity come in, counts go out. Months and days are those of UTC. What a cliff is, the policy says.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from aescan.findings.cliffs import cliffs
from aescan.inventory.model import Target
from aescan.observation import Observation
from aescan.report.model import not_after
from aescan.settings.policy import Cliff

DEFAULT_CLIFF: Final = Cliff()


@dataclass(frozen=True, slots=True)
class KnownDate:
    """A day on which certificates of many estates end, and why; shown only where chains of this estate end on it."""

    day: date
    meaning: str


KNOWN_DATES: Final = (
    # Product support notice PSN004561u, issue 7, problem description.
    KnownDate(date(2018, 1, 6), "last day of the AE Services 5.x and 6.x default certificates, notice PSN004561u"),
    # The certificate itself, as a session border controller listed it (notAfter Aug 17 05:19:39 2027 GMT).
    KnownDate(date(2027, 8, 17), "last day of Avaya's SIP Product CA"),
)


@dataclass(frozen=True, slots=True)
class Month:
    """How many chains end in the month that begins on ``first``."""

    first: date
    chains: int


@dataclass(frozen=True, slots=True)
class Mark:
    """
    Chains that end from ``first`` to ``last``, both included: a cliff, or a known date with its ``meaning``.

    ``targets``, ``hosts``
        How many present such a chain; a host counts once however many of its ports do.
    """

    first: date
    last: date
    targets: int
    hosts: int
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """
    When the chains end.

    ``ended``, ``undated``
        Chains that ended before the moment of the report, and those without a readable end.
    ``months``
        The months to come in which chains end, ascending.
    ``cliffs``
        Many chains to come that end within the same few days, ascending.
    ``known_dates``
        Known dates on which chains of this estate end, past ones too, ascending.
    """

    ended: int
    undated: int
    months: tuple[Month, ...]
    cliffs: tuple[Mark, ...]
    known_dates: tuple[Mark, ...]


_End = tuple[datetime, Target]


def host(target: Target) -> str:
    """Return what tells one machine from another: the address where it is known, else the host, else the file."""
    return target.address or target.host or target.name


def timeline(seen: Sequence[Observation], estate: int, moment: datetime, cliff: Cliff = DEFAULT_CLIFF) -> Timeline:
    """Return when the chains of ``seen`` end, looked at from ``moment``, in an estate of so many targets."""
    dated = [(end, observation.target) for observation in seen if (end := not_after(observation)) is not None]
    dated.sort(key=lambda pair: pair[0])
    coming = [pair for pair in dated if pair[0] >= moment]
    months = Counter(end.date().replace(day=1) for end, _ in coming)
    return Timeline(
        ended=len(dated) - len(coming),
        undated=len(seen) - len(dated),
        months=tuple(Month(first, chains) for first, chains in sorted(months.items())),
        cliffs=tuple(_mark(coming[start:stop]) for start, stop in cliffs([end for end, _ in coming], estate, cliff)),
        known_dates=tuple(_known_dates(dated)),
    )


def _known_dates(dated: Sequence[_End]) -> Iterator[Mark]:
    for known in KNOWN_DATES:
        if met := [pair for pair in dated if pair[0].date() == known.day]:
            yield _mark(met, known.meaning)


def _mark(pairs: Sequence[_End], meaning: str = "") -> Mark:
    hosts = {host(target) for _, target in pairs}
    return Mark(pairs[0][0].date(), pairs[-1][0].date(), len(pairs), len(hosts), meaning)
