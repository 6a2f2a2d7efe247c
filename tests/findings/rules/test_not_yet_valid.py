"""The rule not_yet_valid."""

from dataclasses import replace
from datetime import timedelta

from aescan.findings.rules.not_yet_valid import check
from tests.facts import INTERMEDIATE, LEAF, NOW, evidence


def test_a_leaf_of_the_future_is_not_yet_valid() -> None:
    """A leaf dated in the future is named with its moment."""
    assert check(evidence(replace(LEAF, not_before=NOW + timedelta(days=8)), INTERMEDIATE)) == (
        "becomes valid in 8 days, on 2026-12-01 12:00:00 UTC: leaf CN=aes1.example.com,O=Example,C=US"
    )


def test_the_last_to_become_valid_counts() -> None:
    """Of two certificates of the future the later one is named, whatever their order."""
    early, late = NOW + timedelta(minutes=5), NOW + timedelta(hours=6)
    told = "becomes valid today at 18:00 UTC: intermediate CN=Example Issuing CA,O=Example,C=US"
    assert check(evidence(replace(LEAF, not_before=early), replace(INTERMEDIATE, not_before=late))) == told
    assert check(evidence(replace(LEAF, not_before=late), replace(INTERMEDIATE, not_before=early))) == (
        "becomes valid today at 18:00 UTC: leaf CN=aes1.example.com,O=Example,C=US"
    )


def test_the_first_moment_is_valid() -> None:
    """At not_before itself the certificate is valid."""
    assert check(evidence(replace(LEAF, not_before=NOW), INTERMEDIATE)) is None


def test_an_unread_date_is_no_finding() -> None:
    """Where the beginning could not be read, nothing is said here."""
    assert check(evidence(replace(LEAF, not_before=None))) is None
