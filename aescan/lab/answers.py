"""
How a server of the lab answers: one asyncio protocol for each kind, TLS and otherwise.

Bytes of a client come in, the answer goes out. What a client does never raises and never makes a sound: scanners leave
in mid-handshake on purpose. TLS goes through ``ssl.MemoryBIO`` rather than asyncio's own, whose connections cannot be
reached, and so not be ended, while their handshake lasts.
"""

import asyncio
import socket
import ssl
import struct
from collections.abc import Callable
from typing import Final, cast

READ_SIZE: Final = 65536
"""Bytes of application data taken at a time; more than a record holds."""

LINGER_ZERO: Final = struct.pack("ii", 1, 0)
"""``struct linger`` with no time left: closing sends RST instead of FIN (socket(7))."""

Connections = set[asyncio.Transport]
Answer = Callable[[Connections], asyncio.Protocol]
"""What speaks for a server: makes the protocol of one connection, which enters itself in the set while it is open."""


class Silent(asyncio.Protocol):
    """Accepts, reads, says nothing: like a service that hangs; also what all the others have in common."""

    transport: asyncio.Transport

    def __init__(self, connections: Connections) -> None:
        self.connections = connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Enter the connection in the set of those open."""
        self.transport = cast("asyncio.Transport", transport)
        self.connections.add(self.transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  the cause is the client's business
        """Take the connection out of the set."""
        self.connections.discard(self.transport)


class Closing(Silent):
    """Closes, in order, as soon as the client has spoken."""

    def data_received(self, data: bytes) -> None:  # noqa: ARG002  whatever it is
        """Close with FIN: all that came has been read, so that no RST overtakes it."""
        self.transport.close()


class Resetting(Silent):
    """Resets the connection as soon as the client has spoken."""

    def data_received(self, data: bytes) -> None:  # noqa: ARG002  whatever it is
        """Close with RST."""
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_ZERO)
        self.transport.abort()


class Greeting(Silent):
    """Speaks first, in plain text, as mail and directory servers do, and then waits."""

    TEXT: Final = b"220 ready\r\n"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the greeting."""
        super().connection_made(transport)
        self.transport.write(self.TEXT)


class PlainHttp(Silent):
    """A web server without TLS: whatever is not HTTP is a bad request."""

    TEXT: Final = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

    def data_received(self, data: bytes) -> None:  # noqa: ARG002  a ClientHello is never a request
        """Say so and close."""
        self.transport.write(self.TEXT)
        self.transport.close()


class Tls(Silent):
    """Shakes hands as its context says, then reads until the client leaves."""

    def __init__(self, connections: Connections, context: ssl.SSLContext) -> None:
        super().__init__(connections)
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.session = context.wrap_bio(self.incoming, self.outgoing, server_side=True)

    def data_received(self, data: bytes) -> None:
        """Carry the session on, send what that yields, and close after a failure or the client's farewell."""
        self.incoming.write(data)
        over = True
        try:
            self.session.do_handshake()
            while self.session.read(READ_SIZE):
                pass
            self.session.unwrap()  # the client has said farewell, and so do we
        except ssl.SSLWantReadError:
            over = False
        except ssl.SSLError:
            pass  # the alert that says so is among the outgoing bytes
        self.transport.write(self.outgoing.read())
        if over:
            self.transport.close()
