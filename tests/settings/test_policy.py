"""The policy's defaults are those of the sources that its docstrings name."""

from datetime import timedelta

import pytest

from aescan.settings.policy import Policy, Thresholds


def test_thresholds_default_to_session_managers_bands() -> None:
    """Sixty, thirty and fifteen days."""
    assert Thresholds() == Thresholds(timedelta(days=60), timedelta(days=30), timedelta(days=15))


def test_a_policy_defaults_to_those_thresholds_and_knows_nothing() -> None:
    """Patterns and clients come from the loader; key sizes are the least that are not weak."""
    policy = Policy()

    assert (policy.thresholds, policy.minimum_rsa_bits, policy.minimum_ec_bits) == (Thresholds(), 2048, 224)
    assert (policy.patterns, policy.clients, policy.changes, policy.jobs) == ((), (), (), ())


DAY = timedelta(days=1)
SHARED = Thresholds(60 * DAY, 30 * DAY, 15 * DAY, notice_share=0.5, warning_share=0.25)


@pytest.mark.parametrize(
    ("lifetime", "spans"),
    [
        (3650, (60, 30, 15)),
        (120, (60, 30, 15)),
        (90, (45, 22.5, 15)),
        (8, (4, 2, 2)),
        (0, (0, 0, 0)),
        (-10, (0, 0, 0)),
    ],
)
def test_the_later_of_two_moments_counts(lifetime: int, spans: tuple[float, float, float]) -> None:
    """Of length and share the shorter counts, and no severity begins before the one above it."""
    assert SHARED.relative
    assert SHARED.for_lifetime(lifetime * DAY) == Thresholds(spans[0] * DAY, spans[1] * DAY, spans[2] * DAY)


def test_without_shares_the_lifetime_does_not_matter() -> None:
    """The defaults are lengths of time."""
    assert not Thresholds().relative
    assert Thresholds().for_lifetime(DAY) == Thresholds()
