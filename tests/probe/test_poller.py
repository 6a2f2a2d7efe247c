"""Sockets that are ready or overdue, told by either poller alike."""

import asyncio
import socket
from collections.abc import Iterator

import pytest

from aescan.probe import poller
from aescan.probe.poller import EpollPoller, Poller, make_poller

FAR = float("inf")


class Listener:
    """Notes what it is told."""

    def __init__(self, due: float = FAR) -> None:
        self.due = due
        self.told: asyncio.Queue[str] = asyncio.Queue()

    def ready(self, readable: bool) -> None:
        """Note it."""
        self.told.put_nowait("readable" if readable else "writable")

    def expire(self) -> None:
        """Note it, and be no longer due."""
        self.due = FAR
        self.told.put_nowait("overdue")


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Return two ends of a connection that do not block."""
    one, other = socket.socketpair()
    with one, other:
        yield one, other


@pytest.mark.parametrize("make", [EpollPoller, Poller])
async def test_ready(make: type[Poller], pair: tuple[socket.socket, socket.socket]) -> None:
    """First the connection stands, then there is something to read."""
    watching, listener, (one, other) = make(), Listener(), pair
    watching.watch(one, listener)

    assert await listener.told.get() == "writable"
    other.send(b"x")
    assert await listener.told.get() == "readable"
    watching.forget(one)


@pytest.mark.parametrize("make", [EpollPoller, Poller])
async def test_overdue(
    make: type[Poller], pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is past due is told so, and no one else."""
    monkeypatch.setattr(poller, "TICK", 0.0)
    watching, due, patient, (one, other) = make(), Listener(due=0.0), Listener(), pair
    watching.watch(one, due)
    watching.watch(other, patient)

    assert {await due.told.get(), await due.told.get()} == {"writable", "overdue"}
    assert [await patient.told.get(), patient.told.empty()] == ["writable", True]
    watching.forget(one)
    watching.forget(other)


@pytest.mark.parametrize("make", [EpollPoller, Poller])
def test_one_loop_after_the_other(make: type[Poller]) -> None:
    """A poller without sockets belongs to no loop."""
    watching = make()

    async def use() -> str:
        one, other = socket.socketpair()
        with one, other:
            listener = Listener()
            watching.watch(one, listener)
            told = await listener.told.get()
            watching.forget(one)
            return told

    assert asyncio.run(use()) == "writable"
    assert asyncio.run(use()) == "writable"


def test_best_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without epoll the loop does it."""
    assert isinstance(make_poller(), EpollPoller)
    monkeypatch.delattr("select.epoll")
    assert type(make_poller()) is Poller
