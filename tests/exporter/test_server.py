"""The exporter on the network: real requests over loopback, real signals to a real process."""

import asyncio
import contextlib
import errno
import gzip
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families as parse_text

from aescan.errors import ConfigError
from aescan.exporter.exporter import Configuration, Exporter
from aescan.exporter.negotiation import Format
from aescan.exporter.server import application, listening, serve
from tests.exporter.estate import LOST, NEW, SOUND, FakeSweep, configuration, until
from tests.facts import NOW, failed, finding, seen

ROOT = Path(__file__).parents[2]
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


async def test_landing_page() -> None:
    """The landing page leads to the metrics and says how many targets are how."""
    sweep = some_sweep()
    sweep.go.clear()
    async with running(sweep) as (exporter, session):
        await sweep.held.wait()
        async with session.get("/") as response:
            assert "The first sweep is not complete yet." in await response.text()
        sweep.go.set()
        await until(lambda: exporter.ready)
        async with session.get("/") as response:
            body = await response.text()
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
        assert '<a href="metrics">Metrics</a>' in body
        assert "The last complete sweep ended at <time>2026-11-23 12:00:00 UTC</time>." in body
        counts = dict(re.findall(r'<th scope="row" align="left">(.*?)</th><td align="right">(\d+)</td>', body))
        assert counts == {
            "targets in the inventory": "3",
            "probed so far": "3",
            "last probe failed": "1",
            "worst finding: critical": "0",
            "worst finding: warning": "1",
            "worst finding: notice": "0",
        }


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

    async def page(self, form: Format) -> web.Response:  # type: ignore[override] # it never returns
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


async def test_slow_reader() -> None:
    """A client that does not read its answer loses its connection, and its place."""
    notes = {f"note_{number}": "x" * 250 for number in range(20)}
    many = tuple(replace(SOUND, name=f"aes{number}", labels=notes) for number in range(4000))
    first = configuration(FakeSweep(), *many)
    exporter = Exporter(first, lambda: first, lambda: NOW, asyncio.Event())
    body = (await exporter.page(Format.TEXT)).body
    assert len(body) > 20_000_000, "more than the system buffers for a connection"
    app = application(exporter, most_requests=1, answer_within=1)
    async with listening(app, LOOPBACK) as endpoints, aiohttp.ClientSession(f"http://{endpoints[0]}") as session:
        host, port = endpoints[0].split(":")
        reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        taken = len(await reader.read(100))
        status = 503
        while status == 503:
            async with session.get("/-/healthy") as response:
                status = response.status
        assert status == 200
        with contextlib.suppress(ConnectionResetError):
            while chunk := await reader.read(1 << 20):
                taken += len(chunk)
        writer.close()
    assert 0 < taken < len(body)


async def test_several_addresses() -> None:
    """Every address asked for is served."""
    app = application(Hanging())
    async with listening(app, (("127.0.0.1", 0), ("127.0.0.2", 0))) as endpoints:
        assert [endpoint.rpartition(":")[0] for endpoint in endpoints] == ["127.0.0.1", "127.0.0.2"]


async def test_addresses_that_cannot_be_bound() -> None:
    """Each address that cannot be bound is named with what to do, and none stays bound."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError) as refused:
            async with listening(application(Hanging()), (*LOOPBACK, ("127.0.0.1", port), ("192.0.2.1", 80))):
                pass
    assert refused.value.problems == (
        f"listening on 127.0.0.1:{port}: the address is in use by another program, stop that or choose another port",
        "listening on 192.0.2.1:80: this host has no such address, choose one it has",
    )


async def test_other_reasons_not_to_bind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reason without a hint is given in the system's words."""

    async def start(_site: web.TCPSite) -> None:
        raise OSError(errno.ENOBUFS, "No buffer space available")

    monkeypatch.setattr(web.TCPSite, "start", start)
    with pytest.raises(ConfigError, match=re.escape("listening on [::]:80: no buffer space available")):
        async with listening(application(Hanging()), (("::", 80),)):
            pass


async def test_first_configuration_is_bad() -> None:
    """Without a first configuration there is nothing to serve."""

    def load() -> Configuration:
        raise ConfigError(["aescan.yml: no such file"])

    with pytest.raises(ConfigError, match=re.escape("aescan.yml: no such file")):
        await serve(load, LOOPBACK, lambda: NOW)


async def test_cancelled_from_outside() -> None:
    """A cancellation that no signal made is not mistaken for the end by a signal."""
    sweep = FakeSweep()
    sweep.go.clear()
    task = asyncio.create_task(serve(lambda: configuration(sweep, SOUND), LOOPBACK, lambda: NOW))
    await sweep.held.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


PROGRAM = """
import asyncio, logging, sys, threading
from aescan.errors import ConfigError
from aescan.exporter.server import serve
from tests.exporter.estate import SOUND, FakeSweep, configuration
from tests.facts import NOW

logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
mode, loads = sys.argv[1], []

def load():
    loads.append(None)
    if mode == "slow load":
        print("loading", file=sys.stderr, flush=True)
        threading.Event().wait()
    if len(loads) > 1:
        raise ConfigError(["inventory.yml:1:1: nothing in it"])
    sweep = FakeSweep()
    if mode == "hanging sweep":
        sweep.go.clear()
    if mode == "bug":
        sweep.answers[SOUND.name] = None.__class__
    return configuration(sweep, SOUND)

sys.exit(asyncio.run(serve(load, (("127.0.0.1", 0),), lambda: NOW)))
"""


@contextlib.asynccontextmanager
async def process(mode: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, asyncio.StreamReader]]:
    """Give a process that serves, and what it logs."""
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PROGRAM,
        mode,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert started.stderr is not None
    try:
        yield started, started.stderr
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()


async def line(log: asyncio.StreamReader, beginning: str) -> str:
    """Return the next line that begins so; all lines before it are passed over."""
    async for each in log:
        if each.decode().startswith(beginning):
            return each.decode().strip()
    raise EOFError(beginning)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(
    ("mode", "sign"), [("", "sweep finished"), ("hanging sweep", "listening"), ("slow load", "loading")]
)
async def test_end_by_a_signal(mode: str, sign: str, number: signal.Signals) -> None:
    """SIGTERM and SIGINT end the process with status 0 at once, whatever it is doing."""
    async with process(mode) as (started, log):
        await line(log, sign)
        started.send_signal(number)
        async with asyncio.timeout(20):
            await line(log, "stopped by a signal")
            assert await started.wait() == 0


async def test_end_during_an_answer() -> None:
    """A client that holds its connection does not hold the process."""
    async with process("") as (started, log):
        host, port = (await line(log, "listening")).removeprefix("listening endpoint=").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readline()) == b"HTTP/1.1 200 OK\r\n"
        started.send_signal(signal.SIGTERM)
        assert await started.wait() == 0
        writer.close()


async def test_hangup() -> None:
    """SIGHUP loads the configuration anew, and does not end the process."""
    async with process("") as (started, log):
        await line(log, "sweep finished")
        started.send_signal(signal.SIGHUP)
        await line(log, "configuration refused")
        assert await line(log, "inventory.yml") == "inventory.yml:1:1: nothing in it"
        started.send_signal(signal.SIGTERM)
        assert await started.wait() == 0


async def test_bug_is_loud() -> None:
    """A bug ends the process with its traceback and a status that is not 0."""
    async with process("bug") as (started, log):
        assert (await line(log, "  |   File")).startswith("|   File")
        await log.read()
        assert await started.wait() == 1
