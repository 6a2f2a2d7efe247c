"""
The servers of the benchmark, in processes of their own; the standard library alone, so that they start at once.

``python server.py replay DESCRIPTOR FLIGHT_FILE`` does what ``server.c`` does, where no C compiler is there.
``python server.py tls12 DESCRIPTOR FOLDER`` and ``tls13`` finish real handshakes of TLS 1.2 or of TLS 1.3 and nothing
older, one after the other: start several.
DESCRIPTOR is an inherited listening socket, FOLDER what ``material`` wrote. Both end when their standard input ends.
"""

import asyncio
import contextlib
import os
import socket
import ssl
import sys
import threading
from pathlib import Path
from typing import Final

IMPATIENCE: Final = 10.0
"""Seconds that one handshake may take before the next client's turn comes."""


class _Replay(asyncio.Protocol):
    def __init__(self, flight: bytes) -> None:
        self.flight = flight
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # a server makes Transports, the base class says less

    def data_received(self, _: bytes) -> None:
        if self.transport is not None:
            self.transport.write(self.flight)
            self.transport = None  # answered; the rest is dropped


async def replay(listening: socket.socket, flight: bytes) -> None:
    """Answer the first bytes of every connection with ``flight``."""
    listening.setblocking(False)
    server = await asyncio.get_running_loop().create_server(lambda: _Replay(flight), sock=listening, backlog=4096)
    await server.serve_forever()


def tls(listening: socket.socket, folder: Path, version: ssl.TLSVersion) -> None:
    """Finish the handshake of one client after the other in this version alone, and wait until it closes."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = version
    context.load_cert_chain(folder / "chain.pem", folder / "key.pem")
    listening.setblocking(True)
    while True:
        connection, _ = listening.accept()
        connection.settimeout(IMPATIENCE)
        with contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True) as stream:
            stream.recv(1)


def _end_with_input() -> None:
    sys.stdin.read()
    os._exit(0)


def main() -> None:
    """Serve as the arguments say."""
    kind, descriptor, made = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    threading.Thread(target=_end_with_input, daemon=True).start()
    listening = socket.socket(fileno=descriptor)
    match kind:
        case "replay":
            asyncio.run(replay(listening, made.read_bytes()))
        case "tls12":
            tls(listening, made, ssl.TLSVersion.TLSv1_2)
        case "tls13":
            tls(listening, made, ssl.TLSVersion.TLSv1_3)


if __name__ == "__main__":
    main()
