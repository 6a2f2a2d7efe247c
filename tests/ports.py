"""Ports for programs that cannot say which one the kernel chose."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def reserved(address: str = "127.0.0.1") -> Iterator[int]:
    """
    Give a port that nobody else gets meanwhile, and that refuses connections until a server listens on it.

    It is held by a socket that does not listen; the server, which says SO_REUSEADDR as all do, may share it.
    """
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((address, 0))
        yield held.getsockname()[1]
