"""The policy's defaults are those of the sources that its docstrings name."""

from datetime import timedelta

from aescan.settings.policy import Policy, Thresholds


def test_thresholds_default_to_session_managers_bands() -> None:
    """Sixty, thirty and fifteen days."""
    assert Thresholds() == Thresholds(timedelta(days=60), timedelta(days=30), timedelta(days=15))


def test_a_policy_defaults_to_those_thresholds_and_knows_no_pattern() -> None:
    """Patterns come from the loader; key sizes are the least that are not weak."""
    policy = Policy()

    assert (policy.thresholds, policy.minimum_rsa_bits, policy.minimum_ec_bits) == (Thresholds(), 2048, 224)
    assert policy.patterns == ()
