"""Time for the event loop of a test: real, but slow while there is something to do."""

import asyncio
import selectors
from time import monotonic

TICK = 0.01
"""Seconds that a wait may take at most, and with it a moment at which the machine does something else."""

SLOWER = 10
"""How many times slower time passes while there is something to do."""


class _Selector(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self._since = monotonic()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready; where nothing is, wait for a moment, and let that pass."""
        ready = super().select(0)
        self._pass(TICK, SLOWER)
        if ready:
            return ready
        wait = TICK if timeout is None else min(max(0.0, timeout), TICK)
        ready = super().select(wait)
        self._pass(wait)
        return ready

    def _pass(self, most: float, slower: int = 1) -> None:
        """Let the time since the last call pass, but not more than this."""
        before, self._since = self._since, monotonic()
        self.now += min(self._since - before, most) / slower


class PatientLoop(asyncio.SelectorEventLoop):
    """
    A loop whose deadlines hardly come nearer while there is something to do, however long the machine takes for it.

    So a short deadline is the cause of what a test is about, and never of anything else.
    """

    def __init__(self) -> None:
        self._waiting = _Selector()
        super().__init__(self._waiting)

    def time(self) -> float:
        """Return the time that has passed."""
        return self._waiting.now
