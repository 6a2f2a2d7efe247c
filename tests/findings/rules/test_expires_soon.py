"""The rule expires_soon."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aescan.findings.rules.expires_soon import check
from tests.facts import INTERMEDIATE, LEAF, NOW, evidence

SECOND = timedelta(seconds=1)
WITHIN = timedelta(days=20)


def ending(left: timedelta) -> str | None:
    """Return what the rule says of a leaf that ends so long from now."""
    return check(evidence(replace(LEAF, not_after=NOW + left), INTERMEDIATE))


@pytest.mark.parametrize("left", [timedelta(days=15) + SECOND, timedelta(days=30)])
def test_within_its_window_it_fires(left: timedelta) -> None:
    """From the first moment of its window to the last it fires."""
    assert ending(left) is not None


@pytest.mark.parametrize("left", [-SECOND, timedelta(days=15), timedelta(days=30) + SECOND])
def test_outside_its_window_it_is_silent(left: timedelta) -> None:
    """Before and after its window it is silent."""
    assert ending(left) is None


def test_the_sentence_says_when_and_what() -> None:
    """The sentence says when, and which certificate."""
    assert (
        ending(timedelta(days=20))
        == "ends in 20 days, on 2026-12-13 12:00:00 UTC: leaf CN=aes1.example.com,O=Example,C=US"
    )


def test_an_intermediate_that_ends_first_counts() -> None:
    """An intermediate that ends before the leaf is what the sentence names."""
    sentence = check(evidence(LEAF, replace(INTERMEDIATE, not_after=NOW + WITHIN)))
    assert sentence is not None
    assert "intermediate CN=Example Issuing CA,O=Example,C=US" in sentence


def test_an_unread_date_is_no_finding() -> None:
    """Where no end could be read, nothing is said here."""
    assert check(evidence(replace(LEAF, not_after=None))) is None
