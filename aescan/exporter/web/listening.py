"""
The sockets that the exporter is reached at: addresses and passed sockets in, a running server out, closed at the end.

An address that cannot be bound is an operator's mistake; all of them are told at once, and then none stays bound.
"""

import asyncio
import contextlib
import errno
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Final

from aiohttp import web

from aescan.errors import ConfigError
from aescan.exporter.web.requests import Headers, Runner
from aescan.inventory.model import host_and_port
from aescan.scan.limits import usable_clients

KEEPALIVE: Final = 180.0
"""Seconds an idle connection is kept: a little over the longest scrape interval in common use."""

HANDSHAKE: Final = 10.0
"""Seconds that a client has for its part of the TLS handshake, before which it is none of those that are counted."""

BACKLOG: Final = 128
"""Connections that the system keeps while nobody accepts them."""

SHUTDOWN: Final = 0.3
"""Seconds that answers under way get when the process ends, and as much again to break off."""

BIND_PROBLEMS: Final = {
    errno.EADDRINUSE: "the address is in use by another program, stop that or choose another port",
    errno.EADDRNOTAVAIL: "this host has no such address, choose one it has",
    errno.EACCES: "the system does not permit it, choose a port above 1023",
}


@contextlib.asynccontextmanager
async def listening(
    app: web.Application,
    listen: Sequence[tuple[str, int]],
    passed: Sequence[socket.socket] = (),
    context: ssl.SSLContext | None = None,
    headers: Headers = dict,
    most: int | None = None,
) -> AsyncIterator[tuple[str, ...]]:
    """
    Serve ``app`` on these hosts and ports and passed sockets, giving the ``host:port`` bound.

    Raises ConfigError with each address refused. With ``context`` TLS is served. ``headers`` are those of answers to
    requests that cannot be read. No more than ``most`` clients are connected, by default as many as there is room for.
    """
    most = usable_clients() if most is None else most
    runner = Runner(
        app,
        headers,
        most,
        access_log=None,
        auto_decompress=False,  # nobody reads a body
        keepalive_timeout=KEEPALIVE,
        shutdown_timeout=SHUTDOWN,
    )
    await runner.setup()
    loop, opened = asyncio.get_running_loop(), list[asyncio.Server]()
    bound = partial(
        loop.create_server,
        runner.server,
        ssl=context,
        ssl_handshake_timeout=None if context is None else HANDSHAKE,
        backlog=BACKLOG,
    )
    try:
        for each in passed:
            opened.append(await bound(sock=each))
        problems = []
        for host, port in listen:
            try:
                opened.append(await bound(host=host, port=port))
            except OSError as error:
                # asyncio of Python 3.13 gives no number where this host has none of the addresses.
                seen = BIND_PROBLEMS.get(error.errno or errno.EADDRNOTAVAIL) or str(error.strerror or error).lower()
                problems.append(f"listening on {host_and_port(host, port)}: {seen}")
        if problems:
            raise ConfigError(problems)
        yield tuple(_shown(one.getsockname()) for server in opened for one in server.sockets)
    finally:
        for server in opened:
            server.close()
        await runner.cleanup()


def _shown(address: object) -> str:
    return host_and_port(address[0], address[1]) if isinstance(address, tuple) else str(address)
