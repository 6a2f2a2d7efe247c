"""
The words that sentences share: moments, spans of time, and what a certificate is called.

Facts and a moment come in, short text for people goes out. Only called once a rule has fired: nothing here decides.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from aescan.certificates.chain import Chain
from aescan.text import printable

LONGEST_TITLE: Final = 160
"""Characters of a name in a sentence: several names and the words between them still fit one paragraph."""

LONGEST_SENTENCE: Final = 2000
"""Characters: above any sentence that names a few certificates, short enough for a report's row."""

MOST_LISTED: Final = 3
"""Things of a kind named in one sentence; a chain may hold a hundred certificates."""

MOST_DAYS: Final = 99
"""The longest past told in days; from there on months say more."""

MOST_MONTHS: Final = 23
"""The longest past told in months; from there on years say more."""

MONTHS_PER_YEAR: Final = 12


def stamp(moment: datetime) -> str:
    """Return an aware UTC moment to the second: ``2018-01-06 23:59:59 UTC``."""
    return f"{moment.date()} {moment.time().isoformat('seconds')} UTC"


def past(then: datetime, now: datetime) -> str:
    """Return how long ago ``then`` was: ``8 years ago, on 2018-01-06 23:59:59 UTC``, ``today at 14:00 UTC``."""
    days = (now - then).days
    if now.date() == then.date():
        return f"today at {then:%H:%M} UTC"
    if days == 0:
        return f"yesterday at {then:%H:%M} UTC"
    return f"{_span(then, now, days)} ago, on {stamp(then)}"


def ahead(then: datetime, now: datetime) -> str:
    """Return how far ``then`` is: ``in 12 days, on 2026-12-05 12:00:00 UTC`` (whole days), ``today at 14:00 UTC``."""
    match (then.date() - now.date()).days:
        case 0:
            return f"today at {then:%H:%M} UTC"
        case 1:
            return f"tomorrow at {then:%H:%M} UTC"
        case _:
            return f"in {count((then - now).days, 'day')}, on {stamp(then)}"


def count(number: int, noun: str) -> str:
    """Return ``1 day``, ``2 days``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def called(chain: Chain, position: int) -> str:
    """Return what the certificate at ``position`` is called: its role and its title, ``leaf CN=aes1``."""
    return f"{chain.role(position)} {printable(chain.certificates[position].title, LONGEST_TITLE)}"


def numbered(chain: Chain, position: int) -> str:
    """Return the certificate at ``position`` as counted from one: ``certificate 2 of 3 (CN=Example CA)``."""
    title = printable(chain.certificates[position].title, LONGEST_TITLE)
    return f"certificate {position + 1} of {len(chain.certificates)} ({title})"


def listed(things: Sequence[str]) -> str:
    """Return the first few things, separated by semicolons, and how many more there are."""
    shown = "; ".join(things[:MOST_LISTED])
    return shown if len(things) <= MOST_LISTED else f"{shown}; and {len(things) - MOST_LISTED} more"


def _span(then: datetime, now: datetime, days: int) -> str:
    if days <= MOST_DAYS:
        return count(days, "day")
    months = (now.year - then.year) * MONTHS_PER_YEAR + now.month - then.month - (now.day < then.day)
    return count(months, "month") if months <= MOST_MONTHS else count(months // MONTHS_PER_YEAR, "year")
