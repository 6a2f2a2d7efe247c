"""What cannot be read is answered as plainly as anything else, and logged without what a stranger wrote."""

import asyncio
import logging

import pytest
from aiohttp import web

from aescan.exporter.web.listening import listening
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
