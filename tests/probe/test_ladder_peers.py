"""
The ladder on real sockets: each cause, each rung, the memory of what worked, and what it all costs.

A ``Picky`` port passes connections on to a real server only when it likes the hello, and otherwise does what old or
odd servers do: alert, FIN, reset, silence.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from aescan.errors import ProbeError, Reason
from aescan.inventory.model import Target
from aescan.lab.answers import Tls
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.servers import Server, serving
from aescan.probe.ladder import MOST_USES, Rung
from aescan.probe.poller import make_poller
from aescan.probe.probe import Prober
from aescan.probe.transport import converse
from aescan.tls.capture import Capture
from aescan.tls.flight import Flight
from tests import certs, flights
from tests.peers import openssl_server, reset, scripted, tlslite_server

CHAIN = certs.make_chain(2, keys=(certs.rsa_key(),))
DERS = tuple(identity.der for identity in CHAIN)
OTHER = certs.make_chain(1, keys=(certs.rsa_key(),))
UP_TO_TLS12 = TlsSettings(versions=(ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_2))
TLS13_ONLY = TlsSettings(versions=(ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3))
SECONDS = 0.5
"""A deadline for silent ports, long enough for anything that answers on loopback."""

Refusal = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Taste = Callable[[bytes], bool]


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close without a word."""


async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Reset."""
    reset(writer)


async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Wait until the client has had enough."""
    await reader.read()


def refuse(description: int) -> Refusal:
    """Return a refusal by this fatal alert."""

    async def refusal(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(flights.alert(description))

    return refusal


def is_tls(hello: bytes) -> bool:
    """Whether a hello is a record of TLS."""
    return hello[0] == 0x16


def version(hello: bytes) -> int:
    """Return the version that a hello offers."""
    return int.from_bytes(hello[9:11] if is_tls(hello) else hello[3:5])


def offers_tls13(hello: bytes) -> bool:
    """Whether a hello has the extension supported_versions with TLS 1.3 in it."""
    return is_tls(hello) and b"\x03\x04" in hello.partition(b"\x00\x2b\x00")[2][:16]


def names_server(hello: bytes) -> bool:
    """Whether a hello says a server name."""
    return certs.HOST.encode() in hello


class Picky:
    """A port before a real server; ``hellos`` are those that it got."""

    def __init__(self, likes: Taste, refusal: Refusal, server: int) -> None:
        self.likes = likes
        self.refusal = refusal
        self.server = server
        self.hellos: list[bytes] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read a hello; pass it on or refuse it."""
        head = await reader.readexactly(5)
        length = int.from_bytes(head[3:5]) if is_tls(head) else int.from_bytes(head[:2]) % 0x8000 - 3
        hello = head + await reader.readexactly(length)
        self.hellos.append(hello)
        if not self.likes(hello):
            await self.refusal(reader, writer)
            return
        behind, before = await asyncio.open_connection("127.0.0.1", self.server)
        try:
            before.write(hello)
            await asyncio.gather(relay(reader, before), relay(behind, writer))
        finally:
            before.transport.abort()


async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass bytes on until their end."""
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(4096):
            writer.write(data)
        writer.write_eof()


@contextlib.asynccontextmanager
async def picky(likes: Taste, refusal: Refusal, server: int) -> AsyncIterator[tuple[Target, Picky]]:
    """Serve such a port and give it as a target."""
    script = Picky(likes, refusal, server)
    async with scripted(script) as port:
        yield Target("one", "127.0.0.1", port, server_name=certs.HOST), script


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, int]]:
    """Give the ports of a server up to TLS 1.2, one of TLS 1.3 and one of SSL 3.0."""
    with ExitStack() as stack:
        contexts = [tls_context(CHAIN, settings) for settings in (UP_TO_TLS12, TLS13_ONLY)]
        modern, newest = stack.enter_context(
            serving([Server("127.0.0.1", partial(Tls, context=context)) for context in contexts])
        )
        oldest = stack.enter_context(
            tlslite_server(CHAIN, minVersion=(3, 0), maxVersion=(3, 0), cipherNames=["3des", "rc4"])
        )
        yield {"TLS 1.2": modern, "TLS 1.3": newest, "SSL 3.0": oldest}


async def probed(target: Target, prober: Prober | None = None) -> Capture:
    """Probe with a deadline that a silent port is not waited for long."""
    return await (prober or Prober(timeout=SECONDS * 4)).probe(target)


async def failing(target: Target, prober: Prober | None = None) -> ProbeError:
    """Return the error that probing ends with."""
    with pytest.raises(ProbeError) as caught:
        await probed(target, prober)
    return caught.value


REFUSALS = {
    "alert 70": refuse(70),
    "alert 40": refuse(40),
    "alert 47": refuse(47),
    "alert 50": refuse(50),
    "FIN": hang_up,
    "RST": break_off,
    "silence": say_nothing,
}


@pytest.mark.parametrize(
    ("cause", "connections"),
    [("alert 70", 3), ("alert 40", 4), ("alert 47", 4), ("alert 50", 2), ("FIN", 2), ("RST", 2), ("silence", 2)],
)
async def test_version_intolerance(servers: dict[str, int], cause: str, connections: int) -> None:
    """A server that stumbles over anything above TLS 1.0 gives its chain, whichever way it stumbles."""
    async with picky(lambda hello: version(hello) <= 0x0301, REFUSALS[cause], servers["TLS 1.2"]) as (target, _):
        capture = await probed(target)

    assert (capture.certificates, capture.version) == (DERS, "TLS 1.0")
    assert (capture.hello, capture.connections) == ("tls10", connections)


@pytest.mark.parametrize(
    ("cause", "rung", "connections"),
    [
        ("alert 70", "ssl3", 4),
        ("alert 40", "ssl3", 5),
        ("alert 50", "ssl3", 3),
        ("FIN", "ssl2", 3),
        ("RST", "ssl2", 3),
    ],
)
async def test_servers_that_never_heard_of_tls(
    servers: dict[str, int], cause: str, rung: str, connections: int
) -> None:
    """A server that refuses to hear of TLS gives its chain to SSL 3.0, in its own greeting or in that of SSL 2.0."""
    async with picky(lambda hello: version(hello) == 0x0300, REFUSALS[cause], servers["SSL 3.0"]) as (target, _):
        capture = await probed(target)

    assert (capture.certificates, capture.version) == (DERS, "SSL 3.0")
    assert (capture.hello, capture.connections) == (rung, connections)


@pytest.mark.parametrize("cause", ["FIN", "RST"])
async def test_ssl2(cause: str) -> None:
    """A server that speaks nothing but SSL 2.0 gives the one certificate that it has."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readexactly(2)
        if is_tls(head):
            await REFUSALS[cause](reader, writer)
            return
        await reader.readexactly(int.from_bytes(head) % 0x8000)
        writer.write(flights.sslv2_record(flights.sslv2_server_hello(DERS[0])))
        await reader.read()

    async with scripted(script) as port:
        capture = await probed(Target("one", "127.0.0.1", port))

    assert (capture.certificates, capture.version) == (DERS[:1], "SSL 2.0")
    assert (capture.hello, capture.connections) == ("ssl2", 3)
    assert capture.cipher_suite == "SSL_CK_RC4_128_WITH_MD5"


@pytest.mark.parametrize("alert", [40, 47, 70, 71, 109])
async def test_tls13(servers: dict[str, int], alert: int) -> None:
    """A server that may be newer is asked in TLS 1.3 first."""
    async with picky(offers_tls13, refuse(alert), servers["TLS 1.3"]) as (target, _):
        capture = await probed(target)

    assert (capture.certificates, capture.hello, capture.connections) == (DERS, "tls13", 2)


@pytest.mark.parametrize(("alert", "connections"), [(112, 2), (80, 2), (40, 3), (47, 3)])
async def test_a_name_that_is_unwelcome(servers: dict[str, int], alert: int, connections: int) -> None:
    """A server that refuses the name is asked without it."""
    async with picky(lambda hello: not names_server(hello), refuse(alert), servers["TLS 1.2"]) as (target, port):
        capture = await probed(target)

    assert (capture.certificates, capture.hello, capture.connections) == (DERS, "tls12-nameless", connections)
    assert [names_server(hello) for hello in port.hellos] == [True] * (connections - 1) + [False]


@pytest.mark.parametrize(
    ("options", "rung", "connections"),
    [(("-no_tls1_3",), "tls12-nameless", 2), (("-tls1_3",), "tls13-nameless", 3)],
)
async def test_openssl_and_a_name_it_does_not_know(
    tmp_path: Path, options: tuple[str, ...], rung: str, connections: int
) -> None:
    """OpenSSL's own server, for which a wrong name is fatal: its default chain comes without one."""
    (tmp_path / "other.pem").write_bytes(OTHER[0].pem + OTHER[0].key_pem)
    fatal = ("-servername", "other.example.com", "-servername_fatal", "-cert2", "other.pem", "-key2", "other.pem")
    with openssl_server(tmp_path, CHAIN, *fatal, *options) as port:
        capture = await probed(Target("one", "127.0.0.1", port, server_name=certs.HOST))

    assert (capture.certificates, capture.hello, capture.connections) == (DERS, rung, connections)


async def test_a_name_that_is_needed(servers: dict[str, int]) -> None:
    """Where the server needs a name and the target has none, there is nothing to say: one connection."""
    async with picky(names_server, refuse(112), servers["TLS 1.2"]) as (target, _):
        nameless = Target("two", target.host, target.port)
        error = await failing(nameless)

    assert (error.reason, error.connections) == (Reason.ALERT, 1)
    assert error.detail == "the server answered with unrecognized_name (112)"


@pytest.mark.parametrize(
    ("cause", "reason", "connections", "detail"),
    [
        (
            "FIN",
            Reason.CLOSED,
            3,
            (
                "the server closed the connection before its certificate was complete "
                "(ssl2 hello, after tls12: closed, tls10: closed)"
            ),
        ),
        (
            "RST",
            Reason.RESET,
            3,
            ("waiting for the certificate: the connection was reset (ssl2 hello, after tls12: reset, tls10: reset)"),
        ),
        (
            "silence",
            Reason.TIMEOUT,
            2,
            (
                "waiting for the certificate: no answer in time; it accepted the connection and said "
                "nothing (tls10 hello, after tls12: timeout)"
            ),
        ),
        (
            "alert 40",
            Reason.ALERT,
            5,
            (
                "the server answered with handshake_failure (40) (ssl3 hello, after tls12: handshake_failure (40), "
                "tls13: handshake_failure (40), tls12-nameless: handshake_failure (40), tls10: handshake_failure (40))"
            ),
        ),
    ],
)
async def test_ports_that_nothing_pleases(cause: str, reason: Reason, connections: int, detail: str) -> None:
    """A port that refuses every hello costs so many connections, one deadline, and says what was tried."""
    async with picky(lambda hello: False, REFUSALS[cause], 0) as (target, port):
        error = await failing(target, Prober(timeout=SECONDS))

    assert (error.reason, error.detail) == (reason, detail)
    assert (error.connections, len(port.hellos)) == (connections, connections)


@pytest.mark.parametrize("end", [hang_up, break_off, say_nothing])
async def test_a_flight_that_breaks_off(end: Refusal) -> None:
    """A server that began to answer understood the hello: no other is tried, and there is no hurry."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(5)
        writer.write(flights.HELLO)
        await writer.drain()
        await reader.read(4096)
        await end(reader, writer)

    async with scripted(script) as port:
        error = await failing(Target("one", "127.0.0.1", port), Prober(timeout=SECONDS))

    assert (error.connections, error.silent) == (1, False)


async def test_a_slow_answer_has_the_whole_deadline() -> None:
    """Once a first byte came in, patience is over only at the deadline."""
    impatient = asyncio.Event()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(flights.FLIGHT[:1])
        await impatient.wait()
        writer.write(flights.FLIGHT[1:])
        await reader.read()

    async with scripted(script) as port:
        loop = asyncio.get_running_loop()
        loop.call_later(SECONDS, impatient.set)
        until, hello = loop.time() + 30.0, Flight(b"hello")
        answer = await converse(
            "127.0.0.1", port, hello, make_poller(), connect_timeout=30.0, deadline=until, patience=0.01
        )

    assert answer.certificates == flights.CHAIN


async def test_a_dead_host_costs_one_connection() -> None:
    """A connect that fails is nothing that another hello cures."""
    async with scripted(hang_up) as port:
        pass
    error = await failing(Target("one", "127.0.0.1", port))

    assert (error.reason, error.connections, error.silent) == (Reason.REFUSED, 1, False)


async def test_the_rung_that_worked_comes_first(servers: dict[str, int]) -> None:
    """Later probes of a target need one connection; other targets begin where they always do."""
    prober = Prober()
    async with picky(lambda hello: version(hello) <= 0x0301, hang_up, servers["TLS 1.2"]) as (target, port):
        captures = [await probed(target, prober) for _ in range(3)]
        other = await probed(Target("two", target.host, target.port, server_name=certs.HOST), prober)

    assert [capture.connections for capture in captures] == [2, 1, 1]
    assert {capture.hello for capture in (*captures, other)} == {"tls10"}
    assert other.connections == 2
    assert [version(hello) for hello in port.hellos] == [0x0303, 0x0301, 0x0301, 0x0301, 0x0303, 0x0301]


async def test_a_memory_that_no_longer_holds(servers: dict[str, int]) -> None:
    """A server that was renewed refuses what worked: the climb begins again, and its rung is the one remembered."""
    prober = Prober()
    async with picky(lambda hello: version(hello) <= 0x0301, refuse(70), servers["TLS 1.2"]) as (target, port):
        assert (await probed(target, prober)).hello == "tls10"
        port.likes = lambda hello: version(hello) == 0x0303
        renewed, after = await probed(target, prober), await probed(target, prober)

    assert (renewed.hello, renewed.connections) == ("tls12", 2)
    assert (after.hello, after.connections) == ("tls12", 1)


async def test_a_memory_is_put_to_the_test(servers: dict[str, int]) -> None:
    """A server that learnt more, and still takes the old hello, is seen to have done so after a while."""
    prober = Prober()
    prober.remembered.worked("one", Rung.TLS10)
    for _ in range(MOST_USES):
        prober.remembered.begin("one")
    async with picky(lambda hello: True, hang_up, servers["TLS 1.2"]) as (target, _):
        capture = await probed(target, prober)

    assert (capture.hello, capture.version) == ("tls12", "TLS 1.2")
