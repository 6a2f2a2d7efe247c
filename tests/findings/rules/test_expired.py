"""The rule expired."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aescan.findings.rules.expired import check
from tests.facts import INTERMEDIATE, LEAF, NOW, evidence

SECOND = timedelta(seconds=1)
WITHIN = timedelta(days=-3)


def ending(left: timedelta) -> str | None:
    """Return what the rule says of a leaf that ends so long from now."""
    return check(evidence(replace(LEAF, not_after=NOW + left), INTERMEDIATE))


@pytest.mark.parametrize("left", [-SECOND, timedelta(days=-1), timedelta(days=-3000)])
def test_within_its_window_it_fires(left: timedelta) -> None:
    """From the first moment of its window to the last it fires."""
    assert ending(left) is not None


@pytest.mark.parametrize("left", [timedelta(0), timedelta(days=15)])
def test_outside_its_window_it_is_silent(left: timedelta) -> None:
    """Before and after its window it is silent."""
    assert ending(left) is None


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (timedelta(days=-3), "3 days ago, on 2026-11-20 12:00:00 UTC"),
        (timedelta(hours=-1), "today at 11:00 UTC"),
    ],
)
def test_the_sentence_says_since_when_and_what_it_means(left: timedelta, told: str) -> None:
    """The sentence says since when, which certificate, and that clients cannot connect."""
    assert ending(left) == f"expired {told}: leaf CN=aes1.example.com,O=Example,C=US; TLS clients can no longer connect"


def test_an_intermediate_that_ends_first_counts() -> None:
    """An intermediate that ends before the leaf is what the sentence names."""
    sentence = check(evidence(LEAF, replace(INTERMEDIATE, not_after=NOW + WITHIN)))
    assert sentence is not None
    assert "intermediate CN=Example Issuing CA,O=Example,C=US" in sentence


def test_an_unread_date_is_no_finding() -> None:
    """Where no end could be read, nothing is said here."""
    assert check(evidence(replace(LEAF, not_after=None))) is None
