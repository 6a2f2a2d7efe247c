"""
When a connection may begin: how many are open at once, how long a host is left alone, how many begin in a second.

The address about to be dialled comes in, and its turn goes out when it has come. Whatever opens a connection to a
target, for whichever hello, takes its turn here first. A host is an address, so that several names of one server do not
add up. Turns come in the order they were asked for, host by host: a host that is slow or rests keeps only those back
who want that host. Clock and sleep are arguments; no socket is touched here.
"""

import asyncio
import bisect
import contextlib
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final

NEVER_USED: Final = -math.inf
"""When a line that was not used before has rested."""

LATE: Final = 0.01
"""Seconds of lateness of the event loop that are made up for: after a long stop so many may begin at once, no more."""


@dataclass(frozen=True, slots=True)
class Limits:
    """
    What a ``Pace`` keeps to; nothing is limited by default.

    ``concurrency``, ``host_concurrency``
        Connections open at once in all, and to one host.
    ``host_pause``
        Seconds from the end of a connection to a host to the beginning of the one that takes its place.
    ``rate``
        Connections begun per second in all, evenly spread.
    """

    concurrency: int = 1_000_000
    host_concurrency: int = 1_000_000
    host_pause: float = 0.0
    rate: float = math.inf


class _Gate:
    """
    So many lines, one for each that may be inside at once; who comes first takes the next.

    ``fresh`` lines have rested, those in ``rests`` will have at that time, the one that is first standing first; the
    others are in use. A semaphore whose places rest; ``users`` are those who have a line or want one. A sweep makes one
    for each host, so it is small.
    """

    __slots__ = ("fresh", "queue", "rests", "users")

    def __init__(self, lines: int) -> None:
        self.fresh = lines
        self.rests: list[float] = []
        self.queue: deque[asyncio.Future[float]] | None = None
        self.users = 0

    def enter(self, now: float) -> bool:
        """Take a line that has rested, if there is one and nobody waits for it."""
        if self.queue:
            return False
        if self.rests and self.rests[0] <= now:
            del self.rests[0]
            return True
        if self.fresh:
            self.fresh -= 1
            return True
        return False

    async def take(self) -> float:
        """Wait for a line, take it, and return when it has rested."""
        if not self.queue:
            if self.fresh:
                self.fresh -= 1
                return NEVER_USED
            if self.rests:
                return self.rests.pop(0)
        if self.queue is None:
            self.queue = deque()
        line: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.queue.append(line)
        try:
            return await line
        except asyncio.CancelledError:
            if not line.cancelled():  # it was given just now
                self.leave(line.result())
            raise

    def leave(self, rested: float) -> None:
        """Give a line back that will have rested at that time."""
        while self.queue:  # mostly none
            line = self.queue.popleft()
            if not line.done():  # else whoever waited has stopped
                line.set_result(rested)
                return
        if rested == NEVER_USED:
            self.fresh += 1
        else:
            bisect.insort(self.rests, rested)  # mostly the last

    def idle(self, now: float) -> bool:
        """Whether nobody uses it or wants to, and all lines have rested."""
        return not self.users and (not self.rests or self.rests[-1] <= now)


class Pace:
    """
    Gives turns; one per program, or the limits would hold for each by itself.

    ``waiting`` is the number of those who wait for a host that is busy or rests, so that a sweep can go on with others
    meanwhile; ``news`` is set whenever it grows.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.limits = limits or Limits()
        self.waiting = 0
        self.news = asyncio.Event()
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _Gate] = {}
        self._ended: deque[tuple[float, str]] = deque()  # when who will have rested, in that order
        self._places = _Gate(self.limits.concurrency)
        self._next = -math.inf
        self._line = asyncio.Lock()  # of those who wait for the rate
        self._gap = 1 / self.limits.rate
        self._pause = self.limits.host_pause

    @property
    def hosts(self) -> int:
        """How many hosts it has in mind: those in use, and those that may still rest."""
        return len(self._hosts)

    @contextlib.asynccontextmanager
    async def turn(self, address: str) -> AsyncIterator[float]:
        """Wait for the turn to connect to ``address``; the block is the connection. Gives the seconds waited."""
        waited = 0.0 if self.begin(address) else await self.wait(address)
        try:
            yield waited
        finally:
            self.end(address)

    def begin(self, address: str) -> bool:
        """Whether the turn to connect to ``address`` is there at once: then it is taken, until ``end``."""
        now = self._clock()
        if self._ended and self._ended[0][0] <= now:
            self._forget_the_idle(now)
        if self._next > now or self._line.locked() or not self._places.enter(now):
            return False
        host = self._hosts.get(address) or self._host(address)
        if not host.enter(now):
            self._places.leave(NEVER_USED)
            return False
        host.users += 1
        self._next = now + self._gap
        return True

    async def wait(self, address: str) -> float:
        """Wait for the turn to connect to ``address``, which is taken then, until ``end``; return the seconds."""
        asked = self._clock()
        host = self._host(address)
        with contextlib.ExitStack() as undo:
            host.users += 1
            undo.callback(self._forsake, address)
            await self._await_host(host, asked)
            undo.callback(host.leave, NEVER_USED)
            await self._places.take()
            undo.callback(self._places.leave, NEVER_USED)
            await self._await_rate()
            undo.pop_all()
        return self._clock() - asked

    def end(self, address: str) -> None:
        """Give the turn back: the connection is closed."""
        host, rested = self._hosts[address], self._clock() + self._pause
        host.users -= 1
        host.leave(rested)
        self._places.leave(NEVER_USED)
        self._ended.append((rested, address))

    def _host(self, address: str) -> _Gate:
        return self._hosts.setdefault(address, _Gate(self.limits.host_concurrency))

    async def _await_host(self, host: _Gate, now: float) -> None:
        if host.enter(now):
            return
        self.waiting += 1
        self.news.set()
        try:
            rested = await host.take()
            try:
                while (rest := rested - self._clock()) > 0:
                    await self._sleep(rest)
            except BaseException:
                host.leave(rested)
                raise
        finally:
            self.waiting -= 1

    async def _await_rate(self) -> None:
        # One after the other, not each until a time of its own: those would all begin at once after a stop of the loop.
        made_up_for = LATE if self._line.locked() else 0.0
        async with self._line:
            while (early := self._next - self._clock()) > 0:
                await self._sleep(early)
                made_up_for = LATE
            self._next = max(self._next, self._clock() - made_up_for) + self._gap

    def _forsake(self, address: str) -> None:
        """Take back one who waited and had no connection."""
        self._hosts[address].users -= 1
        self._ended.appendleft((NEVER_USED, address))

    def _forget_the_idle(self, now: float) -> None:
        """Drop hosts that no one needs and that have rested: an estate has more of them than are in use."""
        while self._ended and self._ended[0][0] <= now:
            _, address = self._ended.popleft()
            if address in self._hosts and self._hosts[address].idle(now):
                del self._hosts[address]
