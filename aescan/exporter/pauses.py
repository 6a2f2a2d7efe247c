"""
What keeps the stops of the event loop short where there are very many targets, whatever threads work beside it.

A block comes in that serves, when everything that lasts is loaded. While it runs, this process collects cycles of
garbage in another way, and its threads take turns more often; nothing else changes. What was set aside stays aside
after it: else the interpreter looks through it several times before it ends, for a minute with very many targets.

Cycles: each full collection of CPython 3.11 to 3.13 looks at everything there is, which with ten thousand targets takes
a tenth of a second and more, every few seconds, and finds nothing, for in a sweep reference counts free it all. Here
what a full collection has left alone is set aside (``gc.freeze``), so that the next one looks at what has come since.
By itself none would come for long: CPython counts what is made less what is freed, and a sweep frees as much as it
makes. So one is asked for twenty times in a second. Reference counts go on freeing what was set aside. Only cycles
among it stay, as a reload leaves a few behind; when the process has twice the memory that it should have, everything is
looked at again, once. From CPython 3.14 on collections are made in steps by themselves.

Turns: a thread that renders a page gives the interpreter away when another wants it, 5 ms later by default. The event
loop wants it after each read and write of a socket, so that a hundred probes that are ready would take half a second.
"""

import asyncio
import contextlib
import gc
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Final, TypeVar

SWITCH_INTERVAL: Final = 0.0001
"""Seconds until a thread gives way to another: so short that a turn of the loop with very many sockets is short too."""

FULL: Final = 2
"""The generation of a full collection."""

OFTEN: Final = 0.05
"""Seconds from one full collection to the next."""

BLOCKS: Final = 500_000
"""Pieces of memory that a process without targets has, as ``sys.getallocatedblocks`` counts them at little cost."""

BLOCKS_OF_TARGET: Final = 150
"""How many more there are for each target with a chain of two that is judged by two clients and a trust store."""

TOO_MANY: Final = 2
"""How many times as many as there should be are there before everything is looked at again."""


AT_A_TIME: Final = 500
"""Targets gone through in one turn of the event loop."""

T = TypeVar("T")


class Shelf:
    """
    Sets aside what full collections leave alone; to be called as one of ``gc.callbacks``.

    ``targets``
        Returns how many there are now.
    ``blocks``
        Returns how many pieces of memory there are now.
    """

    def __init__(self, targets: Callable[[], int], blocks: Callable[[], int] = sys.getallocatedblocks) -> None:
        self._targets = targets
        self._blocks = blocks
        self._everything = False
        self._most = 0  # as many were left when everything was looked at
        gc.collect()
        gc.freeze()

    def __call__(self, phase: str, info: Mapping[str, int]) -> None:
        """Follow one step of a collection, as the documentation of ``gc.callbacks`` has it."""
        if phase != "stop" or info["generation"] != FULL:
            return
        gc.freeze()
        blocks = self._blocks()
        if self._everything:  # was looked at just now
            self._everything, self._most = False, blocks
        elif blocks > TOO_MANY * max(BLOCKS + BLOCKS_OF_TARGET * self._targets(), self._most):
            gc.unfreeze()
            self._everything = True


@contextlib.contextmanager
def kept_short(targets: Callable[[], int]) -> Iterator[None]:
    """Keep stops short until the block is left; ``targets`` returns how many there are now."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL)
    shelf = Shelf(targets)
    gc.callbacks.append(shelf)
    try:
        yield
    finally:
        gc.callbacks.remove(shelf)
        sys.setswitchinterval(interval)


async def collect_often() -> None:
    """Look for cycles in what has come, until cancelled; to be run within ``kept_short``."""
    while True:
        gc.collect()
        await asyncio.sleep(OFTEN)


async def in_turns(items: deque[T]) -> AsyncIterator[T]:
    """
    Yield what may be there for each target, with a turn for the rest of the event loop after some of them.

    The items are taken out one by one, for freeing them all at once is a long step too.
    """
    left = AT_A_TIME
    while items:
        yield items.popleft()
        left -= 1
        if not left:
            left = AT_A_TIME
            await asyncio.sleep(0)
