"""Each way to answer, as a client on loopback meets it."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from aescan.lab.answers import Answer, Closing, Greeting, PlainHttp, Resetting, Silent, Tls
from aescan.lab.contexts import TlsSettings, lenient_context, tls_context
from aescan.lab.servers import Server, serving
from tests.certs import make_chain

PATIENCE = 20
"""Seconds after which a test gives up; none waits for them when all is well."""


@contextmanager
def client(answer: Answer) -> Iterator[socket.socket]:
    """Connect to a server that answers so."""
    with serving([Server("127.0.0.1", answer)]) as (port,), socket.create_connection(("127.0.0.1", port)) as connected:
        connected.settimeout(PATIENCE)
        yield connected


def everything(connected: socket.socket) -> bytes:
    """Return all that comes until the server closes."""
    return b"".join(iter(lambda: connected.recv(4096), b""))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Silent, b""),
        (Closing, b""),
        (Greeting, b"220 ready\r\n"),
        (PlainHttp, b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
    ],
)
def test_plain_answers(answer: Answer, said: bytes) -> None:
    """Silence says nothing, the others their text, and the connection ends in order."""
    with client(answer) as connected:
        connected.sendall(b"\x16\x03\x01")
        if answer in (Silent, Greeting):  # they wait for the client to leave
            connected.shutdown(socket.SHUT_WR)
        assert everything(connected) == said


def test_greeting_comes_unasked() -> None:
    """A server that speaks first needs nothing from the client."""
    with client(Greeting) as connected:
        assert connected.recv(4096) == b"220 ready\r\n"


def test_resetting_resets() -> None:
    """The connection ends by a reset, not in order."""
    with client(Resetting) as connected:
        connected.sendall(b"\x16\x03\x01")
        with pytest.raises(ConnectionResetError):
            connected.recv(4096)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_session_lasts_until_the_client_leaves(version: ssl.TLSVersion) -> None:
    """A TLS server shakes hands, swallows application data, and says farewell to the client's farewell."""
    presented = make_chain()
    with client(partial(Tls, context=tls_context(presented, TlsSettings((version, version))))) as connected:
        session = lenient_context().wrap_socket(connected)
        assert session.getpeercert(binary_form=True) == presented[0].der
        session.sendall(b"x" * 100_000)
        session.unwrap().close()


def test_tls_answers_nonsense_with_an_alert() -> None:
    """A handshake record with no handshake in it gets a fatal alert and the end of the connection."""
    with client(partial(Tls, context=tls_context(make_chain(), TlsSettings()))) as connected:
        connected.sendall(b"\x16\x03\x01\x00\x05hello")
        said = everything(connected)
        assert (said[:1], said[3:6]) == (b"\x15", b"\x00\x02\x02")
