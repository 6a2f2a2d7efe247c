"""
Where many ends of validity fall within the same few days: one answer for the timeline of a report and for the finding.

Ends in ascending order come in, ranges of them go out. Nothing is named or counted in other ways here.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from math import ceil

from aescan.settings.policy import Cliff


def cliffs(ends: Sequence[datetime], estate: int, policy: Cliff) -> list[tuple[int, int]]:
    """
    Return the cliffs among ``ends`` as ranges of positions, ascending.

    The fullest window is one if it is full enough in an estate of so many targets; then the same holds before it and
    behind it. No end counts twice.
    """
    enough = max(policy.targets, ceil(estate * policy.share))
    found: list[tuple[int, int]] = []
    waiting = [(0, len(ends))]
    while waiting:
        low, high = waiting.pop()
        start, stop = max(_windows(ends, low, high, policy), key=lambda window: window[1] - window[0], default=(0, 0))
        if stop - start >= enough:
            found.append((start, stop))
            waiting += [(low, start), (stop, high)]
    return sorted(found)


def _windows(ends: Sequence[datetime], low: int, high: int, policy: Cliff) -> Iterator[tuple[int, int]]:
    stop = low
    for start in range(low, high):
        while stop < high and ends[stop] - ends[start] < policy.within:
            stop += 1
        yield start, stop
