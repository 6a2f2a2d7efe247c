"""
Bytes of a stream to TLS records (RFC 5246 section 6.2.1, RFC 6101 section 5.2).

Chunks come in as the network cut them; whole records go out. A stream that begins with anything but a record's
header, told from its first byte where that is enough, is ``plaintext``; an impossible header later is ProtocolError.
Between chunks less than one record is kept.
"""

from collections.abc import Iterator
from typing import Final

from aescan.errors import ProbeError, ProtocolError, Reason
from aescan.text import printable
from aescan.tls.codepoints import ContentType

HEADER_LENGTH: Final = 5
LONGEST_FRAGMENT: Final = 2**14 + 2048
"""RFC 5246 section 6.2.3: what a TLSCiphertext may hold; nothing longer is a record."""
MAJOR_VERSION: Final = 3
"""The first byte of every record version from SSL 3.0 (0x0300) to TLS 1.3 (0x0303)."""
EXCERPT: Final = 60
"""Bytes of a plain-text answer worth showing: enough for a status line or a banner."""

_TYPES: Final = frozenset(map(int, ContentType))  # an enum's members cost more to compare with


Record = tuple[int, bytes]
"""One record: its content type and its fragment."""


class RecordBuffer:
    """Collects bytes until they make records."""

    __slots__ = ("_held", "_needed", "_started")

    def __init__(self) -> None:
        self._held = bytearray()
        self._needed = 0  # held bytes below this many cannot make a record: a drip of bytes costs no copying
        self._started = False

    def feed(self, data: bytes) -> Iterator[Record]:
        """Yield each record that ``data`` completes."""
        if self._held:
            self._held += data
            if len(self._held) < self._needed:
                return
            data = bytes(self._held)
            self._held = bytearray()
        position, end = 0, len(data)
        self._needed = HEADER_LENGTH
        try:
            while end - position >= HEADER_LENGTH:
                kind, length = data[position], data[position + 3] << 8 | data[position + 4]
                if kind not in _TYPES or data[position + 1] != MAJOR_VERSION or length > LONGEST_FRAGMENT:
                    raise self._no_record(data[position:])
                self._started = True
                body = position + HEADER_LENGTH
                if end - body < length:
                    self._needed = HEADER_LENGTH + length
                    break
                position = body + length
                yield kind, data[body:position]
            else:
                if not self._started and position < end and data[position] not in _TYPES:
                    raise _not_tls(data[position:])
        finally:
            if position < end:
                self._held = bytearray(data[position:])

    def _no_record(self, data: bytes) -> ProbeError:
        if not self._started:
            return _not_tls(data)
        header = data[:HEADER_LENGTH].hex(" ")
        return ProtocolError(f"reading the server's flight: {header} is not the header of a TLS record")


def _not_tls(data: bytes) -> ProbeError:
    excerpt = printable(data[:EXCERPT].decode("latin-1"), limit=4 * EXCERPT)
    return ProbeError(Reason.PLAINTEXT, f'the port answered the ClientHello without TLS: "{excerpt}"')
