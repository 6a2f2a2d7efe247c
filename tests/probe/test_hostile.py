"""
Hostile and broken servers on real sockets: each ends within its deadline, within bounds, with one observation.

Deadlines are causes here and nothing is measured: a server that is to end otherwise has a deadline that is never
reached, and a probe that went on beyond its own would end with that of the test.
"""

import asyncio
import re
import socket
from contextlib import AsyncExitStack
from functools import partial

import pytest

from aescan.inventory.model import Target
from aescan.lab.answers import Tls
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.servers import Server, serving
from aescan.observation import Failed, Observation, Seen
from aescan.probe import transport
from aescan.probe.ladder import MOST_RUNGS
from aescan.probe.probe import Prober
from aescan.scan.scanner import Scanner
from aescan.scan.sweep import sweep
from aescan.settings.policy import Policy
from aescan.tls.capture import ClientCertificate
from aescan.tls.flight import MOST_BYTES, Flight
from tests import certs, flights
from tests.facts import NOW
from tests.peers import scripted
from tests.probe.hostile import CASES, FLIGHT, FULL, SILENCES, Case, Port, connected, ends, says

SECONDS = 0.5
"""The deadline of servers that only a deadline ends, long enough for anything that is to come before it."""
SECONDS_OF_SWEEP = 2.0
"""The same with all of them at work at once."""
NEVER = 3600.0


async def scan(targets: list[Target], prober: Prober, places: int = 1000) -> dict[str, Observation]:
    """Sweep targets, as many at once as there are places; return what each came to, in the order they were done."""
    scanner = Scanner(prober.probe, Policy(), lambda: NOW)
    swept = sweep(targets, scanner.scan, concurrency=places, host_concurrency=places)
    seen: dict[str, Observation] = {}
    async for observation in swept:
        assert observation.target.name not in seen
        seen[observation.target.name] = observation
    assert len(seen) == len(targets)  # one row each
    assert prober.poller._watched == {}  # no socket of ours is left
    return seen


def at(port: int, name: str = "one") -> Target:
    """Return the target of a port of loopback."""
    return Target(name, "127.0.0.1", port)


def check(case: Case, observation: Observation) -> None:
    """Hold an observation against what the case says."""
    outcome = observation.outcome
    if isinstance(outcome, Failed):
        assert (outcome.reason, observation.connections) == (case.reason, case.connections), outcome.detail
        assert re.fullmatch(case.detail, outcome.detail, re.DOTALL)
    else:
        assert (case.reason, observation.connections) == (None, case.connections)
        assert outcome.capture.certificates == case.certificates
        assert len(outcome.capture.remarks) == len(case.remarks)
        assert all(map(re.fullmatch, case.remarks, outcome.capture.remarks)), outcome.capture.remarks


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Give the list of how many bytes each flight was fed at a time."""
    sizes: list[int] = []
    feed = Flight.feed

    def counting(flight: Flight, data: bytes) -> object:
        sizes.append(len(data))
        return feed(flight, data)

    monkeypatch.setattr(Flight, "feed", counting)
    return sizes


@pytest.mark.parametrize("name", CASES)
async def test_each(name: str, taken: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """One server alone: the right reason and words, or its chain; bounded bytes; every connection closed."""
    monkeypatch.setattr(transport, "LINGER", NEVER)  # so that it ends for another cause
    case, port = CASES[name], Port(CASES[name].script)
    async with scripted(port) as number:
        seen = await scan([at(number)], Prober(timeout=SECONDS if case.waits else NEVER))
        await port.deserted(case.connections)

    check(case, seen["one"])
    assert port.opened == case.connections
    assert sum(taken) <= MOST_BYTES + transport.MOST_EXTRA + 2 * transport.CHUNK


async def test_all_at_once() -> None:
    """A sweep over all of them: one row each, every good server among them seen, and no connection left over."""
    good = {f"good {number}": Case(says(FLIGHT)) for number in range(5)}
    cases = CASES | good
    contexts = [tls_context(certs.make_chain(2), TlsSettings(client_certificate=asked)) for asked in (False, True)]
    real = [Server("127.0.0.1", partial(Tls, context=context)) for context in contexts]
    async with AsyncExitStack() as stack:
        numbers = stack.enter_context(serving(real))
        ports = {name: Port(case.script) for name, case in cases.items()}
        targets = [at(await stack.enter_async_context(scripted(port)), name) for name, port in ports.items()]
        targets += [at(number, f"real {number}") for number in numbers]
        seen = await scan(targets, Prober(timeout=SECONDS_OF_SWEEP))
        for name, case in cases.items():
            await ports[name].deserted(case.connections)
            check(case, seen[name])

    assert all(isinstance(seen[f"real {number}"].outcome, Seen) for number in numbers)
    assert connected(ports.values()) == sum(case.connections for case in cases.values())


async def test_a_port_that_nobody_serves() -> None:
    """The system accepts and no process ever does: silence, and both connections are closed in the end."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        seen = await scan([at(listening.getsockname()[1])], Prober(timeout=SECONDS))
        check(SILENCES["silence"], seen["one"])
        for _ in range(seen["one"].connections):
            accepted, _ = listening.accept()
            with accepted:
                heard = b"".join(iter(partial(accepted.recv, 4096), b""))  # ends at FIN

                assert heard[:1] == b"\x16"
        listening.setblocking(False)
        with pytest.raises(BlockingIOError):
            listening.accept()


async def test_many_dead_among_few() -> None:
    """Black holes do not hold up the others: with one place more than there are of them, all others are done first."""
    dead = 20
    hole, fine = Port(says(b"")), Port(says(FLIGHT))
    async with scripted(hole) as silent, scripted(fine) as good:
        targets = [at(silent, f"dead {number}") for number in range(dead)]
        targets += [at(good, f"good {number}") for number in range(dead)]
        seen = await scan(targets, Prober(timeout=SECONDS), places=dead + 1)
        await hole.deserted(2 * dead)
        await fine.deserted(dead)

    assert list(seen)[:dead] == [f"good {number}" for number in range(dead)]
    assert sorted(list(seen)[dead:]) == sorted(f"dead {number}" for number in range(dead))


async def test_a_server_that_is_never_content() -> None:
    """No port costs more connections than the ladder has rungs for it, whatever it does to each."""
    moods = [ends(), ends(by_reset=True), says(b"\x15\x03\x01\x00\x02\x02\x28"), says(b"\x15\x03\x01\x00\x02\x02\x46")]
    turns = 0

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal turns
        turns += 1
        await moods[-turns % len(moods)](reader, writer)

    port = Port(script)
    async with scripted(port) as number:
        seen = await scan([at(number)], Prober(timeout=NEVER))
        await port.deserted(seen["one"].connections)

    assert port.opened == seen["one"].connections <= MOST_RUNGS
    assert isinstance(seen["one"].outcome, Failed)


def test_what_lies_behind_the_certificate_is_looked_at_once() -> None:
    """A flood of tiny messages behind the certificate is not kept: it costs time by its length, not by its square."""
    flight = Flight(b"")
    flight.feed(FLIGHT[: -len(flights.DONE)])
    for _ in range(8):
        flight.feed(flights.record(bytes(FULL)))

        assert flight._messages == b""
    requested = flight.feed(flights.REQUEST)
    done = flight.feed(flights.DONE)

    assert requested is not None
    assert done is not None
    assert done.client_certificate is requested.client_certificate is ClientCertificate.REQUESTED
