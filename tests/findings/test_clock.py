"""How far off a clock is, in words, and what moment it should show."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aescan.findings.clock import doubt, off, true_moment
from tests.facts import NOW, evidence


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (0.04, "0.0 seconds behind"),
        (-1.4, "1.4 seconds ahead"),
        (1.6, "2 seconds behind"),
        (119.0, "2 minutes behind"),
        (-5400.0, "2 hours ahead"),
        (26 * 3600.0, "26 hours behind"),
        (-36.5 * 3600, "2 days ahead"),
        (500 * 86400.0, "500 days behind"),
        (-8 * 365.25 * 86400, "8 years ahead"),
    ],
)
def test_off(offset: float, words: str) -> None:
    """The largest unit of which there are two; a clock that lacks seconds is behind."""
    assert off(offset) == words


def test_true_moment() -> None:
    """By NTP it is later where this clock is behind; where nothing is known nothing is said."""
    assert true_moment(replace(evidence(), clock_offset=3600.0)) == NOW + timedelta(hours=1)
    assert true_moment(evidence()) is None


def test_doubt() -> None:
    """The end of a sentence."""
    assert doubt(replace(evidence(), clock_offset=-7200.0), "ends tomorrow") == (
        "; but this clock is 2 hours ahead, by NTP it ends tomorrow"
    )
