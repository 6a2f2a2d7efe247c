"""
Hours in which nothing is to be scanned: whether a moment lies in them, and when they end.

Moments come in as aware datetimes, seconds go out. Pure; the hours are the wall's, in the time zone that the site says.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo

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
