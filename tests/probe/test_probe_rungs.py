"""What a probe tells of its ladder: each hello, where it went, what came back, and why another one followed."""

import asyncio
import ssl
from functools import partial
from time import perf_counter

import pytest

from aescan.errors import Met, ProbeError, Reason
from aescan.inventory.model import Target
from aescan.lab.answers import Tls
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.servers import Server, serving
from aescan.probe.ladder import WHY, Rung
from aescan.probe.pace import Limits, Pace
from aescan.probe.probe import MOST_RUNGS_TOLD, Prober
from aescan.probe.resolve import Resolver
from aescan.tls.capture import ViewName
from tests import certs, flights
from tests.peers import scripted
from tests.probe.test_ladder_peers import TLS13_ONLY

CHAIN = certs.make_chain(2, keys=(certs.rsa_key(),))
REFUSED = "connecting: connection refused; nothing listens on that port"
TIMES = 0.25


def told(rungs: tuple[Met, ...] | None) -> list[Met]:
    """Return what was told but for the times, which are some."""
    assert rungs is not None
    assert all(0 < met.seconds < 60 for met in rungs)
    return [met._replace(seconds=TIMES) for met in rungs]


def server(settings: TlsSettings | None = None) -> Server:
    """Return a server on 127.0.0.1."""
    return Server("127.0.0.1", partial(Tls, context=tls_context(CHAIN, settings or TlsSettings())))


async def failing(target: Target, prober: Prober) -> ProbeError:
    """Return the error that probing ends with."""
    with pytest.raises(ProbeError) as caught:
        await prober.probe(target)
    return caught.value


async def test_one_rung() -> None:
    """An ordinary server has one, which was answered."""
    with serving([server()]) as (port,):
        capture = await Prober().probe(Target("one", "127.0.0.1", port))

    assert told(capture.rungs) == [Met("tls12", "127.0.0.1", TIMES)]


async def test_another_hello() -> None:
    """A server of TLS 1.3 alone has two, and the next time one, since what worked is remembered."""
    prober = Prober()
    with serving([server(TLS13_ONLY)]) as (port,):
        target = Target("one", "127.0.0.1", port)
        first, second = await prober.probe(target), await prober.probe(target)

    assert told(first.rungs) == [
        Met(
            "tls12",
            "127.0.0.1",
            TIMES,
            Reason.ALERT,
            "the server answered with protocol_version (70)",
            "then tls13: some servers refuse everything older than TLS 1.3",
        ),
        Met("tls13", "127.0.0.1", TIMES),
    ]
    assert told(second.rungs) == [Met("tls13", "127.0.0.1", TIMES)]


async def test_another_address() -> None:
    """Where an address refuses, the same hello goes to the next."""
    prober = Prober(resolver=Resolver(lambda host: ("127.0.0.2", "127.0.0.1")))
    with serving([server()]) as (port,):
        capture = await prober.probe(Target("one", "aes1.example.com", port))

    assert told(capture.rungs) == [
        Met("tls12", "127.0.0.2", TIMES, Reason.REFUSED, REFUSED, "the host has another address"),
        Met("tls12", "127.0.0.1", TIMES),
    ]


async def test_in_vain() -> None:
    """Of a probe that failed every hello is told, and the last says why there was no other."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(flights.alert(40))

    async with scripted(refuse) as port:
        error = await failing(Target("one", "127.0.0.1", port), Prober())

    alert = "the server answered with handshake_failure (40)"
    assert told(error.rungs) == [
        Met("tls12", "127.0.0.1", TIMES, Reason.ALERT, alert, f"then tls13: {WHY[Rung.TLS13]}"),
        Met("tls13", "127.0.0.1", TIMES, Reason.ALERT, alert, f"then tls10: {WHY[Rung.TLS10]}"),
        Met("tls10", "127.0.0.1", TIMES, Reason.ALERT, alert, "then ssl3: some servers never heard of TLS"),
        Met("ssl3", "127.0.0.1", TIMES, Reason.ALERT, alert, "no hello is left that could help"),
    ]


async def test_no_hello() -> None:
    """Where the name has no address, none was said."""

    def unknown(host: str) -> tuple[str, ...]:
        raise OSError(None, "no such name")

    error = await failing(Target("one", "aes1.example.com", 443), Prober(resolver=Resolver(unknown)))

    assert (error.reason, error.rungs) == (Reason.DNS, ())


async def test_many_addresses() -> None:
    """A name with more addresses than anybody reads of: the last are told."""
    many = tuple(f"127.0.0.{number}" for number in range(MOST_RUNGS_TOLD + 5, 1, -1))
    prober = Prober(resolver=Resolver(lambda host: (*many, "127.0.0.1")))
    with serving([server()]) as (port,):
        capture = await prober.probe(Target("one", "aes1.example.com", port))

    assert capture.rungs is not None
    assert [met.address for met in capture.rungs] == [*many, "127.0.0.1"][-MOST_RUNGS_TOLD:]
    assert capture.connections == len(many) + 1


async def test_the_wait_for_a_turn() -> None:
    """How long a hello took is told without what it waited for its turn."""

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        await asyncio.sleep(0.1)
        writer.write(flights.HELLO + flights.CERTIFICATE + flights.DONE)
        await reader.read()

    prober = Prober(pace=Pace(Limits(host_concurrency=1)))
    async with scripted(slow) as port:
        began = perf_counter()
        captures = await asyncio.gather(*(prober.probe(Target(name, "127.0.0.1", port)) for name in ("one", "two")))
        took = perf_counter() - began
    first, second = captures

    assert (first.waited, second.waited > 0) == (0, True)
    assert second.rungs is not None
    assert second.waited + second.rungs[0].seconds <= took


async def test_a_chain_that_only_a_view_brought() -> None:
    """Then the ladder is that of the ordinary hello, in vain."""
    context = tls_context(CHAIN, TlsSettings())
    context.sni_callback = lambda _session, name, _context: None if name else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    with serving([Server("127.0.0.1", partial(Tls, context=context))]) as (port,):
        nameless = Target("one", certs.HOST, port, address="127.0.0.1", views=(ViewName.SNI,))
        capture = await Prober().probe(nameless)

    assert capture.certificates == tuple(one.der for one in CHAIN)
    assert told(capture.rungs) == [
        Met(
            "tls12",
            "127.0.0.1",
            TIMES,
            Reason.ALERT,
            "the server answered with unrecognized_name (112)",
            "no hello is left that could help",
        )
    ]
