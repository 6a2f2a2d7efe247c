"""
Real servers to order, on loopback, on ports that the kernel chooses.

``scripted`` runs a coroutine for each connection: what a server says byte by byte. ``openssl_server`` is OpenSSL's own,
``tlslite_server`` a pure-Python one that still speaks SSL 3.0, RC4 and 3DES.
"""

import asyncio
import contextlib
import re
import socket
import struct
import subprocess
import threading
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from pathlib import Path

from aescan.lab.certificates import Identity

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def scripted(script: Script, host: str = "127.0.0.1") -> AsyncIterator[int]:
    """Serve ``script`` and give the port; connections are gone on leaving."""
    writers: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        with contextlib.suppress(ConnectionError):
            await script(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, host, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(0)


@contextlib.contextmanager
def swallowing(address: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """Drop every SYN to a port as a firewall does, and give it: its backlog is full and nobody accepts."""
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind((address, port))
        full.listen(0)
        for client in first, second:  # one is accepted by the kernel, one more fills the queue
            client.setblocking(False)
            client.connect_ex(full.getsockname())
        yield full.getsockname()[1]


def reset(writer: asyncio.StreamWriter) -> None:
    """Make the close of this connection a TCP reset."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextlib.contextmanager
def openssl_server(folder: Path, presented: Sequence[Identity], *options: str) -> Iterator[int]:
    """Run ``openssl s_server`` with this chain and give its port."""
    (folder / "leaf.pem").write_bytes(presented[0].pem + presented[0].key_pem)
    (folder / "above.pem").write_bytes(b"".join(identity.pem for identity in presented[1:]))
    command = [
        "openssl",
        "s_server",
        "-accept",
        "127.0.0.1:0",
        "-cert",
        "leaf.pem",
        "-cert_chain",
        "above.pem",
        *options,
    ]
    with subprocess.Popen(
        command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if listening := re.match(rb"ACCEPT .*:(\d+)$", line):
                    yield int(listening[1])
                    break
            else:
                raise RuntimeError(f"openssl s_server {options} did not start")
        finally:
            process.kill()


@contextlib.contextmanager
def tlslite_server(presented: Sequence[Identity], **settings: object) -> Iterator[int]:
    """Run tlslite-ng's server with this chain and these HandshakeSettings, and give its port."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the library still looks for asyncore
        from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey

    chain = X509CertChain()
    chain.parsePemList("".join(identity.pem.decode() for identity in presented))
    key = parsePEMKey(presented[0].key_pem.decode(), private=True)
    chosen = HandshakeSettings()
    for name, value in settings.items():
        setattr(chosen, name, value)
    ask = bool(settings.pop("request_certificate", False))

    def serve() -> None:
        while True:
            try:
                accepted, _ = listener.accept()
            except OSError:
                return  # closed: the test is over
            with accepted, contextlib.suppress(Exception):  # a client that breaks off is what this server is for
                TLSConnection(accepted).handshakeServer(certChain=chain, privateKey=key, reqCert=ask, settings=chosen)

    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
