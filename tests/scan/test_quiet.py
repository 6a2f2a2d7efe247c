"""Whether a moment lies in the quiet hours, and for how long."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from aescan.scan.quiet import at_the_latest, quiet_for
from aescan.settings.quiet import QuietHours

NIGHT = QuietHours(time(22), time(6))
NOON = QuietHours(time(12), time(13))
STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.mark.parametrize(
    ("hour", "minute", "seconds"),
    [(21, 59, 0), (22, 0, 8 * 3600), (23, 30, 6.5 * 3600), (0, 0, 6 * 3600), (5, 59, 60), (6, 0, 0), (12, 30, 1800)],
)
def test_quiet_for(hour: int, minute: int, seconds: float) -> None:
    """Hours count from their begin to just before their end, over midnight too."""
    assert quiet_for(datetime(2026, 11, 23, hour, minute, tzinfo=UTC), [NIGHT, NOON]) == seconds


def test_zone() -> None:
    """The hours are those of the place."""
    assert quiet_for(datetime(2026, 11, 23, 21, tzinfo=UTC), [NIGHT], STOCKHOLM) == 8 * 3600
    assert quiet_for(datetime(2026, 11, 23, 5, tzinfo=UTC), [NIGHT], STOCKHOLM) == 0


@pytest.mark.parametrize(
    ("moment", "hours"),
    [
        (datetime(2026, 3, 28, 21, tzinfo=UTC), 7),  # the night in which clocks go forward is an hour shorter
        (datetime(2026, 10, 24, 20, tzinfo=UTC), 9),
    ],
)
def test_summer_time(moment: datetime, hours: float) -> None:
    """A night is as long as it is."""
    assert quiet_for(moment, [NIGHT], STOCKHOLM) == hours * 3600


def test_overlapping() -> None:
    """Of hours that overlap the last end counts."""
    assert quiet_for(datetime(2026, 11, 23, 22, 30, tzinfo=UTC), [QuietHours(time(22), time(23)), NIGHT]) == 7.5 * 3600


def test_none() -> None:
    """Without quiet hours nothing is quiet."""
    assert quiet_for(datetime(2026, 11, 23, 3, tzinfo=UTC), []) == 0


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    """Return a moment."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due", "interval", "hours", "latest"),
    [
        (at(12), 3600, [], at(13)),
        (at(12), 3600, [NIGHT], at(13)),
        (at(20, 59), 3600, [NIGHT], at(21, 59)),
        (at(21, 30), 3600, [NIGHT], at(7, 0, 24)),  # half of it is left for the morning
        (at(22), 3600, [NIGHT], at(8, 0, 24)),  # at six, then spread over an hour
        (at(3), 600, [NIGHT], at(6, 20)),
        (at(12), 86400, [NIGHT], at(12, 0, 24)),
        (at(1), 86400, [NIGHT], at(7, 0, 24)),
        (at(22), 3600, [QuietHours(time(22), time(2)), QuietHours(time(2), time(6))], at(8, 0, 24)),
        (at(5), 3600, [QuietHours(time(0), time(12)), QuietHours(time(12), time(0))], at(1, 0, 25)),  # it ends
    ],
)
def test_at_the_latest(due: datetime, interval: float, hours: list[QuietHours], latest: datetime) -> None:
    """An interval after the last one is due, or after what quiet hours put off is; an end in them is after them."""
    assert at_the_latest(due, interval, hours) == latest
