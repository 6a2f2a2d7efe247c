"""
What a run needs around it: compiled programs, listening sockets, server processes.

Nothing outlives the ``with`` block that started it; a server also ends when this process does, for it waits for the end
of its standard input.
"""

import contextlib
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
BUILD: Final = HERE / ".build"
BACKLOG: Final = 4096
"""Connections that wait to be accepted: more than are ever under way."""
TLS_PROCESSES: Final = 4
"""They finish one handshake at a time each; enough to keep the client busy."""


def compiled(name: str) -> Path | None:
    """Return the program made of ``name``.c, or None where there is no C compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    BUILD.mkdir(exist_ok=True)
    program = BUILD / name
    subprocess.run([compiler, "-O2", "-Wall", "-Wextra", "-o", program, HERE / f"{name}.c"], check=True)
    return program


@contextlib.contextmanager
def replaying(flight: Path) -> Iterator[int]:
    """Serve a recorded flight, or silence where it is empty, on all of 127.0.0.0/8; give the port."""
    program = compiled("server")
    with _listening() as listening:
        descriptor = str(listening.fileno())
        if program is None:
            command = [sys.executable, str(HERE / "server.py"), "replay", descriptor, str(flight)]
        else:
            command = [str(program), descriptor, str(flight)]
        with _running([listening], command):
            yield listening.getsockname()[1]


@contextlib.contextmanager
def handshaking(folder: Path, version: str) -> Iterator[int]:
    """Serve real TLS likewise, of one version alone: ``tls12`` or ``tls13``."""
    with _listening() as listening, contextlib.ExitStack() as stack:
        command = [sys.executable, str(HERE / "server.py"), version, str(listening.fileno()), str(folder)]
        for _ in range(TLS_PROCESSES):
            stack.enter_context(_running([listening], command))
        yield listening.getsockname()[1]


@contextlib.contextmanager
def answering(flights: Path, ports: int) -> Iterator[tuple[int, ...]]:
    """Serve the recorded flights of an estate, one for each address, on so many ports; give them."""
    with contextlib.ExitStack() as stack:
        listening = [stack.enter_context(_listening()) for _ in range(ports)]
        descriptors = ",".join(str(each.fileno()) for each in listening)
        command = [sys.executable, str(HERE / "server.py"), "estate", descriptors, str(flights)]
        stack.enter_context(_running(listening, command))
        yield tuple(each.getsockname()[1] for each in listening)


@contextlib.contextmanager
def swallowing() -> Iterator[int]:
    """Drop every SYN to a port of all those addresses as a firewall does: its backlog is full and nobody accepts."""
    with _listening(0) as full, socket.socket() as first, socket.socket() as second:
        for client in first, second:  # one is accepted by the kernel, one more fills the queue
            client.setblocking(False)
            client.connect_ex(("127.0.0.1", full.getsockname()[1]))
        yield full.getsockname()[1]


def _listening(backlog: int = BACKLOG) -> socket.socket:
    """
    Return a socket that listens on every address of loopback and on no other interface.

    One socket per address would be 20,000; bound to all addresses, it is held to the interface ``lo`` by the kernel.
    """
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
    listening.bind(("0.0.0.0", 0))  # noqa: S104 - only those of lo, see above
    listening.listen(backlog)
    return listening


@contextlib.contextmanager
def _running(listening: Sequence[socket.socket], command: list[str]) -> Iterator[None]:
    descriptors = [each.fileno() for each in listening]
    with subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=descriptors) as server:
        try:
            yield
        finally:
            server.terminate()
