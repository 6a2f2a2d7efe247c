"""
A probe as a log for people: which hello was said to which address, what came back, after how long, what came next.

An observation comes in, lines of plain text go out, one for each rung of the ladder. Strangers' words are in them; who
shows them makes them fit to show.
"""

from collections.abc import Iterator
from typing import Final

from aescan.errors import Met
from aescan.findings.words import count
from aescan.observation import Observation

NOT_KEPT: Final = "which hellos it said is not known: it was made before the start, and the history does not keep that"


def lines(observation: Observation) -> Iterator[str]:
    """Yield a line for each hello of the probe, then one for the connections that were for something else."""
    rungs = observation.rungs
    if rungs is None:
        yield NOT_KEPT
        return
    yield from map(line, rungs)
    if rungs and (others := observation.connections - len(rungs)) > 0:
        yield f"besides: {count(others, 'connection')}, for views, protocol versions, or addresses before these"


def line(met: Met) -> str:
    """Return in words what one hello met."""
    said = f"{met.hello} to {met.address}: "
    took = f" after {met.seconds:.3f} s"
    return f"{said}answered{took}" if met.reason is None else f"{said}{met.reason}{took}: {met.detail}; {met.following}"
