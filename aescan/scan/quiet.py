"""
Hours in which nothing is to be scanned: whether a moment lies in them, when they end, what they put off.

Moments come in as aware datetimes, seconds or moments go out. Pure; the hours are the wall's, in the time zone that the
site says.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta, tzinfo

from aescan.scan.agenda import AFTER_QUIET
from aescan.settings.quiet import QuietHours

DAY = timedelta(days=1)


def quiet_for(moment: datetime, hours: Iterable[QuietHours], zone: tzinfo = UTC) -> float:
    """Return for how many seconds after ``moment`` nothing is to be scanned; 0 where it is not in any of the hours."""
    local = moment.astimezone(zone)
    longest = 0.0
    for each in hours:
        for day in (local.date() - DAY, local.date()):
            begin = datetime.combine(day, each.begin, zone)
            end = datetime.combine(day + DAY if each.end <= each.begin else day, each.end, zone)
            if begin.astimezone(UTC) <= moment < end.astimezone(UTC):
                longest = max(longest, (end.astimezone(UTC) - moment).total_seconds())
    return longest


def at_the_latest(due: datetime, interval: float, hours: Collection[QuietHours], zone: tzinfo = UTC) -> datetime:
    """
    Return when a sweep is to be over at the latest whose last target is due at that moment.

    ``interval`` is the longest in the sweep, in seconds. What is due in quiet hours is spread after them. Then the
    target has an interval to be scanned in: a sweep that takes longer than that is never done in time.
    """
    ended = _after(due, hours, zone)
    if ended > due:
        ended += timedelta(seconds=min(interval, AFTER_QUIET))
    latest = ended + timedelta(seconds=interval)
    later = _after(latest, hours, zone)
    return latest if later == latest else later + timedelta(seconds=interval)


def _after(moment: datetime, hours: Collection[QuietHours], zone: tzinfo) -> datetime:
    """Return the first moment from then on that is in none of the hours; they may follow each other."""
    for _ in hours:
        moment += timedelta(seconds=quiet_for(moment, hours, zone))
    return moment
