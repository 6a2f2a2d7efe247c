"""
What each step of the pipeline costs by itself, warm and without a network: microseconds per endpoint.

A folder made by ``material`` comes in, name and time of each step go out. In a sweep the same steps cost more, because
the system calls between them push their code and data out of the processor's caches.
"""

import asyncio
import os
import timeit
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from aescan.certificates import chain, decode
from aescan.findings.evaluate import evaluate
from aescan.findings.model import Evidence
from aescan.scan.scanner import Scanner
from aescan.scan.schedule import now
from aescan.tls.capture import Capture
from aescan.tls.flight import Answer, Flight
from aescan.tls.hellos import RANDOM_LENGTH, TLS12
from benchmarks.client import POLICY, targets
from benchmarks.material import FLIGHT, host

CALLS: Final = 2000
UNCACHED_CALLS: Final = 200
"""Fewer, because each verifies signatures."""
REPEATS: Final = 5


def stages(folder: Path) -> Iterator[tuple[str, float]]:
    """Yield each step with the least time it took."""
    recorded = (folder / FLIGHT).read_bytes()
    target, random = targets(1, 4722)[0], os.urandom(RANDOM_LENGTH)
    names = iter(range(CALLS * REPEATS))

    def flight() -> Answer | None:
        reading = Flight(b"")
        answer = reading.feed(recorded)
        reading.data_to_send()
        return answer

    answer = flight()
    if answer is None:
        raise SystemExit("the recorded flight is not complete")
    capture = Capture(
        certificates=answer.certificates,
        version=answer.version,
        cipher_suite=answer.cipher_suite,
        client_certificate=answer.client_certificate,
        hello="tls12",
        address="127.0.0.1",
    )

    def uncached() -> None:
        decode._remembered.cache_clear()  # noqa: SLF001 - there is no other way to make it work again
        chain._remembered.cache_clear()  # noqa: SLF001 - likewise
        chain.decode(capture)

    evidence = Evidence(
        chain=chain.decode(capture),
        capture=capture,
        policy=POLICY,
        moment=now(),
        host=target.host,
        server_name=target.server_name,
        service=target.service,
    )
    scanner = Scanner(_ready(capture), POLICY, now)

    async def scans() -> float:
        began = asyncio.get_running_loop().time()
        for _ in range(CALLS):
            await scanner.scan(target)
        return (asyncio.get_running_loop().time() - began) / CALLS

    # As bytes of their own, as the network brings them: the cache has to look at them.
    copies = iter([replace(capture, certificates=_copies(capture.certificates)) for _ in range(CALLS * REPEATS)])

    yield "hello, a new name", _least(lambda: TLS12.encode(host(next(names)), random))
    yield "flight to answer", _least(flight)
    yield "decode, chain seen before", _least(lambda: chain.decode(next(copies)))
    yield "decode, new chain of two RSA-2048", _least(uncached, UNCACHED_CALLS)
    yield "rules", _least(lambda: evaluate(evidence))
    yield "capture to observation (decode, rules, all data)", min(asyncio.run(scans()) for _ in range(REPEATS)) * 1e6


def _copies(certificates: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(bytes(bytearray(der)) for der in certificates)


def _ready(capture: Capture) -> Callable[[object], "asyncio.Future[Capture]"]:
    def probe(_: object) -> "asyncio.Future[Capture]":
        future: asyncio.Future[Capture] = asyncio.get_running_loop().create_future()
        future.set_result(capture)
        return future

    return probe


def _least(step: Callable[[], object], calls: int = CALLS) -> float:
    return min(timeit.repeat(step, number=calls, repeat=REPEATS)) / calls * 1e6
