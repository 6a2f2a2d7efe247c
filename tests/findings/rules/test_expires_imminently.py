"""The rule expires_imminently."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aescan.findings.rules.expires_imminently import check
from tests.facts import INTERMEDIATE, LEAF, NOW, evidence

SECOND = timedelta(seconds=1)
WITHIN = timedelta(days=3)


def ending(left: timedelta) -> str | None:
    """Return what the rule says of a leaf that ends so long from now."""
    return check(evidence(replace(LEAF, not_after=NOW + left), INTERMEDIATE))


@pytest.mark.parametrize("left", [timedelta(0), SECOND, timedelta(days=15)])
def test_within_its_window_it_fires(left: timedelta) -> None:
    """From the first moment of its window to the last it fires."""
    assert ending(left) is not None


@pytest.mark.parametrize("left", [-SECOND, timedelta(days=15) + SECOND])
def test_outside_its_window_it_is_silent(left: timedelta) -> None:
    """Before and after its window it is silent."""
    assert ending(left) is None


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (timedelta(hours=2), "today at 14:00 UTC"),
        (timedelta(hours=20), "tomorrow at 08:00 UTC"),
        (timedelta(days=14, hours=23), "in 14 days, on 2026-12-08 11:00:00 UTC"),
    ],
)
def test_the_sentence_says_when_and_what(left: timedelta, told: str) -> None:
    """The sentence says when in whole days, or the hour on the last two, and which certificate."""
    assert ending(left) == f"ends {told}: leaf CN=aes1.example.com,O=Example,C=US"


def test_an_intermediate_that_ends_first_counts() -> None:
    """An intermediate that ends before the leaf is what the sentence names."""
    sentence = check(evidence(LEAF, replace(INTERMEDIATE, not_after=NOW + WITHIN)))
    assert sentence is not None
    assert "intermediate CN=Example Issuing CA,O=Example,C=US" in sentence


def test_an_unread_date_is_no_finding() -> None:
    """Where no end could be read, nothing is said here."""
    assert check(evidence(replace(LEAF, not_after=None))) is None
