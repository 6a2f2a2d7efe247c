"""
The TSAPI name service's request for TLINKs and its reply, as Avaya's JTAPI client 6.2 speaks them; sans-I/O.

A server's bytes come in, ``Tlinks`` goes out, or ProtocolError. Nothing here was tried against a real AE Services
server: the layout was read from that client alone, so whatever differs from it is refused, with what was seen.

A frame is the length of the rest, a block of 18 bytes and a BER body; integers of the envelope are little-endian. The
port in an address is big-endian. Frames, replies and TLINKs are bounded, whatever a server says of their number.
"""

import struct
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from aescan.certificates.der import BOOLEAN, OCTET_STRING, SEQUENCE, Element, elements
from aescan.errors import ProbeError, ProtocolError, Reason
from aescan.text import printable

MOST_ROUNDS: Final = 16
"""Replies that say there is more, after which what was listed so far must do."""
MOST_TLINKS: Final = 1024
"""Of one server; the port ranges of AE Services hold some dozens."""
LONGEST_NAME: Final = 128
"""Characters kept of a name; four fields of those in use are half as long."""

_BLOCK: Final = struct.Struct("<HIIHHHH")
"""Version, invoke ID, monitor cross reference, event class, event type, lengths of body and of private data."""
_VERSION: Final = 1
_REQUEST_CLASS: Final = 0
_REQUEST_TYPE: Final = 10
_REPLY: Final = (2, 11)
_LENGTH_BYTES: Final = 4
_LONGEST_FRAME: Final = _BLOCK.size + 2 * 0xFFFF
"""Bytes of a block, a body and private data at their longest; more is announced only by what is no name service."""

_IA5_STRING: Final = 0x16
_CSTA_STREAM: Final = bytes((SEQUENCE, 3, 0x0A, 1, 1))
"""The request's body: a sequence of the enumerated stream type 1, which is CSTA."""
_IPV6: Final = b"\x0a\x00"
_PORT: Final = slice(2, 4)
_IPV4_ADDRESS: Final = slice(4, 8)
_IPV6_ADDRESS: Final = slice(8, 24)
_SECURE: Final = "CSTA-S"
_PLAIN: Final = "CSTA"


def request(invoke_id: int = 1) -> bytes:
    """Return the request for the TLINKs of CSTA."""
    block = _BLOCK.pack(_VERSION, invoke_id, 0, _REQUEST_CLASS, _REQUEST_TYPE, len(_CSTA_STREAM), 0)
    return (len(block) + len(_CSTA_STREAM)).to_bytes(_LENGTH_BYTES, "little") + block + _CSTA_STREAM


@dataclass(frozen=True, slots=True)
class Tlink:
    """
    One TLINK as listed.

    ``name``
        ``AVAYA#<switch connection>#CSTA-S#<AES name>``, fit to show.
    ``port``
        Where it listens, 0–65535.
    ``address``
        Where it says to dial; clients dial the address of the name service instead.
    """

    name: str
    port: int
    address: str

    @property
    def secure(self) -> bool:
        """Whether clients open it with TLS."""
        return self._kind == _SECURE

    @property
    def plain(self) -> bool:
        """Whether clients open it without."""
        return self._kind == _PLAIN

    @property
    def switch(self) -> str:
        """The switch connection that it leads to."""
        return self._field(1)

    @property
    def _kind(self) -> str:
        return self._field(2).upper()

    def _field(self, number: int) -> str:
        fields = self.name.split("#")
        return fields[number] if number < len(fields) else ""


@dataclass(frozen=True, slots=True)
class Tlinks:
    """What a name service lists, each once, in its order; ``complete`` unless there was no end to it."""

    tlinks: tuple[Tlink, ...]
    complete: bool = True


class NameService:
    """One conversation: ask, and ask again while there is more."""

    complete = True
    """A reply ends with its frame: nothing of the server's is on its way then."""

    def __init__(self) -> None:
        self._unsent = request()
        self._buffer = bytearray()
        self._rounds = 1
        self._found: dict[Tlink, None] = {}

    def data_to_send(self) -> bytes:
        """Return the request, whenever it is to be sent."""
        unsent, self._unsent = self._unsent, b""
        return unsent

    def feed(self, data: bytes) -> Tlinks | None:
        """Take bytes of the server; return the TLINKs once all are there; raise ProtocolError for anything else."""
        self._buffer += data
        while (frame := self._frame()) is not None:
            more, tlinks = reply(frame)
            before = len(self._found)
            self._found.update(dict.fromkeys(tlinks))
            if not more:
                return self._answer(complete=len(self._found) <= MOST_TLINKS)
            if len(self._found) == before or len(self._found) > MOST_TLINKS or self._rounds == MOST_ROUNDS:
                return self._answer(complete=False)
            self._rounds += 1
            self._unsent = request(self._rounds)
        return None

    def end(self) -> ProbeError:
        """Return the error of a stream that ended before the reply did."""
        after = f"after {len(self._buffer)} bytes of a reply" if self._buffer else "without a reply"
        return ProbeError(Reason.CLOSED, f"asking for TLINKs: the server closed {after}")

    def _answer(self, *, complete: bool) -> Tlinks:
        return Tlinks(tuple(self._found)[:MOST_TLINKS], complete)

    def _frame(self) -> bytes | None:
        """Take the next frame, without its length, out of the buffer; None while it is not whole."""
        if len(self._buffer) < _LENGTH_BYTES:
            return None
        length = int.from_bytes(self._buffer[:_LENGTH_BYTES], "little")
        if not _BLOCK.size <= length <= _LONGEST_FRAME:
            seen = bytes(self._buffer[:16]).hex(" ")
            raise ProtocolError(f"asking for TLINKs: no frame of a TSAPI name service begins with {seen}")
        end = _LENGTH_BYTES + length
        if len(self._buffer) < end:
            return None
        frame = bytes(self._buffer[_LENGTH_BYTES:end])
        del self._buffer[:end]
        return frame


def reply(frame: bytes) -> tuple[bool, tuple[Tlink, ...]]:
    """Return whether there is more, and the TLINKs of one reply."""
    version, _, _, *kind, length, private = _BLOCK.unpack_from(frame)
    if version != _VERSION or tuple(kind) != _REPLY:
        seen = f"version {version}, class {kind[0]}, type {kind[1]}"
        raise ProtocolError(f"asking for TLINKs: the server answered with something else ({seen})")
    if _BLOCK.size + length + private != len(frame):
        raise ProtocolError(f"asking for TLINKs: {length} and {private} bytes announced in a frame of {len(frame)}")
    (body,) = _parts(frame[_BLOCK.size : _BLOCK.size + length], "reply", SEQUENCE)
    more, listed = _parts(body.contents, "reply", BOOLEAN, SEQUENCE)
    entries = elements(listed.contents)
    if sum(len(entry.encoded) for entry in entries) != len(listed.contents):
        raise ProtocolError("asking for TLINKs: the list of the reply cannot be read")
    return any(more.contents), tuple(map(_tlink, entries))


def _tlink(entry: Element) -> Tlink:
    if entry.tag != SEQUENCE:
        raise ProtocolError(f"asking for TLINKs: an entry of the list has the tag {entry.tag:#04x}")
    name, where = _parts(entry.contents, "entry", _IA5_STRING, OCTET_STRING)
    text = printable(name.contents[: LONGEST_NAME * 4].decode("latin-1"), LONGEST_NAME)
    place = _IPV6_ADDRESS if where.contents[:2] == _IPV6 else _IPV4_ADDRESS
    if len(where.contents) < place.stop:
        raise ProtocolError(f"asking for TLINKs: the address of {text} has {len(where.contents)} bytes")
    return Tlink(text, int.from_bytes(where.contents[_PORT]), str(ip_address(where.contents[place])))


def _parts(data: bytes, what: str, *tags: int) -> list[Element]:
    """Return the elements of ``data``, which are to be these, with nothing behind them."""
    parts = elements(data)
    if tuple(part.tag for part in parts) != tags or sum(len(part.encoded) for part in parts) != len(data):
        seen = data[:16].hex(" ") or "nothing"
        raise ProtocolError(f"asking for TLINKs: the {what} is not made as it should be, it begins with {seen}")
    return parts
