"""
Servers that mean ill or are broken: scripts for ``tests.peers.scripted``, and what a probe is to make of each.

Every script but those that close themselves goes on until the client leaves; ``Port`` counts both, so that a test can
wait for the last connection to be gone.
"""

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from aescan.errors import Reason
from aescan.tls.codepoints import AlertLevel, ContentType, HandshakeType
from aescan.tls.messages import RETRY_RANDOM
from tests import certs, flights
from tests.flights import alert, certificate_body, entries, handshake, record
from tests.peers import Script, reset

CHAIN: Final = tuple(identity.der for identity in certs.make_chain(2, keys=(certs.rsa_key(),)))
FLIGHT: Final = flights.HELLO + record(flights.certificate(*CHAIN)) + flights.DONE
LEAF: Final = CHAIN[0]
LARGE: Final = (bytes(60_000),) * 6
"""Five of them and more do not fit into the 256 KiB of a flight."""
GARBAGE: Final = bytes(range(0xFF, 0, -1)) * 16
PAUSE: Final = 0.005
"""Seconds between two bytes of a drip."""
SIXTEEN_MEGABYTES: Final = b"\xff\xff\xff"
FULL: Final = 2**14
"""Bytes of the longest fragment in clear (RFC 5246 section 6.2.1)."""

SSL2_HELLO: Final = 0x80
TLS13_EXTENSION: Final = bytes.fromhex("002b 0003 02 0304")
"""supported_versions with TLS 1.3 alone, as our hello says it (RFC 8446 section 4.2.1)."""

SILENT: Final = "waiting for the certificate: no answer in time; it accepted the connection and said nothing"
STALLED: Final = "waiting for the certificate: no answer in time; it accepted the connection and said too little"
CLOSED: Final = r"the server closed the connection after {} bytes before its certificate was complete"
FLOODED: Final = r"reading the server's flight: no certificate within \d{3,6} bytes in \d{1,3} records"


async def hello(reader: asyncio.StreamReader) -> bytes:
    """Read one ClientHello of whichever protocol, whole: closing then sends FIN and no reset."""
    head = await reader.readexactly(5)
    length = int.from_bytes(head[:2]) % 0x8000 - 3 if head[0] >= SSL2_HELLO else int.from_bytes(head[3:])
    return head + await reader.readexactly(length)


def says(data: bytes, *, last: bool = False) -> Script:
    """Return a server that answers so and waits, or with ``last`` shuts its side and goes on reading."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hello(reader)
        writer.write(data)
        if last:
            writer.write_eof()

    return script


def floods(data: bytes, before: bytes = b"") -> Script:
    """Return a server that says something once and then something else without end."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hello(reader)
        writer.write(before)
        while True:
            writer.write(data * (FULL // len(data) + 1))
            await writer.drain()

    return script


def drips(data: bytes, before: bytes = b"", *, endless: bool = False) -> Script:
    """Return a server that says something once and then something else byte by byte, over and over if ``endless``."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hello(reader)
        writer.write(before)
        while True:
            for byte in data:
                writer.write(bytes((byte,)))
                await writer.drain()
                await asyncio.sleep(PAUSE)
            if not endless:
                return

    return script


def ends(data: bytes = b"", *, by_reset: bool = False) -> Script:
    """Return a server that says something and closes."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hello(reader)
        writer.write(data)
        if by_reset:
            reset(writer)
        writer.close()

    return script


def to_ssl2(answer: Script) -> Script:
    """Return a server that hangs up on any hello but that of SSL 2.0."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await hello(reader)
        if first[0] >= SSL2_HELLO:
            await answer(again(first), writer)
        else:
            writer.close()

    return script


def to_tls13(answer: Script) -> Script:
    """Return a server that refuses the version of any hello but that of TLS 1.3."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await hello(reader)
        if TLS13_EXTENSION in first:
            await answer(again(first), writer)
        else:
            writer.write(alert(70))
            writer.close()

    return script


def again(data: bytes) -> asyncio.StreamReader:
    """Return a reader of what was read already."""
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    return reader


def tls13_server_hello(random: bytes, extension: str) -> bytes:
    """Return a record with a ServerHello that chooses TLS 1.3 and has this key_share extension."""
    extensions = TLS13_SERVER_EXTENSION + bytes.fromhex(extension)
    body = b"\x03\x03" + random + bytes(1) + bytes.fromhex("1301 00") + flights.vector(2, extensions)
    return record(handshake(HandshakeType.SERVER_HELLO, body))


TLS13_SERVER_EXTENSION: Final = bytes.fromhex("002b 0002 0304")
RETRY: Final = tls13_server_hello(RETRY_RANDOM, "0033 0002 0018")
AGREED: Final = tls13_server_hello(bytes(32), "0033 0024 001d 0020" + "09" * 32)


def certificates(*ders: bytes) -> bytes:
    """Return a flight with these certificates, its messages in records as full as they may be."""
    messages = flights.server_hello() + flights.certificate(*ders) + handshake(HandshakeType.SERVER_HELLO_DONE)
    return b"".join(map(record, flights.cut(messages, (FULL,))))


def announcing(kind: int, listed: bytes = b"") -> bytes:
    """Return a flight that opens a message of 16 MB, as its length says."""
    return flights.HELLO + record(bytes((kind,)) + SIXTEEN_MEGABYTES + listed)


@dataclass(frozen=True, slots=True)
class Case:
    """
    A server, and what one probe of it comes to.

    ``reason`` and ``detail`` (a regular expression for the whole text) are those of the failure; without a reason the
    chain is seen, and ``certificates`` and ``remarks`` are the capture's. ``waits`` where only the deadline ends it.
    """

    script: Script
    reason: Reason | None = None
    detail: str = ""
    connections: int = 1
    waits: bool = False
    certificates: tuple[bytes, ...] = CHAIN
    remarks: tuple[str, ...] = ()


def refused(script: Script, reason: Reason, detail: str, connections: int = 1, *, waits: bool = False) -> Case:
    """Return the case of a server that brings no chain."""
    return Case(script, reason, detail, connections, waits)


HEADER_LIE: Final = announcing(HandshakeType.CERTIFICATE, certificate_body(entries(LEAF), declared=0xFFFFFC))
ENTRY_LIE: Final = announcing(HandshakeType.CERTIFICATE, SIXTEEN_MEGABYTES * 2)
NOTHING_KEPT: Final = (
    r"the server's Certificate message holds no certificate: certificate message longer than the limit, "
    r"cut after \d{6} bytes; certificate 1 is cut short and left out"
)
CUT_SSL2: Final = flights.sslv2_record(flights.sslv2_server_hello(LEAF)[:-400])
RUNGS_HUNG_UP: Final = r" \(ssl2 hello, after tls12: closed, tls10: closed\)"
RUNGS_RESET: Final = r" \(ssl2 hello, after tls12: reset, tls10: reset\)"
RUNGS_SILENT: Final = r" \(tls10 hello, after tls12: timeout\)"
RUNGS_NEWER: Final = r" \(tls13 hello, after tls12: protocol_version \(70\)\)"

SILENCES: Final = {
    "silence": refused(says(b""), Reason.TIMEOUT, SILENT + RUNGS_SILENT, 2, waits=True),
    "silence to SSL 2.0": refused(
        to_ssl2(says(b"")), Reason.TIMEOUT, SILENT + RUNGS_HUNG_UP, 3, waits=True
    ),
    "silence behind a SERVER-HELLO of SSL 2.0 that has only begun": refused(
        to_ssl2(says(b"\xff\xff\x04")), Reason.TIMEOUT, STALLED + RUNGS_HUNG_UP, 3, waits=True
    ),
    "one byte at a time, then silence": refused(drips(FLIGHT[:20]), Reason.TIMEOUT, STALLED, waits=True),
    "one byte at a time without end": refused(
        drips(bytes(9), record(bytes(FULL))[:5], endless=True), Reason.TIMEOUT, STALLED, waits=True
    ),
    "16 MB announced, then silence": refused(says(HEADER_LIE), Reason.TIMEOUT, STALLED, waits=True),
}  # fmt: skip

ENDS: Final = {
    "FIN": refused(
        ends(), Reason.CLOSED, CLOSED.replace(" after {} bytes", "") + RUNGS_HUNG_UP, 3
    ),
    "RST": refused(
        ends(by_reset=True), Reason.RESET, "waiting for the certificate: the connection was reset" + RUNGS_RESET, 3
    ),
    "half-open": refused(
        says(b"", last=True), Reason.CLOSED, CLOSED.replace(" after {} bytes", "") + RUNGS_HUNG_UP, 3
    ),
    "half-open behind a ServerHello": refused(
        says(flights.HELLO, last=True), Reason.CLOSED, CLOSED.format(len(flights.HELLO))
    ),
    "16 MB announced, then FIN": refused(ends(HEADER_LIE), Reason.CLOSED, CLOSED.format(len(HEADER_LIE))),
    "close_notify": refused(
        says(alert(0, AlertLevel.WARNING)), Reason.CLOSED, "the server sent close_notify instead of a certificate"
    ),
}  # fmt: skip

FLOODS: Final = {
    "warnings without end": refused(floods(flights.WARNING), Reason.PROTOCOL, FLOODED),
    "warnings without end behind a ServerHello": refused(
        floods(flights.WARNING, flights.HELLO), Reason.PROTOCOL, FLOODED
    ),
    "ChangeCipherSpec without end": refused(
        floods(record(b"\x01", ContentType.CHANGE_CIPHER_SPEC)), Reason.PROTOCOL, FLOODED
    ),
    "empty records without end": refused(floods(record(b"")), Reason.PROTOCOL, FLOODED),
    "HelloRequest without end": refused(floods(record(bytes(4) * (FULL // 4))), Reason.PROTOCOL, FLOODED),
    "ServerHello without end": refused(floods(flights.HELLO), Reason.PROTOCOL, FLOODED),
    "full records without end": refused(
        floods(record(bytes(FULL)), announcing(HandshakeType.SERVER_HELLO)), Reason.PROTOCOL, FLOODED
    ),
    "application data without end": refused(
        floods(record(bytes(FULL), ContentType.APPLICATION_DATA)),
        Reason.PROTOCOL, "reading the server's flight: application data before its certificate",
    ),
    "16 MB of a certificate": refused(floods(record(bytes(FULL)), ENTRY_LIE), Reason.NO_CERTIFICATE, NOTHING_KEPT),
    "TLS 1.3, ChangeCipherSpec without end": refused(
        to_tls13(floods(record(b"\x01", ContentType.CHANGE_CIPHER_SPEC))), Reason.PROTOCOL, FLOODED + RUNGS_NEWER, 2
    ),
    "TLS 1.3, retry requests without end": refused(
        to_tls13(floods(RETRY)), Reason.PROTOCOL, "agreeing on keys: a second HelloRetryRequest" + RUNGS_NEWER, 2
    ),
}  # fmt: skip

NONSENSE: Final = {
    "garbage": refused(
        says(GARBAGE), Reason.PLAINTEXT, r'the port answered the ClientHello without TLS: "\S{60,240} ?\S*"'
    ),
    "garbage without end": refused(
        floods(GARBAGE), Reason.PLAINTEXT, r'the port answered the ClientHello without TLS: "\S{60,240} ?\S*"'
    ),
    "garbage behind a ServerHello": refused(
        says(flights.HELLO + GARBAGE),
        Reason.PROTOCOL, "reading the server's flight: ff fe fd fc fb is not the header of a TLS record",
    ),
    "SSL 2.0, which nobody offered": refused(
        says(flights.sslv2_record(flights.sslv2_server_hello(LEAF))),
        Reason.PLAINTEXT, r'the port answered the ClientHello without TLS: ".+"',
    ),
    "SSL 2.0, cut short": refused(
        to_ssl2(says(CUT_SSL2)),
        Reason.PROTOCOL, r"message cut short: \d+ bytes expected, \d+ left" + RUNGS_HUNG_UP, 3,
    ),
    "TLS 1.3, records that no key opens": refused(
        to_tls13(says(AGREED + record(bytes(99), ContentType.APPLICATION_DATA))),
        Reason.PROTOCOL, r".+" + RUNGS_NEWER, 2,
    ),
    "no certificate": refused(
        says(flights.HELLO + flights.DONE),
        Reason.NO_CERTIFICATE,
        "the server's flight has no Certificate message, it chose TLS_RSA_WITH_AES_128_CBC_SHA",
    ),
    "an empty list": refused(
        says(certificates()),
        Reason.NO_CERTIFICATE, "the server's Certificate message holds no certificate: its list is empty",
    ),
    "an alert": refused(says(alert(90)), Reason.ALERT, r"the server answered with user_canceled \(90\)"),
}  # fmt: skip

TOO_LONG: Final = r"certificate message longer than the limit, cut after \d{6} bytes"

SEEN: Final = {
    "100 certificates": Case(says(certificates(*[LEAF] * 100)), certificates=(LEAF,) * 100),
    "101 certificates": Case(
        says(certificates(*[LEAF] * 101)),
        certificates=(LEAF,) * 100, remarks=("more than 100 certificates, the rest is left out",),
    ),
    "more than 256 KiB": Case(
        floods(record(bytes(FULL)), certificates(LEAF, *LARGE)),
        certificates=(LEAF, *LARGE[:4]), remarks=(TOO_LONG, "certificate 6 is cut short and left out"),
    ),
    "16 MB announced, one certificate there": Case(
        floods(record(bytes(FULL)), HEADER_LIE),
        certificates=(LEAF,), remarks=(TOO_LONG, "empty entry in the certificate list"),
    ),
    "half-open": Case(says(FLIGHT, last=True)),
    "a flood behind it": Case(floods(record(bytes(FULL)), FLIGHT[: -len(flights.DONE)])),
    "garbage behind it": Case(floods(GARBAGE, FLIGHT[: -len(flights.DONE)])),
    # Nor does the courtesy of hearing a server out go beyond the deadline.
    "a drip behind it": Case(drips(b"\x16", FLIGHT[: -len(flights.DONE)], endless=True), waits=True),
    "RST behind it": Case(ends(FLIGHT, by_reset=True)),
    "FIN behind it": Case(ends(FLIGHT)),
}  # fmt: skip

CASES: Final = {
    **SILENCES, **ENDS, **FLOODS, **NONSENSE, **{f"{name}, seen": case for name, case in SEEN.items()}
}  # fmt: skip


@dataclass(slots=True)
class Port:
    """Runs a script for each connection, then waits until the client leaves."""

    script: Script
    opened: int = 0
    left: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self.opened += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await self.script(reader, writer)
            await reader.read()
        self.left.release()

    async def deserted(self, connections: int) -> None:
        """Wait until so many connections have come and gone."""
        for _ in range(connections):
            await self.left.acquire()


def connected(ports: Iterable[Port]) -> int:
    """Return how many connections these ports have seen."""
    return sum(port.opened for port in ports)
