"""Clients are bounded in number and in what they send; what cannot be read is answered, and logged, in plain words."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from aescan.exporter.web.listening import listening
from aescan.exporter.web.requests import MOST_AHEAD
from tests.logged import logged

HEADERS = {"Server": "aescan", "X-Content-Type-Options": "nosniff"}


async def begin(request: web.Request) -> web.StreamResponse:
    """Begin an answer and fail in the midst of it."""
    answer = web.StreamResponse()
    await answer.prepare(request)
    await answer.write(b"begun")
    raise TimeoutError


async def fail(_request: web.Request) -> web.StreamResponse:
    """Have a bug."""
    raise ValueError("no")


async def say(request: bytes) -> str:
    """Return all that is said to these bytes on a connection of its own."""
    app = web.Application()
    app.add_routes([web.get("/begin", begin), web.get("/fail", fail)])
    async with listening(app, (("127.0.0.1", 0),), headers=lambda: HEADERS) as (endpoint,), asyncio.timeout(30):
        reader, writer = await asyncio.open_connection(*endpoint.split(":"))
        writer.write(request)
        said = await reader.read()
        writer.close()
    return said.decode()


@pytest.mark.parametrize(
    "request_",
    [
        b"\x16\x03\x01\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\x1b[31m HTTP/1.1\r\nHost: hunter2\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: hunter2\x01\r\n\r\n",
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    ],
)
async def test_what_cannot_be_read(request_: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """The answer tells neither the library nor its version; the log has one event, and no traceback."""
    caplog.set_level(logging.DEBUG, "aescan")
    caplog.set_level(logging.DEBUG, "aiohttp")
    head, _, body = (await say(request_)).partition("\r\n\r\n")

    assert head.startswith("HTTP/1.0 400 Bad Request\r\n")
    assert body == "bad request\n"
    assert {"Server: aescan", "X-Content-Type-Options: nosniff"} <= set(head.split("\r\n"))
    assert logged(caplog) == ['msg="request not answered" host=127.0.0.1 error="bad request"']
    assert [record.levelno for record in caplog.records] == [logging.DEBUG]


async def test_an_answer_that_breaks_off(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is put behind what was said already."""
    caplog.set_level(logging.INFO)
    said = await say(b"GET /begin HTTP/1.1\r\nHost: a\r\n\r\n")

    assert said.endswith("begun\r\n")
    assert said.count("HTTP/") == 1
    assert logged(caplog) == []


async def test_a_bug(caplog: pytest.LogCaptureFixture) -> None:
    """It is loud, and the answer has what every answer has."""
    said = await say(b"GET /fail HTTP/1.1\r\nHost: a\r\n\r\n")

    assert said.startswith("HTTP/1.1 500 Internal Server Error\r\n")
    assert "\r\nServer: aescan\r\n" in said
    (record,) = caplog.records
    assert record.exc_info
    assert isinstance(record.exc_info[1], ValueError)


class Crowd:
    """A server of two clients at a time, one path of which answers when it is told to."""

    def __init__(self) -> None:
        self.asked = asyncio.Semaphore(0)
        self.go = asyncio.Event()
        self._clients: list[Client] = []
        self._endpoint = ""

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator["Crowd"]:
        """Serve."""
        app = web.Application()
        app.add_routes([web.get("/", self._answer), web.get("/wait", self._wait)])
        async with listening(app, (("127.0.0.1", 0),), most=2) as (self._endpoint,), asyncio.timeout(30):
            try:
                yield self
            finally:
                for client in self._clients:
                    client.writer.close()

    async def _answer(self, _request: web.Request) -> web.Response:
        return web.Response(text="here")

    async def _wait(self, _request: web.Request) -> web.Response:
        self.asked.release()
        await self.go.wait()
        return web.Response(text="there")

    async def client(self) -> "Client":
        """Return a new client."""
        self._clients.append(Client(*await asyncio.open_connection(*self._endpoint.split(":"))))
        return self._clients[-1]


class Client:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    def ask(self, path: str) -> None:
        """Send a request."""
        self.writer.write(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())

    async def answer(self) -> str:
        """Return the body of an answer."""
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = head.partition(b"Content-Length: ")[2].partition(b"\r")[0]
        return (await self._reader.readexactly(int(length))).decode()

    async def cut_off(self) -> None:
        """Return when the server has closed the connection without a word."""
        with contextlib.suppress(ConnectionResetError):
            assert await self._reader.read() == b""


async def test_too_many_clients() -> None:
    """Whoever was not answered for longest makes room for a new one, be it in the midst of a request."""
    async with Crowd().serving() as crowd:
        first, second = await crowd.client(), await crowd.client()
        second.writer.write(b"GET / HT")
        first.ask("/")
        assert await first.answer() == "here"
        third = await crowd.client()
        await second.cut_off()
        for client in first, third:
            client.ask("/")
            assert await client.answer() == "here"


async def test_too_many_clients_that_are_answered() -> None:
    """Nobody who is being answered makes room: then it is the new one that has to go."""
    async with Crowd().serving() as crowd:
        clients = [await crowd.client() for _ in range(2)]
        for client in clients:
            client.ask("/wait")
            await crowd.asked.acquire()
        await (await crowd.client()).cut_off()
        crowd.go.set()
        assert [await client.answer() for client in clients] == ["there", "there"]


@pytest.mark.parametrize(
    "begun",
    [
        b"GET /wait HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n",
        b"GET /wait HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n",
    ],
)
async def test_too_much(begun: bytes) -> None:
    """A client that sends beyond all sense is cut off, also while its answer is made."""
    async with Crowd().serving() as crowd:
        client = await crowd.client()
        client.writer.write(begun + b"x" * (MOST_AHEAD + 1))
        await client.cut_off()


async def test_much_over_time() -> None:
    """What was answered is not counted: a client may send as much as it likes in many requests."""
    async with Crowd().serving() as crowd:
        client = await crowd.client()
        for _ in range(2 * MOST_AHEAD // 8000 + 1):
            client.ask("/?" + "x" * 8000)
            assert await client.answer() == "here"
