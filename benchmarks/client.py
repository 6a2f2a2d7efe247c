"""
One row of the benchmark, measured in this process alone.

``python -m benchmarks.client ROW PORT ENDPOINTS CONCURRENCY`` asks that many endpoints on loopback for their chain in
the way of ROW and prints one line of JSON: how many chains came over how many connections, and the seconds it took, of
this process's CPU (user and system) and of the clock. Starting Python and making the targets is not in it.
"""

import asyncio
import contextlib
import gc
import json
import resource
import ssl
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Final, NamedTuple

import uvloop

from aescan.inventory.model import Target
from aescan.observation import Seen
from aescan.probe.pace import Limits, Pace
from aescan.probe.probe import Prober
from aescan.scan.limits import usable_concurrency
from aescan.scan.scanner import Scanner
from aescan.scan.schedule import now
from aescan.scan.sweep import sweep
from aescan.settings.load import load_settings
from aescan.settings.model import Settings
from benchmarks.material import host

FIRST_ADDRESS: Final = int(IPv4Address("127.1.0.1"))
PACE: Final = Pace(Limits(host_concurrency=Settings().host_concurrency, host_pause=Settings().host_pause))
"""As by default, but as many in a second as it can."""
PROBER: Final = Prober(timeout=60.0, connect_timeout=30.0, pace=PACE)
"""Patient: a machine busy with other things is no failed endpoint."""
POLICY: Final = load_settings(None).policy
"""Without a settings file: the shipped patterns and clients, no trust stores."""

Targets = tuple[Target, ...]


class Came(NamedTuple):
    """How many chains came over how many connections."""

    chains: int
    connections: int


def targets(endpoints: int, port: int) -> Targets:
    """Return one target for each of ``endpoints`` addresses from 127.1.0.1 on, each with a name of its own."""
    return tuple(
        Target(
            name=f"{host(number)}:{port}",
            host=host(number),
            port=port,
            service="dmcc",
            server_name=host(number),
            address=str(IPv4Address(FIRST_ADDRESS + number)),
            thresholds=POLICY.thresholds,
        )
        for number in range(endpoints)
    )


async def pipeline(of: Targets, concurrency: int) -> Came:
    """Sweep, as ``aescan --once`` does, and keep every observation."""
    scanner = Scanner(PROBER.probe, POLICY, now)
    swept = sweep(of, scanner.scan, concurrency=concurrency, host_concurrency=1, pace=PACE)
    observations = [observation async for observation in swept]
    seen = sum(isinstance(observation.outcome, Seen) for observation in observations)
    return Came(seen, sum(observation.connections for observation in observations))


async def capture(of: Targets, concurrency: int) -> Came:
    """Probe and keep nothing."""

    async def one(target: Target) -> Came:
        captured = await PROBER.probe(target)
        return Came(bool(captured.certificates), captured.connections)

    return await _each(of, one, concurrency)


async def handshake(of: Targets, concurrency: int) -> Came:
    """Do what most scanners in Python do: a whole handshake by asyncio and ssl, with one context for all."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE

    async def one(target: Target) -> Came:
        _, writer = await asyncio.open_connection(
            target.address, target.port, ssl=context, server_hostname=target.server_name
        )
        der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.close()
        with contextlib.suppress(OSError):  # the chain is there; how the server takes its leave does not matter
            await writer.wait_closed()
        return Came(bool(der), 1)

    return await _each(of, one, concurrency)


async def _each(of: Targets, one: Callable[[Target], Awaitable[Came]], concurrency: int) -> Came:
    waiting = iter(of)

    async def worker(from_: Iterable[Target]) -> Came:
        return _sum([await one(target) for target in from_])

    return _sum(await asyncio.gather(*(worker(waiting) for _ in range(concurrency))))


def _sum(came: Iterable[Came]) -> Came:
    chains, connections = 0, 0
    for each in came:
        chains, connections = chains + each.chains, connections + each.connections
    return Came(chains, connections)


@dataclass(frozen=True, slots=True)
class Way:
    """What a row runs, on which loop, and whether it is the second sweep of the same targets that counts."""

    run: Callable[[Targets, int], Awaitable[Came]]
    loop: Callable[[], asyncio.AbstractEventLoop]
    again: bool = False


WAYS: Final = {
    "pipeline": Way(pipeline, uvloop.new_event_loop),
    "capture": Way(capture, uvloop.new_event_loop),
    "capture-again": Way(capture, uvloop.new_event_loop, again=True),
    "pipeline-asyncio": Way(pipeline, asyncio.new_event_loop),
    "handshake": Way(handshake, asyncio.new_event_loop),
    "handshake-uvloop": Way(handshake, uvloop.new_event_loop),
}


def cpu() -> float:
    """Return the seconds of CPU that this process has used, user and system."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Measure one row."""
    way = WAYS[sys.argv[1]]
    port, endpoints, concurrency = map(int, sys.argv[2:])
    of, at_once = targets(endpoints, port), usable_concurrency(concurrency)
    gc.collect()

    async def measured() -> dict[str, float]:
        if way.again:
            await way.run(of, at_once)
        began, cpu_began = time.perf_counter(), cpu()
        came = await way.run(of, at_once)
        return came._asdict() | {"cpu": cpu() - cpu_began, "wall": time.perf_counter() - began}

    with asyncio.Runner(loop_factory=way.loop) as runner:
        print(json.dumps(runner.run(measured())))


if __name__ == "__main__":
    main()
