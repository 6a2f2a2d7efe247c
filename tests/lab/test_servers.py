"""Servers come up at once and leave nothing behind."""

import gc
import socket
import threading
from functools import partial
from pathlib import Path

import pytest

from aescan.lab.answers import Greeting, Silent, Tls
from aescan.lab.contexts import TlsSettings, lenient_context, tls_context
from aescan.lab.servers import Server, loopback, serving
from tests.certs import make_chain


def descriptors_open() -> int:
    """Return how many file descriptors this process has, that of the looking included."""
    return len(list(Path("/dev/fd").iterdir()))


def test_ports_are_in_the_order_given() -> None:
    """Each server has a port of its own, in the order of the servers."""
    with serving([Server("127.0.0.1", Silent), Server("127.0.0.1", Greeting)]) as ports:
        with socket.create_connection(("127.0.0.1", ports[1])) as greeted:
            assert greeted.recv(100) == Greeting.TEXT
        assert len(set(ports)) == 2


def test_no_answer_is_refusal() -> None:
    """A server without an answer refuses, and its port is nobody else's."""
    with serving([Server("127.0.0.1", None)]) as (port,):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", port))


def test_nothing_remains(caplog: pytest.LogCaptureFixture) -> None:
    """With clients in every state connected, leaving ends them all: no thread, no descriptor, no word in the log."""
    context = tls_context(make_chain(), TlsSettings())
    gc.collect()  # what earlier tests left may not go meanwhile
    threads, descriptors = threading.enumerate(), descriptors_open()
    with serving([Server("127.0.0.1", Silent), Server("127.0.0.1", partial(Tls, context=context))]) as (silent, tls):
        idle = socket.create_connection(("127.0.0.1", silent))
        halfway = socket.create_connection(("127.0.0.1", tls))
        halfway.sendall(b"\x16\x03\x01\x02\x00\x01")
        gone = socket.create_connection(("127.0.0.1", tls))
        gone.close()
        joined = lenient_context().wrap_socket(socket.create_connection(("127.0.0.1", tls)))
    for left in (idle, halfway, joined):
        left.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", tls))
    gc.collect()
    assert threading.enumerate() == threads
    assert descriptors_open() == descriptors
    assert caplog.records == []


def test_a_port_that_cannot_be_had_leaves_nothing() -> None:
    """Where an address cannot be bound the error comes out, and what was bound before is free again."""
    descriptors = descriptors_open()
    with (
        pytest.raises(OSError, match="assign requested address"),
        serving([Server("127.0.0.1", Silent), Server("192.0.2.1", Silent)]),
    ):
        pass
    assert descriptors_open() == descriptors


def test_an_error_of_the_block_ends_the_servers() -> None:
    """An error inside the block comes out after the servers are gone."""
    threads = threading.enumerate()
    with pytest.raises(KeyError, match="mine"), serving([Server("127.0.0.1", Silent)]):
        raise KeyError("mine")
    assert threading.enumerate() == threads


def test_loopback_addresses() -> None:
    """An address that cannot be bound gives way to the one that every system has."""
    assert loopback(999) == "127.0.0.1"
    assert loopback(7) in ("127.0.1.7", "127.0.0.1")
