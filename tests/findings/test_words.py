"""The words that sentences share."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aescan.findings.words import ahead, called, count, listed, numbered, past, stamp
from tests.facts import INTERMEDIATE, LEAF, NOW, ROOT, chain, name


@pytest.mark.parametrize(
    ("then", "told"),
    [
        (NOW - timedelta(hours=2), "today at 10:00 UTC"),
        (NOW - timedelta(hours=13), "yesterday at 23:00 UTC"),
        (NOW - timedelta(days=1), "1 day ago, on 2026-11-22 12:00:00 UTC"),
        (NOW - timedelta(days=1, hours=23), "1 day ago, on 2026-11-21 13:00:00 UTC"),
        (NOW - timedelta(days=99), "99 days ago, on 2026-08-16 12:00:00 UTC"),
        (NOW - timedelta(days=100), "3 months ago, on 2026-08-15 12:00:00 UTC"),
        (datetime(2024, 11, 24, tzinfo=UTC), "23 months ago, on 2024-11-24 00:00:00 UTC"),
        (datetime(2024, 11, 23, tzinfo=UTC), "2 years ago, on 2024-11-23 00:00:00 UTC"),
        (datetime(2018, 1, 6, 23, 59, 59, tzinfo=UTC), "8 years ago, on 2018-01-06 23:59:59 UTC"),
        (datetime(1, 1, 1, tzinfo=UTC), "2025 years ago, on 0001-01-01 00:00:00 UTC"),
    ],
)
def test_the_past_is_told_in_the_largest_fitting_unit(then: datetime, told: str) -> None:
    """A past moment is told as today, yesterday, days, months or years, with its date."""
    assert past(then, NOW) == told


@pytest.mark.parametrize(
    ("then", "told"),
    [
        (NOW, "today at 12:00 UTC"),
        (NOW + timedelta(hours=2), "today at 14:00 UTC"),
        (NOW + timedelta(hours=12), "tomorrow at 00:00 UTC"),
        (NOW + timedelta(hours=35), "tomorrow at 23:00 UTC"),
        (NOW + timedelta(hours=36), "in 1 day, on 2026-11-25 00:00:00 UTC"),
        (NOW + timedelta(days=12, hours=23), "in 12 days, on 2026-12-06 11:00:00 UTC"),
    ],
)
def test_the_future_is_told_in_whole_days(then: datetime, told: str) -> None:
    """A future moment is told as today, tomorrow or whole days that are certainly left, with its date."""
    assert ahead(then, NOW) == told


def test_a_stamp_has_seconds_and_no_fractions() -> None:
    """A stamp is cut to the second."""
    assert stamp(datetime(2018, 1, 6, 23, 59, 59, 999999, tzinfo=UTC)) == "2018-01-06 23:59:59 UTC"


@pytest.mark.parametrize(("number", "told"), [(0, "0 days"), (1, "1 day"), (2, "2 days")])
def test_one_is_singular(number: int, told: str) -> None:
    """Only one thing is counted in the singular."""
    assert count(number, "day") == told


def test_a_certificate_is_called_by_role_and_title() -> None:
    """Each role has its word."""
    presented = chain(LEAF, INTERMEDIATE, ROOT)
    assert [called(presented, position) for position in range(3)] == [
        "leaf CN=aes1.example.com,O=Example,C=US",
        "intermediate CN=Example Issuing CA,O=Example,C=US",
        "root CN=Example Root CA,O=Example,C=US",
    ]


def test_a_long_title_is_cut() -> None:
    """A title of a thousand characters is cut to fit a sentence."""
    presented = chain(replace(LEAF, subject=name(("CN", "a" * 1000))))
    assert called(presented, 0) == "leaf CN=" + "a" * 156 + "…"


def test_a_certificate_is_numbered_from_one() -> None:
    """A certificate without a subject is told by number and fingerprint."""
    assert (
        numbered(chain(LEAF, replace(INTERMEDIATE, subject=None)), 1)
        == "certificate 2 of 2 (certificate 2f2f2f2f2f2f2f2f…)"
    )


def test_three_things_are_named_and_the_rest_counted() -> None:
    """A long list names three things and counts the rest."""
    assert listed(["a", "b", "c"]) == "a; b; c"
    assert listed(["a", "b", "c", "d", "e"]) == "a; b; c; and 2 more"
