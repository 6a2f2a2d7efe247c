"""Time that passes only where everybody waits, and then at once: hours of pauses in a test, to the microsecond."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

R = TypeVar("R")


class _Selector(selectors.SelectSelector):
    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Let as much time pass as the loop would wait for."""
        if timeout is None:
            raise RuntimeError("everybody waits, and nothing is ever going to happen")
        self.now += max(0.0, timeout)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop that sleeps in no time."""

    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)

    def time(self) -> float:
        """Return the time that has passed."""
        return self._virtual.now


def in_no_time(coroutine: Coroutine[Any, Any, R]) -> R:
    """Run ``coroutine`` in virtual time; a deadlock is an error."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(coroutine)


def clock() -> float:
    """Return the time of the running loop."""
    return asyncio.get_running_loop().time()
