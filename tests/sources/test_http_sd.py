"""Web servers are asked as Prometheus asks them, and none is trusted."""

import asyncio
import base64
import gzip
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from aescan.errors import ConfigError
from aescan.probe.resolve import Resolver
from aescan.settings.sources import HttpSd
from aescan.sources import http_sd as module
from aescan.sources.http_sd import access, fetch
from tests.ports import reserved
from tests.sources.servers import ONE, saying, server_context, serving

HALF = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n["


async def ask(source: HttpSd, resolver: Resolver | None = None, within: float = 30.0) -> bytes:
    """Return what a source says."""
    return await fetch(source, access(source), resolver or Resolver(), within)


async def problem(source: HttpSd, resolver: Resolver | None = None, within: float = 30.0) -> str:
    """Return why a source cannot be used, without its address."""
    with pytest.raises(ConfigError) as caught:
        await ask(source, resolver, within)
    (text,) = caught.value.problems
    assert text.isprintable()
    return text.replace(source.url, "URL")


async def test_the_list_is_what_comes() -> None:
    """With the headers that the protocol has, and none that tells who asks."""
    asked: list[web.Request] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(request)
        return web.Response(body=ONE, content_type="application/json", charset="utf-8")

    async with serving(answer) as url:
        assert await ask(HttpSd(url, refresh=300)) == ONE

    headers = asked[0].headers
    assert headers["X-Prometheus-Refresh-Interval-Seconds"] == "300"
    assert headers["Accept"] == "application/json"
    assert headers["User-Agent"].startswith("aescan/")
    assert "Authorization" not in headers
    assert "Cookie" not in headers


async def test_gzip_is_taken() -> None:
    """Large lists are mostly repetition."""
    packed = saying(gzip.compress(ONE), headers={"Content-Encoding": "gzip"})
    async with serving(packed) as url:
        assert await ask(HttpSd(url)) == ONE


async def test_passwords_come_from_files(tmp_path: Path) -> None:
    """Read anew for each question, so that a new one needs no restart."""
    secret = tmp_path / "secret"
    secret.write_text("s3cr et\n")
    said: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        said.append(request.headers["Authorization"])
        return web.Response(body=ONE, content_type="application/json")

    async with serving(answer) as url:
        await ask(HttpSd(url, username="me", password_file=secret))
        secret.write_text("token\n")
        await ask(HttpSd(url, credentials_file=secret))
        await ask(HttpSd(url, credentials_file=secret, scheme="PVEAPIToken"))

    assert said == [f"Basic {base64.b64encode(b'me:s3cr et').decode()}", "Bearer token", "PVEAPIToken token"]


async def test_tls_with_certificates_on_both_sides(tmp_path: Path) -> None:
    """By the CA that is named; what it did not sign, and a name that is another, is refused."""
    context = server_context(tmp_path, clients=True)
    async with serving(saying(), context) as url:
        own = HttpSd(
            url, ca_file=tmp_path / "ca.pem", cert_file=tmp_path / "client.pem", key_file=tmp_path / "client.key"
        )
        assert await ask(own) == ONE
        assert await problem(replace(own, ca_file=tmp_path / "other.pem")) == (
            "URL: its certificate is refused: self-signed certificate in certificate chain;"
            " ca_file in tls_config names whom to trust"
        )
        assert (await problem(replace(own, ca_file=None))).startswith("URL: its certificate is refused: ")
        named = await problem(replace(own, server_name="cmdb.example.com"))
        assert named.startswith("URL: its certificate is refused: hostname mismatch")
        anonymous = await problem(replace(own, cert_file=None, key_file=None))
        assert anonymous.startswith("URL: no ")


@pytest.mark.parametrize(
    ("body", "status", "content_type", "headers", "said"),
    [
        (b"", 401, "text/plain", {}, "the answer is 401 Unauthorized; look at basic_auth or authorization"),
        (b"", 404, "text/plain", {}, "the answer is 404 Not Found; look at the url"),
        (ONE, 500, "application/json", {}, "the answer is 500 Internal Server Error; look into the server's log"),
        (ONE, 204, "application/json", {}, "the answer is 204 No Content; look into the server's log"),
        (
            ONE,
            302,
            "application/json",
            {"Location": "http://169.254.169.254/"},
            "the answer is 302 Found, to http://169.254.169.254/; redirects are not followed; write that address",
        ),
        (
            ONE,
            301,
            "application/json",
            {"Location": "https://a.example.com/?hunter2"},
            "the answer is 301 Moved Permanently, to https://a.example.com/?*******; redirects are not followed",
        ),
        (ONE, 304, "application/json", {}, "the answer is 304 Not Modified, to nowhere; redirects are not followed"),
        (b"<html>", 200, "text/html", {}, "the answer is text/html; service discovery answers application/json"),
        (b"garbage" * 9, 200, "application/json", {"Content-Encoding": "gzip"}, "no answer that can be read: "),
    ],
)  # fmt: skip
async def test_answers_that_are_no_list(
    body: bytes, status: int, content_type: str, headers: dict[str, str], said: str
) -> None:
    """What came, and what to do."""
    async with serving(saying(body, status, content_type, headers)) as url:
        assert (await problem(HttpSd(url))).startswith(f"URL: {said}")


async def test_a_redirect_leads_nowhere() -> None:
    """A server that is let in is not let choose whom aescan asks, nor who sees the password."""
    asked: list[str] = []

    async def other(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        return web.Response(body=ONE, content_type="application/json")

    async with serving(other) as target, serving(saying(b"", 307, headers={"Location": target})) as url:
        assert "307 Temporary Redirect" in await problem(HttpSd(url))
    assert asked == []


@pytest.mark.parametrize("packed", [False, True])
async def test_a_large_answer_is_not_taken(monkeypatch: pytest.MonkeyPatch, *, packed: bool) -> None:
    """Nor one that unpacks to be large; no more of it is read than is allowed."""
    monkeypatch.setattr(module, "MOST_BYTES", 3 * 1024**2)
    body = gzip.compress(bytes(20 * 1024**2)) if packed else bytes(4 * 1024**2)
    async with serving(saying(body, headers={"Content-Encoding": "gzip"} if packed else {})) as url:
        assert await problem(HttpSd(url)) == "URL: the answer is larger than 3 MiB; split the list"


async def test_an_endless_answer_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunk after chunk, no length said."""
    monkeypatch.setattr(module, "MOST_BYTES", 1024**2)

    async def drone(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while True:
            await response.write(bytes(65536))

    async with serving(drone) as url:
        assert await problem(HttpSd(url)) == "URL: the answer is larger than 1 MiB; split the list"


@pytest.mark.parametrize(
    "begin", [b"", b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n["]
)
async def test_silence_ends(begin: bytes) -> None:
    """Before the answer, or in the midst of it."""
    held: list[asyncio.StreamWriter] = []

    async def hold(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(begin)
        held.append(writer)

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        said = await problem(HttpSd(f"http://127.0.0.1:{port}/sd"), within=0.2)
        for writer in held:
            writer.close()
    assert said == "URL: no whole answer within 0.2 seconds"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"", "no answer that can be read: server disconnected"),
        (b"SSH-2.0-OpenSSH\r\n", "no answer that can be read: "),
        (HALF, "no answer that can be read: "),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n", "no answer that can be read: "),
        (b"HTTP/1.1 200 \x1b[31m\r\nContent-Type: a/\x9bb\r\nContent-Length: 0\r\n\r\n", ""),
    ],
)
async def test_what_is_no_web_server(answer: bytes, said: str) -> None:
    """Or one that is broken, or means harm."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert (await problem(HttpSd(f"http://127.0.0.1:{port}/sd"))).startswith(f"URL: {said}")


async def test_nobody_is_there() -> None:
    """A port that is closed, and a name that nobody knows any more."""

    def gone(_host: str) -> tuple[str, ...]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with reserved() as port:
        assert await problem(HttpSd(f"http://127.0.0.1:{port}/sd")) == "URL: no connection: connection refused"
    assert await problem(HttpSd("http://cmdb.example.com/sd"), Resolver(gone)) == (
        "URL: no connection: looking up cmdb.example.com: name or service not known; is the name spelt right?"
    )


async def test_names_are_looked_up_as_everywhere() -> None:
    """By the program's own resolver."""
    async with serving(saying()) as url:
        named = url.replace("127.0.0.1", "cmdb.example.com")
        assert await ask(HttpSd(named), Resolver(lambda _host: ("127.0.0.1",))) == ONE


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    """They are told by their names, never by what is in them."""
    (tmp_path / "odd").write_text("s3cr\x07et\n")
    (tmp_path / "key").write_text("-----BEGIN PRIVATE KEY-----\ns3cret\n")
    none, odd, key = tmp_path / "none", tmp_path / "odd", tmp_path / "key"
    https = HttpSd("https://cmdb.example.com/")
    for source, said in (
        (replace(https, username="a", password_file=none), "none: it cannot be read: no such file or directory"),
        (replace(https, credentials_file=odd), "odd: its first line holds characters that no header may have"),
        (replace(https, ca_file=none), "none: the file cannot be read: no such file or directory"),
        (replace(https, ca_file=odd), "odd: certificates of CAs are not there in PEM"),
        (replace(https, cert_file=none, key_file=none), "none: the file cannot be read: no such file or directory"),
        (
            replace(https, cert_file=key, key_file=key),
            "key: a certificate and its key, without a password, are not there in PEM",
        ),
    ):
        with pytest.raises(ConfigError) as caught:
            access(source)
        assert caught.value.problems == (f"{tmp_path}/{said}",)
        assert "s3cr" not in str(caught.value)
