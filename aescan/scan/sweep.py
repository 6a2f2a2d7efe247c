"""
Many targets to many observations, a bounded number at once, in all and per host.

Targets come in, exactly one observation for each goes out, in the order they are done. A TaskGroup owns every task: an
error that is no ProbeError ends the sweep loudly, and a consumer that stops early leaves nothing running. Scans that
wait for a busy host take up no place: others go on meanwhile. (``probe.pace`` holds the limits to the letter, by the
addresses dialled; what is known of hosts before that keeps the number of those who wait small.)
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Final

from aescan.inventory.model import Target
from aescan.observation import Observation
from aescan.probe.pace import Pace

MOST_BEGUN: Final = 32
"""Scans begun in one turn of the event loop, so that its other work gets its turn in between."""

Scan = Callable[[Target], Awaitable[Observation]]


async def sweep(
    targets: Iterable[Target], scan: Scan, *, concurrency: int, host_concurrency: int, pace: Pace | None = None
) -> AsyncIterator[Observation]:
    """
    Scan every target once; ``concurrency`` bounds the scans under way, ``host_concurrency`` those of one host.

    ``pace`` is where ``scan`` waits for its turns.
    """
    done: deque[Observation] = deque()
    news = asyncio.Event()
    work = asyncio.create_task(_work(_Turns(targets, host_concurrency), scan, concurrency, pace or Pace(), done, news))
    work.add_done_callback(lambda _: news.set())
    try:
        while not work.done() or done:
            await news.wait()
            news.clear()
            while done:
                yield done.popleft()
        await work
    finally:
        if not work.done():
            work.cancel()
            await asyncio.wait((work,))


class _Turns:
    """
    Whose turn it is.

    A host has as many turns in circulation as may be scanned at once. Whoever takes a turn gives it back while the host
    has targets left, so no one ever waits for a turn: when none is there, those out are carried by others.
    """

    def __init__(self, targets: Iterable[Target], host_concurrency: int) -> None:
        self._waiting: defaultdict[str, deque[Target]] = defaultdict(deque)
        self.left = 0
        """Targets whose turn has not come."""
        for target in targets:
            self._waiting[target.address or target.host].append(target)
            self.left += 1
        # All first turns stand before all second ones, so that the load spreads over hosts first.
        self._turns = deque(
            host
            for turn in range(host_concurrency)
            for host, waiting in self._waiting.items()
            if turn < len(waiting)
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self._turns)

    def take(self) -> tuple[str, Target] | None:
        while self._turns:
            host = self._turns.popleft()
            if self._waiting[host]:  # else the host's other turns took its last target meanwhile
                self.left -= 1
                return host, self._waiting[host].popleft()
        return None

    def give_back(self, host: str) -> None:
        if self._waiting[host]:
            self._turns.append(host)


async def _work(
    turns: _Turns, scan: Scan, concurrency: int, pace: Pace, done: deque[Observation], news: asyncio.Event
) -> None:
    workers = 0

    async def worker() -> None:
        nonlocal workers
        while workers - pace.waiting <= concurrency and (turn := turns.take()) is not None:
            host, target = turn
            done.append(await scan(target))
            news.set()
            turns.give_back(host)
        workers -= 1
        pace.news.set()

    async with asyncio.TaskGroup() as group:
        while turns.left:
            pace.news.clear()
            wanted = min(concurrency - workers + pace.waiting, len(turns))
            for _ in range(min(wanted, MOST_BEGUN)):
                workers += 1
                group.create_task(worker())
            if wanted > MOST_BEGUN:
                await asyncio.sleep(0)
            else:
                await pace.news.wait()
