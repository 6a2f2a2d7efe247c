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


def test_a_clock_that_is_off() -> None:
    """Where only this clock or only NTP has it valid, it is told with what the other says."""
    hours = timedelta(hours=1)
    leaf = "leaf CN=aes1.example.com,O=Example,C=US"

    def told(begins: timedelta, offset: timedelta) -> str | None:
        presented = evidence(replace(LEAF, not_before=NOW + begins), INTERMEDIATE)
        return check(replace(presented, clock_offset=offset.total_seconds()))

    assert told(4 * hours, 26 * hours) == (
        f"becomes valid today at 16:00 UTC: {leaf}; "
        "but this clock is 26 hours behind, by NTP it became valid yesterday at 16:00 UTC"
    )
    assert told(-4 * hours, -26 * hours) == (
        f"became valid today at 08:00 UTC: {leaf}; "
        "but this clock is 26 hours ahead, by NTP it becomes valid tomorrow at 08:00 UTC"
    )
    assert told(4 * hours, hours) == f"becomes valid today at 16:00 UTC: {leaf}"
    assert told(-4 * hours, hours) is None
