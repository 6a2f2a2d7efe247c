"""Where many ends fall within the same few days."""

from datetime import timedelta

import pytest

from aescan.findings.cliffs import cliffs
from aescan.settings.policy import Cliff
from tests.facts import NOW


@pytest.mark.parametrize(
    ("days", "policy", "expected"),
    [
        ((1, 2, 3), Cliff(), [(0, 3)]),
        ((1, 2), Cliff(), []),
        ((), Cliff(), []),
        ((1, 2), Cliff(targets=2), [(0, 2)]),
        ((1, 8), Cliff(targets=2), []),
        ((1, 8), Cliff(targets=2, within=timedelta(days=8)), [(0, 2)]),
        ((1, 1, 1, 30, 60, 90), Cliff(share=0.5), [(0, 3)]),
        ((1, 1, 1, 30, 60, 90), Cliff(share=0.51), []),
        ((1, 1, 30, 30, 30, 60, 60), Cliff(targets=2), [(0, 2), (2, 5), (5, 7)]),
        ((1, 5, 6, 7, 8, 12, 13), Cliff(targets=2), [(0, 4), (4, 7)]),
    ],
)
def test_cliffs(days: tuple[int, ...], policy: Cliff, expected: list[tuple[int, int]]) -> None:
    """The fullest days are a cliff where there are enough of them, and no end counts twice."""
    assert cliffs([NOW + timedelta(days=day) for day in days], len(days), policy) == expected


def test_hundreds_of_cliffs_are_no_burden_on_the_stack() -> None:
    """An end every other day in twos: as many cliffs as there are days."""
    ends = [NOW + timedelta(days=2 * day) for day in range(1500) for _ in range(2)]
    assert len(cliffs(ends, 0, Cliff(targets=2, within=timedelta(days=1)))) == 1500
