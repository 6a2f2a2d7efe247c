"""Web servers on loopback that say target groups, or what passes for them."""

import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from aiohttp import web

from tests.events.credentials import write_credentials

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

EMPTY: Mapping[str, str] = MappingProxyType({})
ONE = b'[{"targets": ["aes1.example.com:4722"], "labels": {"site": "paris"}}]'


def saying(
    body: bytes = ONE, status: int = 200, content_type: str = "application/json", headers: Mapping[str, str] = EMPTY
) -> Handler:
    """Return a handler that always says this."""

    async def say(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, status=status, headers={"Content-Type": content_type} | dict(headers))

    return say


@contextlib.asynccontextmanager
async def serving(handler: Handler, context: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Give the address of a server that answers so, on a port that the kernel chooses."""
    app = web.Application()
    app.router.add_get("/sd", handler)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
        await site.start()
        port = runner.addresses[0][1]
        yield f"{'https' if context else 'http'}://127.0.0.1:{port}/sd"
    finally:
        await runner.cleanup()


def server_context(folder: Path, *, clients: bool = False) -> ssl.SSLContext:
    """Return the TLS of a server at 127.0.0.1, whose files are written into the folder; with ``clients`` it asks."""
    write_credentials(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    if clients:
        context.load_verify_locations(folder / "ca.pem")
        context.verify_mode = ssl.CERT_REQUIRED
    return context
