"""What the exporter answers, by real requests over loopback."""

import asyncio
import base64
import contextlib
import gzip
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import aiohttp
import bcrypt
import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families as parse_text

from aescan.errors import ConfigError
from aescan.exporter.application import application
from aescan.exporter.configuration import Configuration
from aescan.exporter.exporter import Exporter
from aescan.exporter.negotiation import Format
from aescan.exporter.web.listening import listening
from aescan.exporter.web.live import WebConfigFile
from tests.exporter.estate import LOST, NEW, SOUND, FakeSweep, configuration, until
from tests.facts import NOW, failed, finding, seen

LOOPBACK = (("127.0.0.1", 0),)


@contextlib.asynccontextmanager
async def client(app: web.Application, **settings: bool) -> AsyncIterator[aiohttp.ClientSession]:
    """Give a client of that application on a port of its own."""
    async with (
        listening(app, LOOPBACK) as endpoints,
        aiohttp.ClientSession(f"http://{endpoints[0]}", auto_decompress=settings.get("decompress", True)) as session,
    ):
        yield session


@contextlib.asynccontextmanager
async def running(sweep: FakeSweep, **settings: bool) -> AsyncIterator[tuple[Exporter, aiohttp.ClientSession]]:
    """Give a running exporter of three targets, and a client of it."""
    exporter = Exporter(
        configuration(sweep, SOUND, LOST, NEW), lambda: configuration(sweep), lambda: NOW, asyncio.Event(), pause=0
    )
    life = asyncio.create_task(exporter.run())
    try:
        async with client(application(exporter), **settings) as session:
            yield exporter, session
    finally:
        life.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await life


def some_sweep() -> FakeSweep:
    """Return a sweep that finds something, fails once, and sees one sound chain."""
    sweep = FakeSweep()
    sweep.answers[SOUND.name] = lambda target: seen(target, findings=(finding(),))
    sweep.answers[LOST.name] = failed
    return sweep


async def test_metrics() -> None:
    """The page of metrics is plain text by default, and holds what the exporter knows and what the process is."""
    async with running(some_sweep()) as (exporter, session):
        await until(lambda: exporter.ready)
        async with session.get("/metrics", headers={"Accept-Encoding": "identity"}) as response:
            body = await response.text()
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert response.headers["Vary"] == "Accept, Accept-Encoding"
        assert "Content-Encoding" not in response.headers
        assert body.startswith((await exporter.page(Format.TEXT)).body.decode())
        families = {family.name: family for family in parse_text(body)}
        assert {sample.labels["target"]: sample.value for sample in families["aescan_probe_success"].samples} == {
            SOUND.name: 1,
            LOST.name: 0,
            NEW.name: 1,
        }
        assert families["process_start_time_seconds"].samples[0].value > 0


async def test_gzip() -> None:
    """A client that takes gzip gets the same page compressed."""
    async with running(some_sweep(), decompress=False) as (exporter, session):
        await until(lambda: exporter.ready)
        async with session.get("/metrics", headers={"Accept-Encoding": "gzip"}) as response:
            body = await response.read()
        assert response.headers["Content-Encoding"] == "gzip"
        assert int(response.headers["Content-Length"]) == len(body)
        assert gzip.decompress(body).startswith((await exporter.page(Format.TEXT)).body)


async def test_openmetrics() -> None:
    """A client that prefers OpenMetrics gets it, with one end."""
    async with running(some_sweep()) as (_, session):
        async with session.get(
            "/metrics", headers={"Accept": "application/openmetrics-text;version=1.0.0"}
        ) as response:
            body = await response.text()
        assert response.headers["Content-Type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
        assert body.count("# EOF") == 1
        assert body.endswith("# EOF\n")


async def test_health() -> None:
    """The exporter is healthy from the start, and ready from the end of its first sweep."""
    sweep = FakeSweep()
    sweep.go.clear()
    async with running(sweep) as (exporter, session):
        await sweep.held.wait()
        async with session.get("/-/healthy") as response:
            assert (response.status, await response.text()) == (200, "aescan is running\n")
        async with session.get("/-/ready") as response:
            assert (response.status, await response.text()) == (503, "the first sweep is not complete yet\n")
        sweep.go.set()
        await until(lambda: exporter.ready)
        async with session.get("/-/ready") as response:
            assert (response.status, await response.text()) == (200, "aescan is ready\n")


@pytest.mark.parametrize("path", ["/", "/metrics", "/-/healthy", "/-/ready", "/nothing/../here", "/%00"])
async def test_headers(path: str) -> None:
    """Every answer forbids a browser to load or guess anything, and names no version of the server."""
    async with running(some_sweep()) as (_, session), session.get(path) as response:
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none';")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Server"] == "aescan"


async def test_unknown_path() -> None:
    """Any other path is not found, in plain words."""
    async with running(some_sweep()) as (_, session), session.get("/<script>") as response:
        assert (response.status, response.headers["Content-Type"]) == (404, "text/plain; charset=utf-8")
        assert await response.text() == "404: Not Found"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_other_methods(method: str) -> None:
    """Nothing but GET and HEAD is allowed."""
    async with running(some_sweep()) as (_, session), session.request(method, "/metrics") as response:
        assert (response.status, response.headers["Allow"]) == (405, "GET,HEAD")


@pytest.mark.parametrize("path", ["/", "/metrics", "/-/healthy"])
async def test_head(path: str) -> None:
    """HEAD answers as GET does, without a body."""
    async with running(some_sweep()) as (exporter, session):
        await until(lambda: exporter.ready)
        async with session.head(path) as response:
            assert (response.status, await response.read()) == (200, b"")
        assert int(response.headers["Content-Length"]) > 0


class Hanging(Exporter):
    """An exporter whose page never gets ready."""

    def __init__(self) -> None:
        super().__init__(configuration(FakeSweep()), lambda: configuration(FakeSweep()), lambda: NOW, asyncio.Event())
        self.asked = asyncio.Event()

    async def gzipped_page(self, form: Format) -> bytes:
        """Hang."""
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError


async def test_too_many_requests() -> None:
    """Requests beyond the limit are turned away at once, not queued."""
    exporter = Hanging()
    async with client(application(exporter, most_requests=1)) as session:
        first = asyncio.create_task(session.get("/metrics"))
        await exporter.asked.wait()
        async with session.get("/metrics") as response:
            assert (response.status, await response.text()) == (503, "too many requests at a time\n")
        first.cancel()


async def test_slow_answer() -> None:
    """A request that is not over in time loses its connection, and its place."""
    async with client(application(Hanging(), most_requests=1, answer_within=0.01)) as session:
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await session.get("/metrics")
        async with session.get("/-/healthy") as response:
            assert response.status == 200


def large() -> Exporter:
    """Return an exporter whose page is larger than the system buffers for a connection."""
    notes = {f"note_{number}": "x" * 250 for number in range(20)}
    many = tuple(replace(SOUND, name=f"aes{number}", labels=notes) for number in range(4000))
    first = configuration(FakeSweep(), *many)
    return Exporter(first, lambda: first, lambda: NOW, asyncio.Event())


async def test_slow_reader() -> None:
    """A client that does not read its answer loses its connection, and its place."""
    exporter = large()
    body = (await exporter.page(Format.TEXT)).body
    assert len(body) > 20_000_000
    app = application(exporter, most_requests=1, answer_within=1)
    async with listening(app, LOOPBACK) as endpoints, aiohttp.ClientSession(f"http://{endpoints[0]}") as session:
        host, port = endpoints[0].split(":")
        reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        taken = len(await reader.read(100))
        await until_answered(session, 200)
        with contextlib.suppress(ConnectionResetError):
            while chunk := await reader.read(1 << 20):
                taken += len(chunk)
        writer.close()
    assert 0 < taken < len(body)


async def test_a_client_that_hangs_up(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody is told of it, and its place is free."""
    exporter = large()
    await exporter.page(Format.TEXT)
    app = application(exporter, most_requests=1, answer_within=3600)
    async with listening(app, LOOPBACK) as endpoints, aiohttp.ClientSession(f"http://{endpoints[0]}") as session:
        host, port = endpoints[0].split(":")
        _, writer = await asyncio.open_connection(host, int(port), limit=1024)
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        await until_answered(session, 503)
        writer.transport.abort()
        await until_answered(session, 200)
    assert not caplog.records


async def until_answered(session: aiohttp.ClientSession, wanted: int) -> None:
    """Return when the exporter answers with that status."""
    async with asyncio.timeout(60):
        status = 0
        while status != wanted:
            async with session.get("/-/healthy") as response:
                status = response.status
            await asyncio.sleep(0.005)


@contextlib.asynccontextmanager
async def configured(tmp_path: Path, text: str, prefix: str = "") -> AsyncIterator[aiohttp.ClientSession]:
    """Give a client of an exporter with this web configuration."""
    path = tmp_path / "web.yml"
    path.write_text(text)
    first = replace(configuration(FakeSweep()), written={"timeout": "10s"})
    exporter = Exporter(first, lambda: first, lambda: NOW, asyncio.Event())
    async with client(application(exporter, WebConfigFile(path), prefix)) as session:
        yield session


def hashed(password: str) -> str:
    """Return the bcrypt hash of a password at the lowest cost."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()


async def test_users(tmp_path: Path) -> None:
    """With users, everything but health wants a name and the right password; the answer tells no more."""
    async with configured(tmp_path, f"basic_auth_users: {{prometheus: '{hashed('right')}'}}") as session:
        for authorization in (
            {},
            basic("prometheus", "wrong"),
            basic("nobody", "right"),
            {"Authorization": "Bearer x"},
        ):
            async with session.get("/metrics", headers=authorization) as response:
                assert (response.status, await response.text()) == (401, "name and password, please\n")
                assert response.headers["WWW-Authenticate"] == 'Basic realm="aescan", charset="UTF-8"'
        async with session.get("/nothing") as response:
            assert response.status == 401, "who is not let in does not learn which paths there are"
        async with session.get("/metrics", headers=basic("prometheus", "right")) as response:
            assert response.status == 200
        async with session.get("/-/healthy") as response:
            assert response.status == 200


def basic(name: str, password: str) -> dict[str, str]:
    """Return the header that names a user."""
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


async def test_headers_of_the_site(tmp_path: Path) -> None:
    """A header of the web configuration is on every answer, in the place of ours."""
    text = "http_server_config: {headers: {X-Content-Type-Options: mine, Strict-Transport-Security: max-age=9}}"
    async with configured(tmp_path, text) as session, session.get("/nothing") as response:
        assert response.headers.getall("X-Content-Type-Options") == ["mine"]
        assert response.headers["Strict-Transport-Security"] == "max-age=9"


async def test_rate(tmp_path: Path) -> None:
    """Requests beyond the rate are turned away and told when to come back; health is exempt."""
    async with configured(tmp_path, "rate_limit: {interval: 100h, burst: 2}") as session:
        statuses = []
        for path in ["/metrics", "/metrics", "/metrics", "/-/healthy"]:
            async with session.get(path) as response:
                statuses.append((response.status, response.headers.get("Retry-After")))
    assert statuses == [(200, None), (200, None), (429, "360000"), (200, None)]


async def test_prefix(tmp_path: Path) -> None:
    """With a prefix every path begins with it, and the root leads there."""
    async with configured(tmp_path, "http_server_config: {}", "/aes/can") as session:
        for path, status in [("/metrics", 404), ("/aes/can/metrics", 200), ("/aes/can/-/healthy", 200)]:
            async with session.get(path) as response:
                assert response.status == status
        for path in "/", "/aes/can":
            async with session.get(path, allow_redirects=False) as response:
                assert (response.status, response.headers["Location"]) == (302, "/aes/can/")
    exporter = Exporter(configuration(FakeSweep()), lambda: configuration(FakeSweep()), lambda: NOW, asyncio.Event())
    async with (
        client(application(exporter, None, "/here", landing="/there/")) as session,
        session.get("/here", allow_redirects=False) as response,
    ):
        assert response.headers["Location"] == "/there/"


async def test_large_request() -> None:
    """A request line beyond any sense is refused without reading on."""
    async with running(some_sweep()) as (_, session), session.get("/metrics?" + "x" * 20_000) as response:
        assert response.status == 400


@contextlib.asynccontextmanager
async def with_lifecycle(load: Callable[[], Configuration]) -> AsyncIterator[tuple[FakeSweep, aiohttp.ClientSession]]:
    """Give a running exporter that takes orders by request."""
    sweep = some_sweep()
    exporter = Exporter(configuration(sweep, SOUND, LOST), load, lambda: NOW, asyncio.Event(), pause=0, tick=0)
    life = asyncio.create_task(exporter.run())
    try:
        async with client(application(exporter, lifecycle=True)) as session:
            await until(lambda: exporter.ready)
            yield sweep, session
    finally:
        life.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await life


def refused() -> Configuration:
    """Refuse to load."""
    raise ConfigError(["inventory.yml:1:1: nothing in it"])


async def test_sweep_now() -> None:
    """A request may have one target scanned now, or all of them."""
    async with with_lifecycle(refused) as (sweep, session):
        for path, status, text in [
            (f"/-/sweep?target={SOUND.name}", 202, "targets to be scanned now: 1\n"),
            ("/-/sweep", 202, "targets to be scanned now: 2\n"),
            ("/-/sweep?target=nobody", 404, "no such target in the inventory\n"),
        ]:
            async with session.post(path) as response:
                assert (response.status, await response.text()) == (status, text)
        await until(lambda: sweep.ended >= 3)
        async with session.get("/-/sweep") as response:
            assert response.status == 405


async def test_reload_now() -> None:
    """A request may have the configuration loaded; the answer says what came of it."""
    answers = [ConfigError(["inventory.yml:1:1: nothing in it"]), None]

    def load() -> Configuration:
        if (error := answers.pop(0)) is not None:
            raise error
        return configuration(FakeSweep(), SOUND)

    async with with_lifecycle(load) as (_, session):
        async with session.post("/-/reload") as response:
            assert (response.status, await response.text()) == (
                500,
                "configuration refused, the former one stays in force:\ninventory.yml:1:1: nothing in it\n",
            )
        async with session.put("/-/reload") as response:
            assert (response.status, await response.text()) == (200, "configuration taken up\n")


@pytest.mark.parametrize("path", ["/-/sweep", "/-/reload"])
async def test_no_lifecycle(path: str) -> None:
    """Unless the operator says so, no request changes anything."""
    async with running(some_sweep()) as (_, session), session.post(path) as response:
        assert response.status == 404
