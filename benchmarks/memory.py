"""
What one connection in flight costs in memory, measured in this process alone.

``python -m benchmarks.memory PORT CONNECTIONS`` begins a sweep of that many endpoints on loopback, which accept and say
nothing, waits until all of them are connected and have the hello, and prints one line of JSON: how many connections
were in flight, and by how many bytes this process had grown (resident set). The targets themselves, and code that any
sweep loads, were there before. What the kernel holds of a socket is not in it.
"""

import asyncio
import contextlib
import gc
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from resource import getpagesize
from typing import Final

import uvloop

from aescan.probe.poller import Watched
from aescan.probe.probe import Prober
from aescan.probe.transport import _Exchange
from aescan.scan.limits import usable_concurrency
from aescan.scan.scanner import Scanner
from aescan.scan.schedule import now
from aescan.scan.sweep import sweep
from benchmarks.client import POLICY, Targets, targets

PATIENCE: Final = 60.0
"""Seconds that connecting to all of them may take before something is wrong."""
LOOK: Final = 0.1
"""Seconds between two looks whether they are."""
FIRST: Final = 100
"""Endpoints that are probed before, so that all code is there."""


async def grown(of: Targets) -> int:
    """Return the bytes by which the process grows while all of these are being probed."""
    async with _probing(of[:FIRST]):
        pass
    gc.collect()
    before = resident()
    async with _probing(of):
        return resident() - before


@contextlib.asynccontextmanager
async def _probing(of: Targets) -> AsyncIterator[None]:
    prober = Prober(timeout=10 * PATIENCE, connect_timeout=PATIENCE)
    scanner = Scanner(prober.probe, POLICY, now)

    async def swept() -> None:
        async for _ in sweep(of, scanner.scan, concurrency=len(of), host_concurrency=1):
            raise SystemExit("an endpoint answered")

    sweeping = asyncio.create_task(swept())
    async with asyncio.timeout(PATIENCE):
        while sum(map(_connected, prober.poller._watched.values())) < len(of):  # noqa: ASYNC110, SLF001 - nobody tells
            await asyncio.sleep(LOOK)
    yield
    sweeping.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await sweeping


def _connected(watched: Watched) -> bool:
    return isinstance(watched, _Exchange) and watched.connected


def resident() -> int:
    """Return the bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * getpagesize()


def main() -> None:
    """Measure."""
    port, wanted = map(int, sys.argv[1:])
    connections = usable_concurrency(wanted)
    of = targets(connections, port)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps({"connections": connections, "bytes": runner.run(grown(of))}))


if __name__ == "__main__":
    main()
