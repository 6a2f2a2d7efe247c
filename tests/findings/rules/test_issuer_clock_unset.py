"""The rule issuer_clock_unset."""

from dataclasses import replace
from datetime import datetime

import pytest

from aescan.findings.rules.issuer_clock_unset import check
from tests.facts import LEAF, evidence
from tests.findings.labelled import day

TITLE = "leaf CN=aes1.example.com,O=Example,C=US"


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("begin", [day(1970, 1, 1), day(1980, 1, 1, hour=8), day(2000, 1, 1, minute=3, second=12)])
def test_where_clocks_start(begin: datetime, own: bool) -> None:
    """A leaf of any issuer dated on the day that clocks count from was made by an unset clock."""
    leaf = replace(LEAF, not_before=begin, self_signed=own)
    moment = begin.isoformat(" ").removesuffix("+00:00")
    assert check(evidence(leaf)) == f"begins on {moment} UTC, where unset clocks stand: {TITLE}"


def test_a_device_dates_its_own_certificate() -> None:
    """IP Office dates its own certificate at midnight of 1 January of its release's year."""
    leaf = replace(LEAF, not_before=day(2016, 1, 1), self_signed=True)
    assert check(evidence(leaf)) == f"begins on 2016-01-01 00:00:00 UTC, where unset clocks stand: {TITLE}"


@pytest.mark.parametrize(
    ("begin", "own"),
    [
        (day(2016, 1, 1), False),
        (day(2016, 1, 1), None),
        (day(2016, 1, 1, second=1), True),
        (day(2016, 1, 2), True),
        (day(2016, 7, 1), True),
        (None, True),
    ],
)
def test_other_dates_are_no_finding(begin: datetime | None, own: bool | None) -> None:
    """CAs that date by whole days issue on a 1 January too; another moment is nothing odd."""
    assert check(evidence(replace(LEAF, not_before=begin, self_signed=own))) is None
