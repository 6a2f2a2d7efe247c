"""The rule validity_too_long."""

from dataclasses import replace
from datetime import timedelta

from aescan.findings.rules.validity_too_long import check
from aescan.settings.policy import Policy
from tests.facts import LEAF, NOW, evidence

YEARS = replace(LEAF, not_before=NOW, not_after=NOW + timedelta(days=1825))


def test_a_leaf_of_five_years_is_told() -> None:
    """The days are told, and how many are allowed."""
    assert check(evidence(YEARS)) == (
        "valid for 1825 days, longer than 825 days: leaf CN=aes1.example.com,O=Example,C=US"
    )


def test_the_bound_itself_is_allowed() -> None:
    """Exactly 825 days are no finding, a second more is."""
    bound = NOW + timedelta(days=825)
    assert check(evidence(replace(YEARS, not_after=bound))) is None
    assert check(evidence(replace(YEARS, not_after=bound + timedelta(seconds=1)))) is not None


def test_the_policy_sets_the_bound() -> None:
    """A site may ask for less, or allow more."""
    assert check(evidence(policy=Policy(maximum_lifetime=timedelta(days=90)))) is not None
    assert check(evidence(YEARS, policy=Policy(maximum_lifetime=timedelta(days=3650)))) is None


def test_only_the_leaf_counts() -> None:
    """CAs last longer, and of unread dates nothing is known."""
    assert check(evidence()) is None
    assert check(evidence(replace(YEARS, not_before=None))) is None
    assert check(evidence(replace(YEARS, not_after=None))) is None
