"""
Who is answered, how many at a time and how often: what every request passes before it reaches its path.

Requests come in from anybody who can reach the port, and go on or are turned away with a sentence. Time is the event
loop's; nothing is logged.
"""

import asyncio
import contextlib
import math
from collections.abc import Collection

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from aescan.exporter.web.config import Rate
from aescan.exporter.web.live import WebConfigFile
from aescan.exporter.web.names import allowed
from aescan.exporter.web.users import CHALLENGE


def bounded(most_requests: int, answer_within: float) -> Middleware:
    """
    Return what answers so many requests at a time, and more with 503.

    A client that has not taken its answer after ``answer_within`` seconds is cut off.
    """
    slots = asyncio.Semaphore(most_requests)

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if slots.locked():
            return web.Response(text="too many requests at a time\n", status=web.HTTPServiceUnavailable.status_code)
        async with slots:
            try:
                async with asyncio.timeout(answer_within):
                    response = await handler(request)
                    with contextlib.suppress(ConnectionError):  # the client has gone
                        await response.prepare(request)
                        await response.write_eof()  # returns when the client has taken what the system cannot hold
                    return response
            except TimeoutError:
                if request.transport is not None:
                    request.transport.abort()
                raise

    return middleware


def limited(file: WebConfigFile, exempt: Collection[str]) -> Middleware:
    """Return what keeps to the rate of the web configuration, but for the paths in ``exempt``."""
    bucket = Bucket()

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        rate = file.current().config.rate
        if rate is not None and request.path not in exempt and not bucket.take(rate, asyncio.get_running_loop().time()):
            status = web.HTTPTooManyRequests.status_code
            wait = str(math.ceil(rate.interval))
            return web.Response(text="too many requests\n", status=status, headers={"Retry-After": wait})
        return await handler(request)

    return middleware


def admitted(file: WebConfigFile, exempt: Collection[str]) -> Middleware:
    """Return what lets in whom the web configuration lets in; to the paths in ``exempt`` also without a password."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        loaded = file.current()
        names = loaded.config.tls.client_allowed_sans if loaded.config.tls else ()
        if names and not allowed(request.get_extra_info("peercert"), names):
            text = "the name in your certificate is not among those let in\n"
            return web.Response(text=text, status=web.HTTPForbidden.status_code)
        if request.path in exempt or await loaded.users.admit(request.headers.get("Authorization", "")):
            return await handler(request)
        status = web.HTTPUnauthorized.status_code
        return web.Response(text="name and password, please\n", status=status, headers={"WWW-Authenticate": CHALLENGE})

    return middleware


class Bucket:
    """A rate limit as a bucket of tokens: one drips in per interval, as many as the burst find room."""

    def __init__(self) -> None:
        self._tokens = math.inf
        self._moment = 0.0

    def take(self, rate: Rate, moment: float) -> bool:
        """Return whether there is a token at ``moment`` (seconds of a clock that only goes forward), and take it."""
        self._tokens = min(rate.burst, self._tokens + (moment - self._moment) / rate.interval)
        self._moment = moment
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
