"""
Many targets to many observations, a bounded number at once, in all and per host.

Targets come in, exactly one observation for each goes out, in the order they are done. A TaskGroup owns every task: an
error that is no ProbeError ends the sweep loudly, and a consumer that stops early leaves nothing running.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

from aescan.inventory.model import Target
from aescan.observation import Observation

Scan = Callable[[Target], Awaitable[Observation]]


async def sweep(
    targets: Iterable[Target], scan: Scan, *, concurrency: int, host_concurrency: int
) -> AsyncIterator[Observation]:
    """Scan every target once; ``concurrency`` bounds the scans under way, ``host_concurrency`` those of one host."""
    done: deque[Observation] = deque()
    news = asyncio.Event()
    work = asyncio.create_task(_work(_Turns(targets, host_concurrency), scan, concurrency, done, news))
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
        for target in targets:
            self._waiting[target.address or target.host].append(target)
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
                return host, self._waiting[host].popleft()
        return None

    def give_back(self, host: str) -> None:
        if self._waiting[host]:
            self._turns.append(host)


async def _work(turns: _Turns, scan: Scan, concurrency: int, done: deque[Observation], news: asyncio.Event) -> None:
    async def worker() -> None:
        while (turn := turns.take()) is not None:
            host, target = turn
            done.append(await scan(target))
            news.set()
            turns.give_back(host)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(concurrency, len(turns))):
            group.create_task(worker())
