"""
Where events go: syslog over UDP, TCP or TLS, and a file.

An event comes in and is handed to the network or the disk, or OSError is raised. A connection is made when there is
something to send, and again after it was lost. Nothing waits here for longer than its caller allows, and nothing is
remembered: what cannot be sent is its caller's to keep.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, Protocol

import asyncio_dgram

from aescan.errors import ProbeError
from aescan.events.lines import line
from aescan.events.model import Event
from aescan.events.syslog import Sender, framed, message
from aescan.inventory.model import host_and_port
from aescan.probe.resolve import Resolver

PATIENCE: Final = 10.0
"""Seconds for looking up a name."""

FRESH: Final = 60.0
"""Seconds until the name of a collector that never answers is looked up again."""

_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Sink(Protocol):
    """A receiver of events; ``name`` is what people and metrics call it."""

    name: str

    async def send(self, event: Event) -> None:
        """Hand over an event; raises OSError when that cannot be done."""

    async def close(self) -> None:
        """Let go of connections; the next ``send`` makes them anew."""


class Datagrams:
    """
    Syslog over UDP, one message in each datagram (RFC 5426).

    The name is looked up again once in ``FRESH`` seconds, since nobody says that a collector has moved.
    """

    def __init__(self, host: str, port: int, sender: Sender, resolver: Resolver) -> None:
        self.name = f"udp://{host_and_port(host, port)}"
        self._host = host
        self._port = port
        self._sender = sender
        self._resolver = resolver
        self._stream: asyncio_dgram.DatagramClient | None = None
        self._since = 0.0

    async def send(self, event: Event) -> None:
        """Send an event; what is said to be wrong may be with the one before it, of which the network told late."""
        now = asyncio.get_running_loop().time()
        if now - self._since > FRESH:
            await self.close()
        if self._stream is None:
            address, *_ = await _addresses(self._host, self._resolver)
            self._stream, self._since = await asyncio_dgram.connect((address, self._port)), now
        try:
            await self._stream.send(message(event, self._sender))
        except asyncio_dgram.TransportClosed:
            raise ConnectionResetError("the socket is closed") from None

    async def close(self) -> None:
        """Let go of the socket."""
        if self._stream is not None:
            self._stream.close()
        self._stream = None


class Connection:
    """Syslog over TCP (RFC 6587 section 3.4.1), or TLS with a context (RFC 5425); each message with its length."""

    def __init__(
        self, host: str, port: int, sender: Sender, resolver: Resolver, context: ssl.SSLContext | None = None
    ) -> None:
        self.name = f"{'tls' if context else 'tcp'}://{host_and_port(host, port)}"
        self._host = host
        self._port = port
        self._sender = sender
        self._resolver = resolver
        self._context = context
        self._streams: _Streams | None = None

    async def send(self, event: Event) -> None:
        """Send an event, on a new connection if the collector has closed the former."""
        if self._streams is not None and (self._streams[0].at_eof() or self._streams[1].is_closing()):
            await self.close()  # a FIN was received, or a reset
        if self._streams is None:
            self._streams = await self._connect()
        _, writer = self._streams
        writer.write(framed(message(event, self._sender)))
        await writer.drain()

    async def _connect(self) -> _Streams:
        """Connect to the first address that takes it; the certificate has to fit the name that the operator wrote."""
        *others, last = await _addresses(self._host, self._resolver)
        server = self._host if self._context is not None else None
        for address in others:
            with contextlib.suppress(OSError):
                return await asyncio.open_connection(address, self._port, ssl=self._context, server_hostname=server)
        return await asyncio.open_connection(last, self._port, ssl=self._context, server_hostname=server)

    async def close(self) -> None:
        """Close the connection."""
        streams, self._streams = self._streams, None
        if streams is not None:
            streams[1].close()
            with contextlib.suppress(OSError):  # it was broken
                await streams[1].wait_closed()


class Lines:
    """
    A file of JSON lines.

    It is opened for each line, so that it may be moved away at any time. ``aside`` runs a function beside the event
    loop.
    """

    def __init__(self, path: Path, aside: Callable[[Callable[[], None]], Awaitable[None]]) -> None:
        self.name = f"file:{path}"
        self._path = path
        self._aside = aside

    async def send(self, event: Event) -> None:
        """Append an event."""
        content = line(event)

        def append() -> None:
            with self._path.open("ab") as file:
                file.write(content)

        await self._aside(append)

    async def close(self) -> None:
        """Nothing is open."""


async def _addresses(host: str, resolver: Resolver) -> tuple[str, ...]:
    """Return the addresses of ``host``; not by asyncio's own threads, which a slow answer would keep from ending."""
    try:
        return await resolver.addresses(host, asyncio.get_running_loop().time() + PATIENCE)
    except ProbeError as error:
        raise OSError(error.detail) from None
