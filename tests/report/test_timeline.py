"""When chains end: months, cliffs, known dates."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from aescan.observation import Observation
from aescan.report.timeline import KNOWN_DATES, Mark, Month, host, timeline
from tests.facts import LEAF, NOW, seen, target


def ending(*days: float, hosts: int = 1000) -> list[Observation]:
    """Return observations of chains that end so many days from now, on at most so many hosts."""
    return [
        seen(
            target(f"aes{number % hosts}.example.com", 1000 + number),
            replace(LEAF, not_after=NOW + timedelta(days=left)),
        )
        for number, left in enumerate(days)
    ]


def cliffs(estate: int, days: Iterable[float]) -> list[tuple[int, int, int]]:
    """Return the cliffs as (days from now of the first, of the last, targets)."""
    found = timeline(ending(*days), estate, NOW).cliffs
    return [((one.first - NOW.date()).days, (one.last - NOW.date()).days, one.targets) for one in found]


def test_months() -> None:
    """Chains to come are counted by the month they end in; those that ended and those without a date stand apart."""
    observations = [*ending(-1, 0, 1, 8, 9), seen(None, replace(LEAF, not_after=None))]
    found = timeline(observations, 6, NOW)
    assert found.ended == 1
    assert found.undated == 1
    assert found.months == (Month(date(2026, 11, 1), 2), Month(date(2026, 12, 1), 2))


def test_nothing() -> None:
    """No chain, no row."""
    found = timeline([], 0, NOW)
    assert (found.ended, found.undated, found.months, found.cliffs, found.known_dates) == (0, 0, (), (), ())


@pytest.mark.parametrize(
    ("estate", "days", "expected"),
    [
        (4, (10, 11, 12), [(10, 12, 3)]),  # three within days
        (4, (10, 11), []),  # two are single renewals in the smallest estate
        (30, (10, 11, 12), [(10, 12, 3)]),  # a tenth exactly
        (31, (10, 11, 12), []),  # less than a tenth of the estate
        (4, (10, 13, 16.99), [(10, 17, 3)]),  # just within seven days
        (4, (10, 13, 17), []),  # seven days apart
        (4, (-3, -2, -1), []),  # over and done
        (4, (-1, 1, 2), []),  # what is over does not count
        (20, (10, 11, 12, 17, 18, 19), [(10, 12, 3), (17, 19, 3)]),  # side by side
        (20, (10, 15, 17, 17, 17), [(15, 17, 4)]),  # the fullest week, not the first
        (20, (10, 10, 10, 15, 17, 17, 17, 17, 30, 30, 30), [(10, 10, 3), (15, 17, 5), (30, 30, 3)]),
    ],
)
def test_cliffs(estate: int, days: tuple[float, ...], expected: list[tuple[int, int, int]]) -> None:
    """A cliff is at least three targets and a tenth of the estate whose chains end within seven days."""
    assert cliffs(estate, days) == expected


def test_cliff_counts_hosts() -> None:
    """Ports of one host are several targets on one host."""
    (cliff,) = timeline(ending(10, 10, 10, 10, hosts=2), 4, NOW).cliffs
    assert cliff == Mark(date(2026, 12, 3), date(2026, 12, 3), targets=4, hosts=2)


def test_known_dates() -> None:
    """A known date is told only where chains end on that very day, the past one too."""
    ends = (
        datetime(2018, 1, 5, 23, 59, 59, tzinfo=UTC),
        datetime(2018, 1, 6, tzinfo=UTC),
        datetime(2027, 8, 17, 23, 59, 59, tzinfo=UTC),
        datetime(2027, 8, 18, tzinfo=UTC),
    )
    observations = [seen(None, replace(LEAF, not_after=end)) for end in ends]
    notice, sip = KNOWN_DATES
    assert timeline(observations, 4, NOW).known_dates == (
        Mark(date(2018, 1, 6), date(2018, 1, 6), 1, 1, notice.meaning),
        Mark(date(2027, 8, 17), date(2027, 8, 17), 1, 1, sip.meaning),
    )
    assert timeline(observations[::3], 2, NOW).known_dates == ()


def test_host() -> None:
    """Two addresses of one name are two machines."""
    assert host(target("aes1.example.com")) == "aes1.example.com"
    assert host(replace(target("aes1.example.com"), address="192.0.2.1")) == "192.0.2.1"
