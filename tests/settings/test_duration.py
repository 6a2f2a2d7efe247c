"""Lengths of time are a whole number and a unit."""

from datetime import timedelta

import pytest

from aescan.settings.duration import parse, show
from aescan.settings.problems import Expected, Mistake

SECOND, YEAR = timedelta(seconds=1), timedelta(days=365)


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("10s", timedelta(seconds=10)),
        ("5m", timedelta(minutes=5)),
        ("1h", timedelta(hours=1)),
        ("365d", YEAR),
        ("1s", SECOND),
        ("1500ms", timedelta(seconds=1.5)),
    ],
)
def test_a_number_with_a_unit_is_read(written: str, length: timedelta) -> None:
    """The units are milliseconds, seconds, minutes, hours and days."""
    assert parse(written, SECOND, YEAR) == length


@pytest.mark.parametrize(
    "written", ["0s", "366d", "1.5h", "-5s", "5", "5 s", "5w", "s", "", "٣s", "9999999999d", None, True, ()]
)
def test_anything_else_is_refused(written: object) -> None:
    """Signs, fractions, other digits and lengths out of bounds are not taken."""
    with pytest.raises(Expected, match=r"^a length of time from 1s to 365d$"):
        parse(written, SECOND, YEAR)


@pytest.mark.parametrize("written", [10, 1.5])
def test_a_bare_number_is_told_of_the_units(written: float) -> None:
    """Nobody has to guess whether it would have been seconds."""
    with pytest.raises(Mistake) as caught:
        parse(written, SECOND, YEAR)
    assert caught.value.text == f"{written} has no unit"
    assert (
        caught.value.hint
        == f"write one of {written}s, {written}m, {written}h, {written}d: seconds, minutes, hours or days"
    )


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (timedelta(0), "0s"),
        (timedelta(seconds=90), "90s"),
        (timedelta(minutes=90), "90m"),
        (timedelta(hours=1), "1h"),
        (timedelta(hours=48), "2d"),
        (timedelta(seconds=0.5), "500ms"),
    ],
)
def test_a_length_is_shown_in_its_largest_unit(length: timedelta, shown: str) -> None:
    """What is shown can be written into the file."""
    assert show(length) == shown
