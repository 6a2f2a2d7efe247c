"""The rule clock_skew."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aescan.findings.model import Skew
from aescan.findings.rules.clock_skew import check
from aescan.settings.policy import Policy
from tests.facts import evidence

HOUR = 3600.0


def told(*skews: Skew, clock_offset: float | None = None, limit: float = 60.0) -> str | None:
    """Return what the rule says of a server whose clock shows this."""
    policy = Policy(clock_limit=timedelta(seconds=limit))
    return check(replace(evidence(policy=policy), skews=skews, clock_offset=clock_offset))


def test_a_server_that_is_off() -> None:
    """How far, which way, held against what, and how it was asked."""
    unchecked = "by this machine's clock, which was not checked"
    assert told(Skew("SNTP", -3 * HOUR, 0.01)) == f"the server's clock is 3 hours behind {unchecked} (asked by SNTP)"
    assert (
        told(Skew("HTTP Date", 70.0, 1.0)) == f"the server's clock is 70 seconds ahead {unchecked} (asked by HTTP Date)"
    )


def test_by_ntp() -> None:
    """Where this machine's clock is known to be off, the server is not blamed for it."""
    assert told(Skew("SNTP", 26 * HOUR, 0.01), clock_offset=26 * HOUR) is None
    assert told(Skew("SNTP", 0.0, 0.01), clock_offset=26 * HOUR) == (
        "the server's clock is 26 hours behind by NTP (asked by SNTP)"
    )


@pytest.mark.parametrize("skew", [Skew("SNTP", 60.5, 0.5), Skew("SNTP", -60.5, 0.5), Skew("SNTP", 0.0, 0.0)])
def test_within_the_limit(skew: Skew) -> None:
    """The limit itself is within it, and so is what is only beyond it by what is not known exactly."""
    assert told(skew) is None
    assert (told(skew, limit=59.0) is None) == (skew.offset == 0.0)


def test_the_first_beyond_the_limit_counts() -> None:
    """One sentence, and none where nothing was answered."""
    assert told() is None
    assert "asked by HTTP Date" in (told(Skew("SNTP", 0.0, 0.01), Skew("HTTP Date", -HOUR, 1.0)) or "")
