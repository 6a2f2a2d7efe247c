"""
What each step of the pipeline costs by itself, warm and without a network: microseconds of CPU per endpoint.

A folder made by ``material`` comes in, a ``Step`` for each goes out. In a sweep the same steps cost more, because
the system calls between them push their code and data out of the processor's caches.
"""

import asyncio
import os
import sys
import timeit
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import process_time
from typing import Final, NamedTuple

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

CALLS: Final = 500
UNCACHED_CALLS: Final = 50
"""Fewer, because each verifies signatures."""
REPEATS: Final = 20
MOST_NEW: Final = 250.0
MOST_SEEN: Final = 25.0
"""Microseconds for decoding and all rules, of a chain of two that is new and of one that was seen before."""


class Step(NamedTuple):
    """A step of the pipeline with the least time it took, and the most that it may take where that is bounded."""

    title: str
    microseconds: float
    most: float | None = None


def stages(folder: Path) -> Iterator[Step]:
    """Yield each step."""
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

    given = partial(
        Evidence,
        capture=capture,
        policy=POLICY,
        moment=now(),
        host=target.host,
        server_name=target.server_name,
        service=target.service,
    )
    evidence = given(chain.decode(capture))
    scanner = Scanner(_ready(capture), POLICY, now)

    async def scans() -> float:
        began = process_time()
        for _ in range(CALLS):
            await scanner.scan(target)
        return (process_time() - began) / CALLS

    # As bytes of their own, as the network brings them: the cache has to look at them.
    copies = iter([replace(capture, certificates=_copies(capture.certificates)) for _ in range(CALLS * REPEATS)])

    yield Step("hello, a new name", _least(lambda: TLS12.encode(host(next(names)), random)))
    yield Step("flight to answer", _least(flight))
    yield Step("decode, new chain of two RSA-2048", _least_anew(lambda: chain.decode(capture)))
    yield Step("rules", _least(lambda: evaluate(evidence)))
    yield Step("decode and all rules, new chain", _least_anew(lambda: evaluate(given(chain.decode(capture)))), MOST_NEW)
    yield Step(
        "decode and all rules, chain seen before",
        _least(lambda: (chain.decode(next(copies)), evaluate(evidence))),
        MOST_SEEN,
    )
    observed = min(asyncio.run(scans()) for _ in range(REPEATS)) * 1e6
    yield Step("capture to observation (decode, rules, all data)", observed)


def _copies(certificates: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(bytes(bytearray(der)) for der in certificates)


def _ready(capture: Capture) -> Callable[[object], "asyncio.Future[Capture]"]:
    def probe(_: object) -> "asyncio.Future[Capture]":
        future: asyncio.Future[Capture] = asyncio.get_running_loop().create_future()
        future.set_result(capture)
        return future

    return probe


def _least(step: Callable[[], object], calls: int = CALLS) -> float:
    return min(timeit.repeat(step, timer=process_time, number=calls, repeat=REPEATS)) / calls * 1e6


def _least_anew(step: Callable[[], object]) -> float:
    """Return the same of a step for which nothing was seen before; forgetting is not in it."""
    return min(_mean_anew(step) for _ in range(REPEATS)) * 1e6


def _mean_anew(step: Callable[[], object]) -> float:
    taken = 0.0
    for _ in range(UNCACHED_CALLS):
        _forget()
        began = process_time()
        step()
        taken += process_time() - began
    return taken / UNCACHED_CALLS


def _forget() -> None:
    """
    Empty every memory of certificates and names; only the names of OBJECT IDENTIFIERs, the same in all, stay.

    What the rules remember goes by the object that is a chain, and is nothing worth for the next one.
    """
    decode._names.clear()  # noqa: SLF001 - there is no other way to make it work again
    for name, module in sys.modules.copy().items():
        if name.startswith(("aescan.certificates", "aescan.findings.names")):
            for function in vars(module).values():
                if getattr(function, "__module__", "") == name and hasattr(function, "cache_clear"):
                    function.cache_clear()
