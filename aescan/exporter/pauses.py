"""
What keeps the stops of the event loop short where there are very many targets, whatever threads work beside it.

A block comes in that serves, when everything that lasts is loaded. While it runs, this process collects cycles of
garbage in another way, and its threads take turns more often; nothing else changes.

Cycles: each full collection of CPython 3.11 to 3.13 looks at everything there is, which with ten thousand targets takes
a tenth of a second and more, every few seconds, and finds nothing, for in a sweep reference counts free it all. Here
what a full collection has left alone is set aside (``gc.freeze``), so that the next one looks at what has come since.
Reference counts go on freeing what was set aside. Only cycles among it stay, as a reload leaves a few behind; when so
much has been set aside that they may be many, everything is looked at again, once. From CPython 3.14 on collections
are made in steps by themselves.

Turns: a thread that renders a page gives the interpreter away when another wants it, 5 ms later by default. The event
loop wants it after each read and write of a socket, so that a hundred probes that are ready would take half a second.
"""

import contextlib
import gc
import sys
from collections.abc import Iterator, Mapping
from typing import Final

SWITCH_INTERVAL: Final = 0.0001
"""Seconds until a thread gives way to another: so short that a turn of the loop with very many sockets is short too."""

FULL: Final = 2
"""The generation of a full collection."""

GROWTH: Final = 4
"""How many times as many objects as there were are set aside before all of them are looked at again."""

COUNT_EVERY: Final = 16
"""Full collections from one counting of the objects set aside to the next: counting walks through them all."""


class Shelf:
    """Sets aside what full collections leave alone; to be called as one of ``gc.callbacks``."""

    def __init__(self, count_every: int = COUNT_EVERY, growth: float = GROWTH) -> None:
        self._count_every = count_every
        self._growth = growth
        self._collections = 0
        self._everything = False
        gc.collect()
        gc.freeze()
        self._before = gc.get_freeze_count()

    def __call__(self, phase: str, info: Mapping[str, int]) -> None:
        """Follow one step of a collection, as the documentation of ``gc.callbacks`` has it."""
        if phase != "stop" or info["generation"] != FULL:
            return
        gc.freeze()
        self._collections += 1
        if self._everything:  # was looked at just now
            self._everything, self._before = False, gc.get_freeze_count()
        elif not self._collections % self._count_every and gc.get_freeze_count() > self._growth * self._before:
            gc.unfreeze()
            self._everything = True

    def clear(self) -> None:
        """Put back what was set aside."""
        gc.unfreeze()


@contextlib.contextmanager
def kept_short() -> Iterator[None]:
    """Keep stops short until the block is left."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL)
    shelf = Shelf()
    gc.callbacks.append(shelf)
    try:
        yield
    finally:
        gc.callbacks.remove(shelf)
        shelf.clear()
        sys.setswitchinterval(interval)
