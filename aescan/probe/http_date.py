"""
What time a web server says it is: the ``Date`` of its answer to one HEAD request (RFC 9110 section 6.6.1).

A conversation for one connection: bytes in, bytes out, ``Skew`` at the end, or ProbeError. A whole handshake is needed,
so this is only for servers that this machine's OpenSSL still speaks with, and never for one that demands a client
certificate. Nothing is verified: what is asked for is no secret and is believed for no more than a warning.
"""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Final

from aescan import __version__
from aescan.errors import ProbeError, Reason
from aescan.findings.model import Skew

SOURCE: Final = "HTTP Date"

MOST_BYTES: Final = 64 * 1024
"""Of the server's whole part of the conversation: handshake and head; the largest chains and heads in use have half."""

CHUNK: Final = 4096

HALF_A_SECOND: Final = 0.5
"""Dates have whole seconds, so half of one is added, and is what may be missing."""


@cache
def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)  # servers from before RFC 5746
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def head_request(host: str) -> bytes:
    """Return the request; ``host`` is a DNS name or an address, as the inventory has them."""
    name = f"[{host}]" if ":" in host else host
    lines = "HEAD / HTTP/1.1", f"Host: {name}", f"User-Agent: aescan/{__version__}", "Connection: close", "", ""
    return "\r\n".join(lines).encode("ascii")


def date_of(head: bytes) -> datetime | None:
    """Return the date of an answer as far as it has come, aware UTC; None where it has none, or not yet."""
    for line in head.split(b"\n")[1:-1]:  # the first is the status, the last is not complete
        name, colon, value = line.partition(b":")
        if colon and name.lower() == b"date":
            try:
                date = parsedate_to_datetime(value.strip().decode("ascii"))
                return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
            except (ValueError, OverflowError):  # UnicodeDecodeError is a ValueError
                return None
    return None


class DateQuestion:
    """
    One handshake, one request, one date.

    ``now``
        This machine's clock, aware UTC.
    """

    complete = False

    def __init__(self, host: str, server_name: str | None, now: Callable[[], datetime]) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = _context().wrap_bio(self._incoming, self._outgoing, server_hostname=server_name)
        self._request = head_request(host)
        self._now = now
        self._asked: datetime | None = None
        self._answered = False
        self._error: ssl.SSLError | None = None
        self._bytes = 0
        self._head = b""
        self._step()

    def data_to_send(self) -> bytes:
        """Return what OpenSSL wants to say now."""
        return self._outgoing.read()

    def feed(self, data: bytes) -> Skew | None:
        """Take the server's bytes; return what its clock shows once it said so."""
        self._bytes += len(data)
        if self._bytes > MOST_BYTES:
            raise ProbeError(Reason.PROTOCOL, f"asking for the date: no end of the head after {MOST_BYTES} bytes")
        self._incoming.write(data)
        self._step()
        if self._answered:
            return None  # what follows could only make it less exact
        if self._asked is not None and (date := date_of(self._head)) is not None:
            self._answered = True
            elapsed = (self._now() - self._asked).total_seconds()
            offset = (date - self._asked).total_seconds() - elapsed / 2 + HALF_A_SECOND
            return Skew(SOURCE, offset, HALF_A_SECOND + abs(elapsed) / 2)
        if self._error is not None:
            raise ProbeError(Reason.PROTOCOL, f"asking for the date: {self._error.reason or self._error}")
        if b"\n\r\n" in self._head or b"\n\n" in self._head:
            raise ProbeError(Reason.PROTOCOL, "asking for the date: the answer has none")
        return None

    def end(self) -> ProbeError:
        """Return the error of an answer that was cut short."""
        return ProbeError(Reason.CLOSED, "asking for the date: the server closed before it said one")

    def _step(self) -> None:
        try:
            if self._asked is None:
                self._tls.do_handshake()
                self._tls.write(self._request)
                self._asked = self._now()
            while data := self._tls.read(CHUNK):
                self._head += data
        except ssl.SSLWantReadError:
            return
        except ssl.SSLError as error:  # or the server's orderly end
            self._error = error
