"""A body that is made while it is taken."""

import asyncio
from collections.abc import Iterator

import aiohttp
from aiohttp import web

from aescan.exporter.web.listening import listening
from aescan.exporter.web.pieces import Pieces

PIECE = b"x" * 65536
PIECES = 1000


class Made:
    """A body, and how much of it was made."""

    def __init__(self) -> None:
        self.pieces = 0

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(PIECES):
            self.pieces += 1
            yield PIECE


async def test_pieces() -> None:
    """All of it arrives, its length is told before, and no more is made than a client takes; HEAD makes none."""
    made = Made()

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=Pieces(len(PIECE) * PIECES, made), content_type="text/plain")

    app = web.Application()
    app.add_routes([web.get("/", answer)])
    async with listening(app, (("127.0.0.1", 0),)) as (endpoint,), asyncio.timeout(60):
        async with aiohttp.ClientSession() as session, session.head(f"http://{endpoint}/") as response:
            assert (response.headers["Content-Length"], made.pieces) == (str(len(PIECE) * PIECES), 0)
        reader, writer = await asyncio.open_connection(*endpoint.split(":"), limit=1024)
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        assert 0 < made.pieces < PIECES
        taken = 0
        while chunk := await reader.read(1 << 20):
            taken += len(chunk)
        writer.close()

    assert b"Content-Type: text/plain" in head
    assert (taken, made.pieces) == (len(PIECE) * PIECES, PIECES)


def test_text() -> None:
    """It can be had as text."""
    assert Pieces(3, [b"a", "ü".encode()]).decode() == "aü"
