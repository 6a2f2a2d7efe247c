"""Whether the plain port beside an encrypted one is open, on loopback."""

import asyncio
import socket

from aescan.inventory.model import Target
from aescan.probe.probe import Prober
from aescan.probe.twins import Twins
from tests.peers import scripted, swallowing

HERE = "127.0.0.1"


def beside(twin: int | None) -> Target:
    """Return a target with this twin."""
    return Target("aes1", HERE, 4722, "dmcc", twin=twin)


async def test_an_open_port() -> None:
    """A port that accepts a connection is told; it is sent nothing and left at once."""
    received: list[bytes] = []
    left = asyncio.Event()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await reader.read())
        left.set()

    async with scripted(script) as port:
        found = await Twins(Prober()).open_ones(beside(port), HERE)
        await left.wait()

    assert found == (f"port {port}, which accepts connections",)
    assert received == [b""]


async def test_a_closed_port() -> None:
    """A port that refuses has no twin on it, and where none is known nothing is looked at."""
    with socket.socket() as unused:
        unused.bind((HERE, 0))
        assert await Twins(Prober()).open_ones(beside(unused.getsockname()[1]), HERE) == ()
    assert await Twins(Prober()).open_ones(beside(None), HERE) == ()


async def test_a_firewall() -> None:
    """A port whose packets are dropped is given up after the time for connecting."""
    with swallowing() as port:
        assert await Twins(Prober(connect_timeout=0.05)).open_ones(beside(port), HERE) == ()
