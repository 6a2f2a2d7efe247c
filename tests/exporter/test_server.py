"""The exporter as a process: real signals to a real one, and the service manager told."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from aescan.errors import ConfigError
from aescan.exporter.configuration import Configuration
from aescan.exporter.server import serve
from aescan.exporter.web.options import WebOptions
from tests.exporter.estate import SOUND, FakeSweep, configuration, until
from tests.facts import NOW

ROOT = Path(__file__).parents[2]
LOOPBACK = (("127.0.0.1", 0),)


async def test_first_configuration_is_bad() -> None:
    """Without a first configuration there is nothing to serve."""

    def load() -> Configuration:
        raise ConfigError(["aescan.yml: no such file"])

    with pytest.raises(ConfigError, match=re.escape("aescan.yml: no such file")):
        await serve(load, WebOptions(LOOPBACK), lambda: NOW)


async def test_cancelled_from_outside() -> None:
    """A cancellation that no signal made is not mistaken for the end by a signal."""
    sweep = FakeSweep()
    sweep.go.clear()
    task = asyncio.create_task(serve(lambda: configuration(sweep, SOUND), WebOptions(LOOPBACK), lambda: NOW))
    await sweep.held.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


PROGRAM = """
import asyncio, sys, threading
from aescan import logs
from aescan.errors import ConfigError
from aescan.exporter.server import serve
from aescan.exporter.web.options import WebOptions
from tests.exporter.estate import SOUND, FakeSweep, configuration
from tests.facts import NOW

logs.begin("info", logs.Form.LOGFMT, sys.stderr, {})
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

sys.exit(asyncio.run(serve(load, WebOptions((("127.0.0.1", 0),)), lambda: NOW)))
"""


@contextlib.asynccontextmanager
async def process(
    mode: str, **environment: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, asyncio.StreamReader]]:
    """Give a process that serves, and what it logs."""
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PROGRAM,
        mode,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )
    assert started.stderr is not None
    try:
        yield started, started.stderr
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()


async def line(log: asyncio.StreamReader, part: str) -> str:
    """Return the next line with that in it; all lines before it are passed over."""
    async for each in log:
        if part in each.decode():
            return each.decode().strip()
    raise EOFError(part)


async def endpoint_of(log: asyncio.StreamReader) -> str:
    """Return where the process listens."""
    return (await line(log, "listening")).partition("endpoint=")[2].split()[0]


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
        host, port = (await endpoint_of(log)).split(":")
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
        assert (await line(log, "inventory.yml")).endswith(
            'level=ERROR logger=aescan.exporter msg="problem of the configuration"'
            ' problem="inventory.yml:1:1: nothing in it"'
        )
        started.send_signal(signal.SIGTERM)
        assert await started.wait() == 0


async def test_bug_is_loud() -> None:
    """A bug ends the process with its traceback, as a line of the log, and a status that is not 0."""
    async with process("bug") as (started, log):
        assert 'level=ERROR logger=aescan msg="this is a bug in aescan, please report it"' in await line(log, "a bug")
        assert (await line(log, "      |   File")).startswith("|   File")
        await log.read()
        assert await started.wait() == 1


async def test_service_manager(tmp_path: Path) -> None:
    """A service manager hears when aescan listens, signs of life while it lives, and that it is about to end."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.setblocking(False)
        receive = asyncio.get_running_loop().sock_recv
        async with process("", NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="20000") as (started, log):
            async with asyncio.timeout(60):
                endpoint = await endpoint_of(log)
                said = [(await receive(manager, 4096)).decode() for _ in range(4)]
                started.send_signal(signal.SIGTERM)
                while said[-1] != "STOPPING=1":
                    said.append((await receive(manager, 4096)).decode())
            assert await started.wait() == 0
    assert said[0] == f"READY=1\nSTATUS=listening on {endpoint}"
    assert set(said[1:-1]) == {"WATCHDOG=1"}


async def test_changed_file(tmp_path: Path) -> None:
    """A file of the configuration that changes has it loaded again, where that is wanted."""
    path = tmp_path / "inventory.yml"
    path.write_text("a")
    loads: list[None] = []

    def load() -> Configuration:
        loads.append(None)
        return replace(configuration(FakeSweep(), SOUND), files=(path,))

    task = asyncio.create_task(serve(load, WebOptions(LOOPBACK, auto_reload=0.01), lambda: NOW))
    await until(lambda: len(loads) == 1)
    await asyncio.sleep(0.05)
    before = len(loads)
    path.write_text("another")
    await until(lambda: len(loads) == before + 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert before == 1
