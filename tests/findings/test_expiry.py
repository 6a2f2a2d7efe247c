"""Which expiry band a chain is in, and what is said about it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aescan.findings.expiry import Band, band, effective, ending_sentence, expired_sentence
from aescan.settings.policy import Policy, Thresholds
from tests.facts import INTERMEDIATE, LEAF, NOW, ROOT, chain, evidence

SECOND = timedelta(seconds=1)


def days(number: float) -> timedelta:
    """Return so many days."""
    return timedelta(days=number)


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (days(60) + SECOND, None),
        (days(60), Band.NOTICE),
        (days(30) + SECOND, Band.NOTICE),
        (days(30), Band.WARNING),
        (days(15) + SECOND, Band.WARNING),
        (days(15), Band.CRITICAL),
        (days(0), Band.CRITICAL),
        (-SECOND, Band.EXPIRED),
        (days(-3000), Band.EXPIRED),
    ],
)
def test_a_chain_is_in_one_band(left: timedelta, expected: Band | None) -> None:
    """A threshold's own moment is in its band; the last second of validity is not yet expired."""
    assert band(evidence(replace(LEAF, not_after=NOW + left), INTERMEDIATE)) is expected


def test_the_targets_own_thresholds_count() -> None:
    """A target's own thresholds replace the defaults."""
    policy = Policy(thresholds=Thresholds(days(300), days(200), days(100)))
    assert band(evidence(policy=policy)) is Band.NOTICE


def test_without_a_date_there_is_no_band() -> None:
    """A chain whose ends could not be read is in no band."""
    assert band(evidence(replace(LEAF, not_after=None))) is None


def test_the_first_end_counts_and_is_named() -> None:
    """An intermediate or a root that ends before the leaf is the one that the sentence names."""
    ending = replace(INTERMEDIATE, not_after=NOW + days(3))
    assert ending_sentence(evidence(LEAF, ending, ROOT)) == (
        "ends in 3 days, on 2026-11-26 12:00:00 UTC: intermediate CN=Example Issuing CA,O=Example,C=US"
    )
    ended = replace(ROOT, not_after=NOW - days(3))
    assert expired_sentence(evidence(replace(LEAF, not_after=None), INTERMEDIATE, ended)) == (
        "expired 3 days ago, on 2026-11-20 12:00:00 UTC: root CN=Example Root CA,O=Example,C=US; "
        "TLS clients can no longer connect"
    )


HOUR = timedelta(hours=1)
LEAF_ENDS = "leaf CN=aes1.example.com,O=Example,C=US"


@pytest.mark.parametrize(
    ("left", "offset", "expected", "sentence"),
    [
        (
            6 * HOUR,
            26 * HOUR,
            Band.EXPIRED,
            (
                f"ends today at 18:00 UTC: {LEAF_ENDS}; but this clock is 26 hours behind, by NTP it expired "
                "yesterday at 18:00 UTC"
            ),
        ),
        (
            -6 * HOUR,
            -26 * HOUR,
            Band.EXPIRED,
            (
                f"expired today at 06:00 UTC: {LEAF_ENDS}; TLS clients can no longer connect; but this clock is 26 "
                "hours ahead, by NTP it ends tomorrow at 06:00 UTC"
            ),
        ),
        (
            days(70),
            days(2930),
            Band.EXPIRED,
            (
                f"ends in 70 days, on 2027-02-01 12:00:00 UTC: {LEAF_ENDS}; but this clock is 8 years behind, by NTP "
                "it expired 7 years ago, on 2027-02-01 12:00:00 UTC"
            ),
        ),
        (
            days(29),
            days(-3),
            Band.WARNING,
            (
                f"ends in 29 days, on 2026-12-22 12:00:00 UTC: {LEAF_ENDS}; but this clock is 3 days ahead, by NTP it "
                "ends in 32 days, on 2026-12-22 12:00:00 UTC"
            ),
        ),
        (days(20), days(3), Band.WARNING, f"ends in 20 days, on 2026-12-13 12:00:00 UTC: {LEAF_ENDS}"),
    ],
)
def test_a_clock_that_is_off(left: timedelta, offset: timedelta, expected: Band, sentence: str) -> None:
    """Of the bands by this clock and by NTP the worse one counts, and where they differ the sentence says so."""
    presented = replace(
        evidence(replace(LEAF, not_after=NOW + left), INTERMEDIATE), clock_offset=offset.total_seconds()
    )
    assert band(presented) is expected
    assert (expired_sentence if expected is Band.EXPIRED else ending_sentence)(presented) == sentence


def test_of_two_that_end_together_the_leaf_is_named() -> None:
    """Where leaf and intermediate end at the same moment the leaf is named."""
    both = NOW + days(1)
    presented = evidence(replace(LEAF, not_after=both), replace(INTERMEDIATE, not_after=both))
    assert ending_sentence(presented) == "ends tomorrow at 12:00 UTC: leaf CN=aes1.example.com,O=Example,C=US"


@pytest.mark.parametrize(
    ("left", "expected"), [(23, None), (22, Band.WARNING), (16, Band.WARNING), (15, Band.CRITICAL)]
)
def test_a_share_of_the_lifetime_begins_later(left: int, expected: Band | None) -> None:
    """A quarter of 90 days is less than 60 days, so the warning begins then."""
    thresholds = Thresholds(days(60), days(60), days(15), notice_share=0.25, warning_share=0.25)
    leaf = replace(LEAF, not_before=NOW - days(90 - left), not_after=NOW + days(left))
    assert band(evidence(leaf, INTERMEDIATE, policy=Policy(thresholds=thresholds))) is expected


def test_the_lifetime_of_the_certificate_that_ends_first_counts() -> None:
    """An intermediate that ends first is judged by its own lifetime; without a beginning the length of time stays."""
    thresholds = Thresholds(warning_share=0.25)
    short = replace(INTERMEDIATE, not_before=NOW - days(10), not_after=NOW + days(30))
    assert effective(thresholds, chain(LEAF, short)).warning == days(10)
    assert effective(thresholds, chain(LEAF, replace(short, not_before=None))) is thresholds
    assert effective(thresholds, chain(replace(LEAF, not_after=None))) is thresholds
    assert effective(Thresholds(), chain(LEAF, short)) == Thresholds()
