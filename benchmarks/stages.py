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
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import process_time
from typing import Final, NamedTuple

from aescan.certificates import chain, decode
from aescan.certificates.memory import ROOM
from aescan.findings import catalogue
from aescan.findings.evaluate import evaluate
from aescan.findings.model import Evidence
from aescan.inventory.model import Target
from aescan.keystores.model import TrustStore
from aescan.probe.conversations import captured
from aescan.probe.ladder import Rung
from aescan.scan.scanner import Scanner
from aescan.scan.schedule import now
from aescan.settings.policy import Policy
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
"""
Microseconds for decoding and all rules, of a chain of two that is new; and for all that is made of one that was seen
before at the same endpoint, the clients' verdicts and the trust stores' included.
"""
TSAPI: Final = "tsapi"
"""The service with the most known clients."""


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

    def flight() -> Answer:
        reading = Flight(b"")
        answer = reading.feed(recorded)
        reading.data_to_send()
        if answer is None:
            raise SystemExit("the recorded flight is not complete")
        return answer

    capture = captured(flight(), Rung.TLS12, "127.0.0.1", 1)
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

    yield Step("hello, a new name", _least(lambda: TLS12.encode(host(next(names)), random)))
    yield Step("flight to answer", _least(flight))
    yield Step("decode, new chain of two RSA-2048", _least_anew(lambda: chain.decode(capture)))
    yield Step("rules", _least(lambda: evaluate(evidence)))
    yield Step("decode and all rules, new chain", _least_anew(lambda: evaluate(given(chain.decode(capture)))), MOST_NEW)
    whole = partial(_judged_again, capture=capture, target=target)
    yield Step("decode, all rules and clients, chain seen before", whole(POLICY), MOST_SEEN)
    of_tsapi = replace(target, service=TSAPI)
    yield Step("the same on a port of TSAPI", whole(POLICY, target=of_tsapi), MOST_SEEN)
    stored = replace(POLICY, trust_stores=(TrustStore("ours", capture.certificates[-1:], required=True),))
    yield Step("the same with a trust store", whole(stored, target=of_tsapi), MOST_SEEN)
    observed = min(asyncio.run(scans()) for _ in range(REPEATS)) * 1e6
    yield Step("capture to observation (decode, rules, all data)", observed)


def _judged_again(policy: Policy, *, capture: Capture, target: Target) -> float:
    """Return what a capture costs that says what others said before, a minute after the last."""
    # Of bytes of their own, as the network brings them: the cache has to look at them.
    copies = iter([replace(capture, certificates=_copies(capture.certificates)) for _ in range(CALLS * REPEATS)])
    scanner, began, minutes = Scanner(_ready(capture), policy, now), now(), iter(range(CALLS * REPEATS))
    return _least(lambda: scanner.judge(target, next(copies), began + timedelta(minutes=next(minutes))))


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
    taken, memories = 0.0, _memories()
    for _ in range(UNCACHED_CALLS):
        decode._names.clear()  # noqa: SLF001 - there is no other way to make it work again
        for forget in memories:
            forget()
        began = process_time()
        step()
        taken += process_time() - began
    return taken / UNCACHED_CALLS


def _memories() -> list[Callable[[], object]]:
    """Return how to empty each memory of certificates, chains and names; OBJECT IDENTIFIERs are the same in all."""
    found: list[Callable[[], object]] = []
    for name, module in sys.modules.copy().items():
        if name.startswith(("aescan.certificates", "aescan.findings")) and name != catalogue.__name__:
            held = [each for each in vars(module).values() if getattr(each, "__module__", "") == name]
            found += [function.cache_clear for function in held if hasattr(function, "cache_clear")]
    return [*found, *(partial(memory.begin, ROOM.chains) for memory in ROOM.memories)]
