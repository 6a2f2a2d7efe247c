"""Events arrive as they were sent, at a collector that knows nothing of aescan."""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from aescan.events.sinks import Connection, Datagrams, Lines, Sink
from aescan.events.syslog import framed, message
from aescan.exporter.threads import in_thread
from aescan.probe.resolve import Resolver
from aescan.settings.events import Transport
from tests.events.credentials import write_credentials
from tests.events.rsyslog import rsyslog
from tests.events.samples import ONE, SENDER, changed, lost, number, raised

HOST = "127.0.0.1"
RESOLVER = Resolver()
PATIENCE = 60.0
ODD = replace(ONE, name='a "quoted" [name] \\', labels={"site": "Malmö ]"})
EVENTS = raised(), lost(), changed(), raised(ODD, "läuft ab"), raised(sentence="long " * 1000)


def sink(transport: Transport, port: int, folder: Path) -> Sink:
    """Return what sends to a collector."""
    match transport:
        case Transport.UDP:
            return Datagrams(HOST, port, SENDER, RESOLVER)
        case Transport.TCP:
            return Connection(HOST, port, SENDER, RESOLVER)
        case Transport.TLS:
            context = ssl.create_default_context(cafile=folder / "ca.pem")
            context.load_cert_chain(folder / "client.pem", folder / "client.key")
            return Connection(HOST, port, SENDER, RESOLVER, context)


@pytest.mark.parametrize("transport", Transport)
async def test_a_real_collector(tmp_path: Path, transport: Transport) -> None:
    """Rsyslog reads every part of every message as it was meant, over each transport."""
    write_credentials(tmp_path)
    with rsyslog(tmp_path, transport) as collector:
        sending = sink(transport, collector.port, tmp_path)
        assert sending.name == f"{transport}://127.0.0.1:{collector.port}"
        for event in EVENTS:
            await sending.send(event)
        await sending.close()
        messages = await in_thread(lambda: collector.received(len(EVENTS)))

    assert [found["kind"] for found in messages] == [event.kind for event in EVENTS]
    assert [found["priority"] for found in messages] == ["28", "28", "29", "28", "28"]
    for found, event in zip(messages, EVENTS, strict=True):
        assert (found["host"], found["program"], found["process"]) == ("scanner.example.com", "aescan", "4711")
        assert found["time"].startswith("2026-11-23T12:00:00.")
        data = found["data"]["aescan@32473"]
        assert data["target"] == event.target.name
        assert event.facts.items() <= data.items()
        assert ("truncated" in data) is (event is EVENTS[-1])
        assert event.text.startswith(found["text"].removeprefix("\ufeff").removesuffix("…"))
    assert messages[3]["data"]["aescan@32473"]["site"] == "Malmö ]"


class Listener:
    """A collector that a test can send away, with the bytes that it got."""

    def __init__(self) -> None:
        self.got = bytearray()
        self.writers: list[asyncio.StreamWriter] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take what comes on a connection."""
        self.writers.append(writer)
        while content := await reader.read(65536):
            self.got += content

    async def hang_up(self) -> None:
        """End every connection."""
        for writer in self.writers:
            writer.close()
            await writer.wait_closed()

    async def wait_for(self, content: bytes) -> None:
        """Wait until these are the bytes that came."""
        async with asyncio.timeout(PATIENCE):
            while bytes(self.got) != content:  # noqa: ASYNC110 - what is waited for has no event of its own
                await asyncio.sleep(0.005)


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[Listener, int]]:
    """Run a collector on a stream."""
    listener = Listener()
    served = await asyncio.start_server(listener, HOST, 0)
    try:
        yield listener, served.sockets[0].getsockname()[1]
    finally:
        served.close()
        await listener.hang_up()


async def test_one_connection() -> None:
    """Messages follow each other on one connection, each with its length."""
    async with listening() as (listener, port):
        sending = Connection(HOST, port, SENDER, RESOLVER)
        for count in range(1, 4):
            await sending.send(number(count))
        await listener.wait_for(b"".join(framed(message(number(count), SENDER)) for count in range(1, 4)))
        await sending.close()
        assert len(listener.writers) == 1


async def test_a_collector_that_was_started_again() -> None:
    """A connection that the collector closed is made anew before the next event, which is not lost."""
    async with listening() as (listener, port):
        sending = Connection(HOST, port, SENDER, RESOLVER)
        await sending.send(number(1))
        await listener.wait_for(framed(message(number(1), SENDER)))
        await listener.hang_up()
        assert sending._streams is not None
        reader, writer = sending._streams
        async with asyncio.timeout(PATIENCE):
            while not (reader.at_eof() or writer.is_closing()):  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.005)
        await sending.send(number(2))
        await listener.wait_for(b"".join(framed(message(number(count), SENDER)) for count in (1, 2)))
        await sending.close()
        assert len(listener.writers) == 2


async def test_nobody_there() -> None:
    """A port where nobody listens is told of: at once with a stream, at the next event with datagrams."""
    with socket.socket() as bound, socket.socket(type=socket.SOCK_DGRAM) as unheard:
        bound.bind((HOST, 0))
        sending = Connection(HOST, bound.getsockname()[1], SENDER, RESOLVER)
        with pytest.raises(ConnectionRefusedError):
            await sending.send(raised())
        await sending.close()
        unheard.bind((HOST, 0))
        port = unheard.getsockname()[1]
    datagrams = Datagrams(HOST, port, SENDER, RESOLVER)
    with pytest.raises(ConnectionRefusedError):
        await send_for_ever(datagrams)
    await datagrams.close()
    await datagrams.close()


async def send_for_ever(sending: Sink) -> None:
    """Send until something goes wrong."""
    async with asyncio.timeout(PATIENCE):
        while True:
            await sending.send(raised())
            await asyncio.sleep(0.005)


async def test_a_socket_that_is_closed() -> None:
    """What the library calls a closed transport is an error of the network here."""
    datagrams = Datagrams(HOST, 9, SENDER, RESOLVER)
    await datagrams.send(raised())
    assert datagrams._stream is not None
    datagrams._stream.close()
    with pytest.raises(ConnectionResetError, match="the socket is closed"):
        await datagrams.send(raised())
    await datagrams.close()


@pytest.mark.parametrize(("ca", "why"), [("other.pem", "certificate verify failed"), ("ca.pem", "IP address mismatch")])
async def test_a_collector_that_is_not_who_it_should_be(tmp_path: Path, ca: str, why: str) -> None:
    """Nothing is told to a collector that cannot prove its name or address."""
    write_credentials(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem", tmp_path / "server.key")
    listener = Listener()
    served = await asyncio.start_server(listener, "127.0.0.2" if ca == "ca.pem" else HOST, 0, ssl=context)
    host, port = served.sockets[0].getsockname()
    sending = Connection(host, port, SENDER, RESOLVER, ssl.create_default_context(cafile=tmp_path / ca))
    with pytest.raises(ssl.SSLCertVerificationError, match=why):
        await sending.send(raised())
    await sending.close()
    served.close()

    assert not listener.got


async def test_a_name_with_several_addresses() -> None:
    """The first address that takes a connection is used."""
    async with listening() as (listener, port):
        sending = Connection("syslog", port, SENDER, Resolver(lambda _: ("127.0.0.3", HOST)))
        await sending.send(number(1))
        await listener.wait_for(framed(message(number(1), SENDER)))
        await sending.close()


async def test_a_name_that_is_none() -> None:
    """It is an error of the network, which may be over in a while."""

    def nothing(_: str) -> tuple[str, ...]:
        raise OSError(-2, "Name or service not known")

    for sending in (
        Connection("syslog", 1, SENDER, Resolver(nothing)),
        Datagrams("syslog", 1, SENDER, Resolver(nothing)),
    ):
        with pytest.raises(OSError, match="looking up syslog: Name or service not known"):
            await sending.send(raised())


async def test_a_collector_that_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while datagrams go to what the name stands for then."""
    with socket.socket(type=socket.SOCK_DGRAM) as first, socket.socket(type=socket.SOCK_DGRAM) as second:
        first.bind((HOST, 0))
        port = first.getsockname()[1]
        second.bind(("127.0.0.2", port))
        addresses = iter((HOST, "127.0.0.2"))

        class Moving(Resolver):
            async def addresses(self, host: str, deadline: float) -> tuple[str, ...]:
                return (next(addresses),)

        sending = Datagrams("syslog", port, SENDER, Moving())
        await sending.send(number(1))
        await sending.send(number(2))
        monkeypatch.setattr("aescan.events.sinks.FRESH", -1.0)
        await sending.send(number(3))
        await sending.close()
        for bound in first, second:
            bound.settimeout(PATIENCE)
        assert [first.recv(2000) for _ in range(2)] == [message(number(count), SENDER) for count in (1, 2)]
        assert second.recv(2000) == message(number(3), SENDER)


async def test_lines(tmp_path: Path) -> None:
    """A line for each event, in a new file when the old one was moved away."""
    path = tmp_path / "events.jsonl"
    sending = Lines(path, in_thread)
    await sending.send(number(1))
    await sending.send(number(2))
    path.rename(tmp_path / "events.jsonl.1")
    await sending.send(number(3))
    await sending.close()

    assert sending.name == f"file:{path}"
    for name, ports in ("events.jsonl.1", [1, 2]), ("events.jsonl", [3]):
        lines = (tmp_path / name).read_text(encoding="utf-8").splitlines()
        assert [json.loads(one)["port"] for one in lines] == ports


async def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    """It is an error like one of the network."""
    with pytest.raises(FileNotFoundError):
        await Lines(tmp_path / "missing" / "events.jsonl", in_thread).send(raised())


def test_names() -> None:
    """An IPv6 address stands in brackets."""
    assert Datagrams("2001:db8::1", 514, SENDER, RESOLVER).name == "udp://[2001:db8::1]:514"
    assert Connection("syslog", 6514, SENDER, RESOLVER, ssl.create_default_context()).name == "tls://syslog:6514"
