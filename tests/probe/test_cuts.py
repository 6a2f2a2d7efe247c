"""
FIN and RST in the middle of real flights: the chain if it was complete, the right reason otherwise, wherever they fall.

Recorded flights end at a sample of their bytes: around every record and message, and every few bytes in between. Each
target says in its server name where its flight is to end, so that one port serves them all, swept at once.
"""

import asyncio
import re
from collections.abc import Iterable
from functools import partial

import pytest

from aescan.errors import Reason
from aescan.inventory.model import Target
from aescan.lab.answers import Tls
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.servers import Server, serving
from aescan.observation import Failed, Observation, Seen
from aescan.probe.probe import Prober
from aescan.scan.scanner import Scanner
from aescan.scan.sweep import sweep
from aescan.settings.policy import Policy
from tests import certs, flights
from tests.facts import NOW
from tests.peers import reset, scripted
from tests.probe.hostile import Port, hello, to_tls13

CUT = re.compile(rb"cut-(\d+)\.example\.com")
STEP = 11
"""Bytes between two cuts where nothing begins or ends: a prime, so that they fall on every kind of byte."""
AT_ONCE = 32
PATIENT = 3600.0
DERS = tuple(identity.der for identity in certs.make_chain(2, keys=(certs.rsa_key(),)))


def cuts(flight: bytes) -> list[int]:
    """Return the sample of places to cut a flight at; not 0, which is no flight."""
    marks, position = [flights.end_of_certificate(flight)], 0
    for _, fragment in flights.records(flight):
        marks += [position, position + 5, position + 9]  # a record, its fragment, the body of its message
        position += 5 + len(fragment)
    around = {mark + offset for mark in (*marks, len(flight)) for offset in (-1, 0, 1)}
    return sorted(place for place in around | set(range(1, len(flight), STEP)) if 0 < place <= len(flight))


async def scan(port: int, places: Iterable[int]) -> dict[int, Observation]:
    """Return what targets come to whose flights end at these places."""
    targets = [Target(str(place), "127.0.0.1", port, server_name=f"cut-{place}.example.com") for place in places]
    scanner = Scanner(Prober(timeout=PATIENT).probe, Policy(), lambda: NOW)
    swept = sweep(targets, scanner.scan, concurrency=AT_ONCE, host_concurrency=AT_ONCE)
    return {int(observation.target.name): observation async for observation in swept}


def place_in(first: bytes) -> int:
    """Return where the flight is to end that is the answer to this hello."""
    found = CUT.search(first)
    assert found is not None
    return int(found[1])


@pytest.mark.parametrize("by_reset", [False, True], ids=["FIN", "RST"])
@pytest.mark.parametrize(
    "name", ["openssl_tls12_rsa", "openssl_tls12_short_records", "tlslite_ssl30_3des", "jsse_tls12_need_client"]
)
async def test_cut(name: str, by_reset: bool) -> None:
    """A flight that ends before its certificate is complete fails with one connection, one that ends later is seen."""
    flight = flights.recorded(name)
    whole = flights.end_of_certificate(flight)
    places = cuts(flight)

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(flight[: place_in(await hello(reader))])
        if by_reset:
            reset(writer)
        writer.close()

    port = Port(script)
    async with scripted(port) as number:
        observed = await scan(number, places)
        await port.deserted(len(places))

    assert sorted(observed) == places
    assert port.opened == len(places)
    assert {place for place in places if isinstance(observed[place].outcome, Seen)} == {
        place for place in places if place >= whole
    }
    for place, observation in observed.items():
        if place < whole:
            assert isinstance(observation.outcome, Failed)
            assert (observation.outcome.reason, observation.outcome.detail) == (
                (Reason.RESET, "waiting for the certificate: the connection was reset")
                if by_reset
                else (
                    Reason.CLOSED,
                    f"the server closed the connection after {place} bytes before its certificate was complete",
                )
            )


@pytest.mark.parametrize("by_reset", [False, True], ids=["FIN", "RST"])
async def test_cut_in_tls13(by_reset: bool) -> None:
    """The same of OpenSSL's encrypted flight, whose certificate stands in the fourth record."""
    context = tls_context(certs.make_chain(2, keys=(certs.rsa_key(),)), TlsSettings())
    ends: dict[int, int] = {}
    served = asyncio.Semaphore(AT_ONCE)

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await hello(reader)
        place, flight = place_in(first), b""
        async with served:
            behind, before = await asyncio.open_connection("127.0.0.1", real)
            before.write(first)
            for _ in range(4):
                head = await behind.readexactly(5)
                flight += head + await behind.readexactly(int.from_bytes(head[3:]))
            before.transport.abort()
        ends[place] = len(flight)
        writer.write(flight[:place])
        if by_reset:
            reset(writer)
        writer.close()

    with serving([Server("127.0.0.1", partial(Tls, context=context))]) as (real,):
        async with scripted(to_tls13(script)) as number:
            observed = await scan(number, (*range(1, 1500, STEP), 4000))

    assert len(observed) == len(ends) > 1
    for place, observation in observed.items():
        if place < ends[place]:
            assert isinstance(observation.outcome, Failed)
            assert observation.outcome.reason is (Reason.RESET if by_reset else Reason.CLOSED)
        else:
            assert isinstance(observation.outcome, Seen)
            assert observation.outcome.capture.version == "TLS 1.3"
        assert observation.connections == 2
    assert isinstance(observed[4000].outcome, Seen)
