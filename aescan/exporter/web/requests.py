"""
One connection of a client, and all of them: how many there may be, and how much each may send.

Whoever has been idle for longest makes room for whoever comes, so that no stranger who holds connections open takes
those of a scrape, nor the file descriptors of probes. What is answered and logged where a request could not be read,
or its answer could not be made, is said here too.

aiohttp would show the sender which library answers, and log a traceback with what a stranger sent, passwords too. Here
such an answer is as plain as any other, and the log has it as one event at the level of debugging. Only a bug of
aescan's own is logged with its traceback.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

log: Final = logging.getLogger("aescan.exporter.web")

Headers = Callable[[], Mapping[str, str]]
"""What every answer has, whatever it says."""


MOST_AHEAD: Final = 128 * 1024
"""Bytes that a client may send until it is answered: twice the longest request."""


class Requests(web.RequestHandler):
    """
    One connection.

    ``rested``
        Since when nobody was answered on it, of the loop's clock; from a request's first byte to its last it rests too.
    """

    __slots__ = ("_ahead", "_cut_off", "_headers", "rested")

    def __init__(self, manager: web.Server, headers: Headers, **settings: Any) -> None:  # noqa: ANN401 - as they came
        super().__init__(manager, loop=asyncio.get_running_loop(), **settings)
        self._headers = headers
        self._ahead = 0
        self._cut_off = False
        self.rested = self._loop.time()

    def data_received(self, data: bytes) -> None:
        """Take what the client sends, unless that is beyond all sense."""
        self._ahead += len(data)
        if self._ahead > MOST_AHEAD:
            self.cut_off()
        if not self._cut_off:
            super().data_received(data)

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Note that a request was answered."""
        try:
            return await super().finish_response(request, resp, start_time)
        finally:
            self._ahead, self.rested = 0, self._loop.time()

    @property
    def rests(self) -> bool:
        """Whether it is open and nobody is being answered."""
        return not self._request_in_progress and not self._cut_off

    def cut_off(self) -> None:
        """Close the connection at once, whatever is still to be sent on it."""
        self._cut_off = True
        if self.transport is not None:
            self._loop.call_soon(self.transport.abort)  # aiohttp has to begin with it before it can end

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """Return the answer to what went wrong; raises ConnectionError where another has begun."""
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            response = super().handle_error(request, status, exc, message)
        else:
            log.debug(
                "request not answered", extra={"host": request.remote, "error": HTTPStatus(status).phrase.lower()}
            )
            if request.writer.output_size > 0:
                raise ConnectionError("an answer has begun")
            response = web.Response(status=status, text=f"{HTTPStatus(status).phrase.lower()}\n")
            response.force_close()
        response.headers.update(self._headers())
        return response


class Server(web.Server):
    """What makes a handler for each connection, and knows all of them."""

    def __init__(self, like: web.Server, headers: Headers, most: int, **settings: Any) -> None:  # noqa: ANN401 - as they came
        super().__init__(like.request_handler, request_factory=like.request_factory)
        self._headers = headers
        self._most = most
        self._settings = settings

    def __call__(self) -> web.RequestHandler:
        """Return the handler of a new connection."""
        return Requests(self, self._headers, **self._settings)

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        """Take note of a new connection; with one too many, that which has rested for longest is cut off."""
        super().connection_made(handler, transport)
        if len(self.connections) > self._most:
            resting = [one for one in self.connections if isinstance(one, Requests) and one.rests]
            if resting:
                min(resting, key=lambda one: one.rested).cut_off()


class Runner(web.AppRunner):
    """
    Runs an application.

    ``headers``
        What every answer has that the application has no part in.
    ``most``
        How many clients may be connected.
    """

    __slots__ = ("_headers", "_most")

    def __init__(self, app: web.Application, headers: Headers, most: int, **settings: Any) -> None:  # noqa: ANN401 - aiohttp's
        super().__init__(app, **settings)
        self._headers = headers
        self._most = most

    async def _make_server(self) -> web.Server:
        return Server(await super()._make_server(), self._headers, self._most, **self._kwargs)
