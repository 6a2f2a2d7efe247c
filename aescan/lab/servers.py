"""
Servers on loopback, each with its address and its way to answer.

While ``serving`` runs they all listen, on ports that the kernel chooses, in one event loop in a thread of their own, so
that whoever scans them keeps its loop to itself. Nothing is left behind: no thread, no socket, even with clients
connected.
"""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from threading import Thread
from typing import Final

from aescan.lab.answers import Answer, Connections

BACKLOG: Final = 128
"""Connections the kernel keeps for one port; a whole sweep may come at once."""


@dataclass(frozen=True, slots=True)
class Server:
    """One port of a loopback ``address``; without an ``answer`` it is taken and refuses every connection."""

    address: str
    answer: Answer | None


def loopback(number: int) -> str:
    """Return ``127.0.1.number`` where the system has all of 127.0.0.0/8 (Linux), else ``127.0.0.1`` (macOS)."""
    address = f"127.0.1.{number}"
    with socket.socket() as trial:
        try:
            trial.bind((address, 0))
        except OSError:
            return "127.0.0.1"
    return address


@contextmanager
def serving(servers: Sequence[Server]) -> Iterator[tuple[int, ...]]:
    """Run the servers, and give the port of each in the order given; all are gone on leaving."""
    with ExitStack() as held:
        sockets = [held.enter_context(_bound(server)) for server in servers]
        answers = [(bound, server.answer) for bound, server in zip(sockets, servers, strict=True) if server.answer]
        loop = asyncio.SelectorEventLoop()
        held.callback(loop.close)
        leave = asyncio.Event()
        thread = Thread(target=loop.run_until_complete, args=(_serve(answers, leave),), name="aescan-lab", daemon=True)
        thread.start()
        held.callback(thread.join)
        held.callback(loop.call_soon_threadsafe, leave.set)
        yield tuple(bound.getsockname()[1] for bound in sockets)


def _bound(server: Server) -> socket.socket:
    bound = socket.socket()
    try:
        bound.bind((server.address, 0))
        if server.answer is not None:
            bound.listen(BACKLOG)
    except OSError:
        bound.close()
        raise
    return bound


async def _serve(answers: Sequence[tuple[socket.socket, Answer]], leave: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    connections: Connections = set()
    listeners = [
        await loop.create_server(partial(answer, connections), sock=bound, backlog=BACKLOG) for bound, answer in answers
    ]
    await leave.wait()
    for bound, _ in answers:
        loop.remove_reader(bound)  # accept no more, and let those just accepted enter the set, before closing
    accepting = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*accepting)
    for listener in listeners:
        listener.close()
    while connections:
        for connection in tuple(connections):
            connection.abort()
        await asyncio.sleep(0)  # each leaves the set in a turn of the loop
