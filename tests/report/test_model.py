"""The order of a report, days left, and the exit status it comes to."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aescan.findings.model import Severity
from aescan.observation import Observation
from aescan.report.model import Standing, days_left, exit_status, iso, not_after, standing, worst_first
from tests.facts import LEAF, NOW, failed, finding, seen, target
from tests.report.estate import report

CRITICAL = seen(target("critical.example.com"), findings=(finding("expired", Severity.CRITICAL), finding()))
WARNING = seen(target("warning.example.com"), findings=(finding(),))
NOTICE = seen(target("notice.example.com"), findings=(finding("expires_ahead", Severity.NOTICE),))
CLEAN = seen(target("clean.example.com"))
FAILED = failed(target("failed.example.com"))


@pytest.mark.parametrize(
    ("observation", "expected"),
    [
        (CRITICAL, Standing.CRITICAL),
        (FAILED, Standing.FAILED),
        (WARNING, Standing.WARNING),
        (NOTICE, Standing.NOTICE),
        (CLEAN, Standing.CLEAN),
    ],
)
def test_standing(observation: Observation, expected: Standing) -> None:
    """A target stands as its worst finding says, or as failed, or as clean."""
    assert standing(observation) is expected


def test_worst_first() -> None:
    """Failed targets stand between critical ones and warnings."""
    assert worst_first([CLEAN, NOTICE, WARNING, FAILED, CRITICAL]) == [CRITICAL, FAILED, WARNING, NOTICE, CLEAN]


def test_soonest_first_then_by_name() -> None:
    """Targets alike in standing are told by the soonest end, then by name as one counts; without a date last."""
    sooner = seen(target("z.example.com"), replace(LEAF, not_after=NOW + timedelta(days=1)))
    second, tenth = seen(target("aes2.example.com"), LEAF), seen(target("aes10.example.com"), LEAF)
    dateless = seen(target("a.example.com"), replace(LEAF, not_after=None))
    assert worst_first([dateless, tenth, second, sooner]) == [sooner, second, tenth, dateless]


def test_failed_targets_by_name() -> None:
    """Targets that could not be probed have no date and stand by name, ports counted as numbers."""
    ports = [failed(target(port=port)) for port in (4722, 1066, 443)]
    assert [one.target.port for one in worst_first(ports)] == [443, 1066, 4722]


def test_not_after() -> None:
    """A chain's end is that of the chain; a failed target has none."""
    assert not_after(CLEAN) == LEAF.not_after
    assert not_after(FAILED) is None


@pytest.mark.parametrize(
    ("left", "days"),
    [
        (timedelta(days=2), 2),
        (timedelta(days=1, seconds=-1), 0),
        (timedelta(0), 0),
        (timedelta(seconds=-1), -1),
        (timedelta(days=-1, seconds=-1), -2),
    ],
)
def test_days_left(left: timedelta, days: int) -> None:
    """Days are rounded down, so that a negative number means that it is over."""
    assert days_left(NOW + left, NOW) == days


def test_iso() -> None:
    """A moment is told to the second, with Z."""
    assert iso(NOW.replace(microsecond=999_999)) == "2026-11-23T12:00:00Z"


@pytest.mark.parametrize(
    ("observations", "fail_on", "status"),
    [
        ((), Severity.NOTICE, 0),
        ((CLEAN,), Severity.NOTICE, 0),
        ((CLEAN, WARNING), Severity.CRITICAL, 0),
        ((CLEAN, WARNING), Severity.WARNING, 1),
        ((CLEAN, CRITICAL), Severity.CRITICAL, 1),
        ((NOTICE,), Severity.NOTICE, 1),
        ((CLEAN, FAILED), Severity.CRITICAL, 3),
        ((WARNING, FAILED), Severity.CRITICAL, 3),
        ((FAILED, CRITICAL), Severity.CRITICAL, 1),
        ((FAILED, CRITICAL), None, 3),
        ((CRITICAL,), None, 0),
    ],
)
def test_exit_status(observations: tuple[Observation, ...], fail_on: Severity | None, status: int) -> None:
    """A finding that counts is 1, a target that was not seen 3 when nothing is worse, all else 0."""
    assert exit_status(replace(report(*observations), fail_on=fail_on)) == status


def test_interrupted_is_not_clean() -> None:
    """A sweep that was interrupted never comes to 0, and findings still come to 1."""
    assert exit_status(report(CLEAN, complete=False)) == 3
    assert exit_status(report(CRITICAL, complete=False)) == 1
