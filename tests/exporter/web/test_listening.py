"""Addresses are bound or refused; TLS and passed sockets are served."""

import asyncio
import contextlib
import errno
import re
import socket
import ssl
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from aescan.errors import ConfigError
from aescan.exporter.web import listening as listening_
from aescan.exporter.web.listening import listening
from tests.certs import make_certificate

LOOPBACK = (("127.0.0.1", 0),)


async def answer(url: str, context: ssl.SSLContext | bool = True) -> str:
    """Return what is answered there."""
    async with aiohttp.ClientSession() as session, session.get(url, ssl=context) as response:
        return await response.text()


def app() -> web.Application:
    """Return an application of one path."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text="here")

    application = web.Application()
    application.add_routes([web.get("/", answer)])
    return application


async def test_several_addresses() -> None:
    """Every address asked for is served."""
    async with listening(app(), (("127.0.0.1", 0), ("127.0.0.2", 0))) as endpoints:
        assert [endpoint.rpartition(":")[0] for endpoint in endpoints] == ["127.0.0.1", "127.0.0.2"]


async def test_addresses_that_cannot_be_bound() -> None:
    """Each address that cannot be bound is named with what to do, and none stays bound."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError) as refused:
            async with listening(app(), (*LOOPBACK, ("127.0.0.1", port), ("192.0.2.1", 80))):
                pass
    assert refused.value.problems == (
        f"listening on 127.0.0.1:{port}: the address is in use by another program, stop that or choose another port",
        "listening on 192.0.2.1:80: this host has no such address, choose one it has",
    )


async def test_other_reasons_not_to_bind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reason without a hint is given in the system's words."""

    async def create_server(*_: object, **__: object) -> asyncio.Server:
        raise OSError(errno.ENOBUFS, "No buffer space available")

    monkeypatch.setattr(asyncio.get_running_loop(), "create_server", create_server)
    with pytest.raises(ConfigError, match=re.escape("listening on [::]:80: no buffer space available")):
        async with listening(app(), (("::", 80),)):
            pass


async def test_passed_socket() -> None:
    """A socket that the service manager opened is served as any other."""
    passed = socket.create_server(("127.0.0.1", 0))
    async with listening(app(), (), [passed]) as endpoints:
        assert await answer(f"http://{endpoints[0]}/") == "here"


async def test_unix_socket(tmp_path: Path) -> None:
    """A passed socket of the file system is shown by its path."""
    passed = socket.socket(socket.AF_UNIX)
    passed.bind(f"{tmp_path}/http")
    passed.listen()
    async with listening(app(), (), [passed]) as endpoints:
        assert endpoints == (f"{tmp_path}/http",)


def both_sides(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return the contexts of a server and of its client."""
    own = make_certificate()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    (folder / "both.pem").write_bytes(own.pem + own.key_pem)
    server.load_cert_chain(folder / "both.pem")
    return server, client


async def test_tls(tmp_path: Path) -> None:
    """With a context TLS is served."""
    server, client = both_sides(tmp_path)
    async with listening(app(), LOOPBACK, context=server) as endpoints:
        assert await answer(f"https://{endpoints[0]}/", client) == "here"


@pytest.mark.parametrize("begun", [b"", b"\x16\x03\x01\x00\xc8\x01"])
async def test_a_handshake_that_does_not_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    """A client that leaves its handshake undone is cut off."""
    monkeypatch.setattr(listening_, "HANDSHAKE", 0.05)
    async with listening(app(), LOOPBACK, context=both_sides(tmp_path)[0]) as (endpoint,), asyncio.timeout(30):
        reader, writer = await asyncio.open_connection(*endpoint.split(":"))
        writer.write(begun)
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()
