"""
What is answered and logged where a request could not be read, or its answer could not be made.

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


class Requests(web.RequestHandler):
    """One connection."""

    __slots__ = ("_headers",)

    def __init__(self, manager: web.Server, headers: Headers, **settings: Any) -> None:  # noqa: ANN401 - as they came
        super().__init__(manager, loop=asyncio.get_running_loop(), **settings)
        self._headers = headers

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
    """What makes a handler for each connection."""

    def __init__(self, like: web.Server, headers: Headers, **settings: Any) -> None:  # noqa: ANN401 - as they came
        super().__init__(like.request_handler, request_factory=like.request_factory)
        self._headers = headers
        self._settings = settings

    def __call__(self) -> web.RequestHandler:
        """Return the handler of a new connection."""
        return Requests(self, self._headers, **self._settings)


class Runner(web.AppRunner):
    """
    Runs an application.

    ``headers``
        What every answer has that the application has no part in.
    """

    __slots__ = ("_headers",)

    def __init__(self, app: web.Application, headers: Headers, **settings: Any) -> None:  # noqa: ANN401 - aiohttp's
        super().__init__(app, **settings)
        self._headers = headers

    async def _make_server(self) -> web.Server:
        return Server(await super()._make_server(), self._headers, **self._kwargs)
