"""Servers that speak only TLS 1.3."""

import pytest

from aescan.errors import ProbeError, Reason
from aescan.probe.handshake import Handshake


def test_garbage_is_a_protocol_error() -> None:
    """What is no TLS fails with what the platform's TLS says of it."""
    handshake = Handshake(None)

    with pytest.raises(ProbeError) as caught:
        handshake.feed(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    assert (caught.value.reason, caught.value.detail) == (
        Reason.PROTOCOL,
        "TLS 1.3 handshake: wrong version number",
    )


def test_an_alert_is_an_alert() -> None:
    """A fatal alert in clear is named."""
    handshake = Handshake("aes1.example.com")

    with pytest.raises(ProbeError) as caught:
        handshake.feed(bytes.fromhex("15 0303 0002 0228"))

    assert (caught.value.reason, caught.value.detail) == (
        Reason.ALERT,
        "TLS 1.3 handshake: sslv3 alert handshake failure",
    )


def test_a_flood_ends() -> None:
    """Bytes without end do not make an endless handshake: here a record at a time that never completes a message."""
    handshake = Handshake(None)
    message = bytes.fromhex("02 ffffff") + bytes(16000)
    record = bytes.fromhex("16 0303") + len(message).to_bytes(2) + message

    def flood() -> None:
        for _ in range(100):
            handshake.feed(record)

    with pytest.raises(ProbeError) as caught:
        flood()

    assert caught.value.reason is Reason.PROTOCOL


def test_the_end_of_the_stream() -> None:
    """A server that closes in the middle is closed."""
    error = Handshake(None).end()

    assert (error.reason, error.detail) == (
        Reason.CLOSED,
        "the server closed the connection during the TLS 1.3 handshake",
    )
