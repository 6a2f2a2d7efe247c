"""What a checklist comes to."""

import pytest

from aescan.findings.preflight import Result
from aescan.report.checklist.model import exit_status
from tests.report.checklist.lists import checklist


@pytest.mark.parametrize(
    ("results", "status"),
    [
        ([(Result.PASS, True), (Result.UNKNOWN, True)], 0),
        ([(Result.FAIL, False)], 0),
        ([(Result.PASS, True), (Result.FAIL, True)], 1),
        ([], 0),
    ],
)
def test_exit_status(results: list[tuple[Result, bool]], status: int) -> None:
    """Only what has to pass counts, and only failing."""
    assert exit_status(checklist(*results)) == status


def test_counts() -> None:
    """Items are counted by result, those that have to pass apart."""
    made = checklist((Result.FAIL, True), (Result.FAIL, False), (Result.FAIL, True))

    assert (made.of(Result.FAIL, binding=True), made.of(Result.FAIL, binding=False)) == (2, 1)
    assert made.of(Result.PASS, binding=True) == 0
