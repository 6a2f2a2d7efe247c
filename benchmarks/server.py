"""
The servers of the benchmark, in processes of their own; the standard library alone, so that they start at once.

``python server.py replay DESCRIPTOR FLIGHT_FILE`` does what ``server.c`` does, where no C compiler is there.
``python server.py tls12 DESCRIPTOR FOLDER`` and ``tls13`` finish real handshakes of TLS 1.2 or of TLS 1.3 and nothing
older, one after the other: start several.
``python server.py estate DESCRIPTOR,… FLIGHTS_FILE`` answers as each host of an estate does, whatever the port: the
first flight of the file is that of 127.1.0.1, the next that of the address after it.
DESCRIPTOR is an inherited listening socket, FOLDER what ``material`` wrote. Both end when their standard input ends.
"""

import asyncio
import contextlib
import os
import socket
import ssl
import sys
import threading
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

FIRST_ADDRESS: Final = int(IPv4Address("127.1.0.1"))
IMPATIENCE: Final = 10.0
"""Seconds that one handshake may take before the next client's turn comes."""


class _Replay(asyncio.Protocol):
    def __init__(self, flights: Sequence[bytes]) -> None:
        self.flights = flights
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # a server makes Transports, the base class says less

    def data_received(self, _: bytes) -> None:
        if self.transport is not None:
            address, _ = self.transport.get_extra_info("sockname")
            self.transport.write(self.flights[(int(IPv4Address(address)) - FIRST_ADDRESS) % len(self.flights)])
            self.transport = None  # answered; the rest is dropped


async def replay(listening: Iterable[socket.socket], flights: Sequence[bytes]) -> None:
    """Answer the first bytes of every connection with the flight of the address dialled."""
    loop = asyncio.get_running_loop()
    for each in listening:
        each.setblocking(False)
        await loop.create_server(lambda: _Replay(flights), sock=each, backlog=4096)
    await loop.create_future()


def flights(content: bytes) -> Sequence[bytes]:
    """Return the flights of a file of them."""
    found, position = [], 0
    while position < len(content):
        begin = position + 4
        position = begin + int.from_bytes(content[position:begin])
        found.append(content[begin:position])
    return found


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
    kind, descriptors, made = sys.argv[1], map(int, sys.argv[2].split(",")), Path(sys.argv[3])
    threading.Thread(target=_end_with_input, daemon=True).start()
    every = [socket.socket(fileno=descriptor) for descriptor in descriptors]
    listening = every[0]
    match kind:
        case "replay":
            asyncio.run(replay(every, [made.read_bytes()]))
        case "estate":
            asyncio.run(replay(every, flights(made.read_bytes())))
        case "tls12":
            tls(listening, made, ssl.TLSVersion.TLSv1_2)
        case "tls13":
            tls(listening, made, ssl.TLSVersion.TLSv1_3)


if __name__ == "__main__":
    main()
