"""
When sockets are ready, and when they are overdue, told at the least cost.

A socket that is about to connect and whoever uses it come in; that one is called when the connection stands, whenever
bytes or the end arrive, and when it is past due. The sockets hang in an epoll of our own, which the event loop watches
as a single descriptor: with a transport of asyncio or uvloop for each, a sweep costs half as much again. Where there is
no epoll the event loop watches each socket itself.

What the kernel is asked for is asked for many connections in a row, as far as that goes (``afterwards``): it leaves the
processor's caches to the Python in between, which is worth a sixth of a sweep.
"""

import asyncio
import select
import socket
from collections.abc import Callable
from typing import Final, Protocol

MOST_EVENTS: Final = 16
"""Taken from the kernel at a time, so that the loop's other work gets its turn in between: each may bring a chain."""
TICK: Final = 0.05
"""Seconds between two looks at who is overdue, so how late that may be noticed; a timer for each would cost more."""


class Watched(Protocol):
    """What uses a socket. Neither method may raise."""

    due: float
    """When it is to expire, of the loop's clock; may change at any time."""

    def ready(self, readable: bool) -> None:
        """Do what can be done: the connection stands or has failed, and there may be something to read."""

    def expire(self) -> None:
        """Give up: it is past due."""


class Poller:
    """Watches sockets on the running loop by the loop's own means; holds nothing of a loop while there are none."""

    def __init__(self) -> None:
        self._watched: dict[int, Watched] = {}
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, connection: socket.socket, watched: Watched) -> None:
        """Call ``watched`` from now on; ``connection`` does not block."""
        loop = asyncio.get_running_loop()
        if not self._watched:
            self._begin(loop)
        descriptor = connection.fileno()
        self._watched[descriptor] = watched
        loop.add_writer(descriptor, self._writable, loop, descriptor)

    def forget(self, connection: socket.socket) -> None:
        """Call it no more; ``connection`` is about to be closed."""
        loop = asyncio.get_running_loop()
        descriptor = connection.fileno()
        loop.remove_writer(descriptor)
        loop.remove_reader(descriptor)
        del self._watched[descriptor]
        if not self._watched:
            self._end(loop)

    def afterwards(self, call: Callable[[], None]) -> None:
        """Call soon, from within ``ready``: when all sockets that are ready have been told."""
        asyncio.get_running_loop().call_soon(call)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = loop.call_later(TICK, self._tick, loop)

    def _end(self, _: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = loop.call_later(TICK, self._tick, loop)
        now = loop.time()
        for watched in [one for one in self._watched.values() if one.due <= now]:
            watched.expire()

    def _writable(self, loop: asyncio.AbstractEventLoop, descriptor: int) -> None:
        loop.remove_writer(descriptor)
        loop.add_reader(descriptor, self._watched[descriptor].ready, True)
        self._watched[descriptor].ready(False)


class EpollPoller(Poller):
    """Watches by epoll, edge-triggered: ``ready`` reads until nothing is left or the socket is forgotten."""

    def __init__(self) -> None:
        super().__init__()
        self._epoll = select.epoll()
        self._afterwards: list[Callable[[], None]] = []

    def watch(self, connection: socket.socket, watched: Watched) -> None:
        """Call ``watched`` from now on; ``connection`` does not block."""
        if not self._watched:
            self._begin(asyncio.get_running_loop())
        descriptor = connection.fileno()
        self._watched[descriptor] = watched
        self._epoll.register(descriptor, select.EPOLLIN | select.EPOLLOUT | select.EPOLLET)

    def forget(self, connection: socket.socket) -> None:
        """Call it no more; closing ``connection`` takes it out of the epoll."""
        del self._watched[connection.fileno()]
        if not self._watched:
            self._end(asyncio.get_running_loop())

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        super()._begin(loop)
        loop.add_reader(self._epoll.fileno(), self._poll)

    def _end(self, loop: asyncio.AbstractEventLoop) -> None:
        super()._end(loop)
        loop.remove_reader(self._epoll.fileno())

    def afterwards(self, call: Callable[[], None]) -> None:
        """Call soon, from within ``ready``: when all sockets that are ready have been told."""
        self._afterwards.append(call)

    def _poll(self) -> None:
        watched, only_writable = self._watched, select.EPOLLOUT
        for descriptor, events in self._epoll.poll(0, MOST_EVENTS):
            if descriptor in watched:  # else an earlier one of these made its owner close it
                watched[descriptor].ready(events != only_writable)
        calls, self._afterwards = self._afterwards, []
        for call in calls:
            call()


def make_poller() -> Poller:
    """Return the best poller that this machine has."""
    return EpollPoller() if hasattr(select, "epoll") else Poller()
