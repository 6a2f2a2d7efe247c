"""
How long a sweep takes when a twentieth of its endpoints swallows packets, as firewalls have them do.

``python -m benchmarks.blackholes PORT SWALLOWING ENDPOINTS CONCURRENCY`` sweeps that many endpoints on loopback, every
twentieth of them at the port SWALLOWING, and prints one line of JSON: how many were dead, how many chains came, the
seconds that the dead ones must take (their number × connect timeout ÷ concurrency) and those that the sweep took.
"""

import asyncio
import json
import sys
import time
from dataclasses import replace
from typing import Final

import uvloop

from aescan.errors import Reason
from aescan.observation import Failed, Seen
from aescan.probe.pace import Limits, Pace
from aescan.probe.probe import Prober
from aescan.scan.limits import usable_concurrency
from aescan.scan.scanner import Scanner
from aescan.scan.schedule import now
from aescan.scan.sweep import sweep
from aescan.settings.model import Settings
from benchmarks.client import POLICY, Targets, targets

EVERY: Final = 20
CONNECT_TIMEOUT: Final = 1.0


async def took(of: Targets, concurrency: int) -> dict[str, float]:
    """Sweep by the default limits of a host, and return the figures."""
    settings = Settings()
    pace = Pace(Limits(concurrency, settings.host_concurrency, settings.host_pause))
    scanner = Scanner(Prober(60.0, CONNECT_TIMEOUT, pace=pace).probe, POLICY, now)
    began = time.perf_counter()
    swept = sweep(of, scanner.scan, concurrency=concurrency, host_concurrency=settings.host_concurrency, pace=pace)
    outcomes = [observation.outcome async for observation in swept]
    seconds = time.perf_counter() - began
    dead = sum(isinstance(outcome, Failed) and outcome.reason is Reason.TIMEOUT for outcome in outcomes)
    chains = sum(isinstance(outcome, Seen) for outcome in outcomes)
    return {"dead": dead, "chains": chains, "least": dead * CONNECT_TIMEOUT / concurrency, "seconds": seconds}


def main() -> None:
    """Measure."""
    port, swallowing, endpoints, concurrency = map(int, sys.argv[1:])
    of = tuple(
        replace(target, port=swallowing) if number % EVERY == 0 else target
        for number, target in enumerate(targets(endpoints, port))
    )
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(took(of, usable_concurrency(concurrency)))))


if __name__ == "__main__":
    main()
