"""A TSAPI name service of the tests, built from the documented layout alone: every field to order."""

import asyncio
import struct
from collections.abc import Iterator
from ipaddress import ip_address

ENCRYPTED = "AVAYA#CM1#CSTA-S#AES1", 1066, "192.0.2.7"
PLAIN = "AVAYA#CM1#CSTA#AES1", 1050, "192.0.2.7"

Listed = tuple[str, int, str]
"""Name, port and address of a TLINK."""


def tlv(tag: int, contents: bytes) -> bytes:
    """Return an element of BER with a length in the form that fits."""
    if len(contents) < 0x80:
        return bytes((tag, len(contents))) + contents
    return bytes((tag, 0x82)) + len(contents).to_bytes(2) + contents


def address(port: int, host: str) -> bytes:
    """Return what stands for a socket address: family, port in network order, address."""
    packed = ip_address(host)
    if packed.version == 6:
        return b"\x0a\x00" + port.to_bytes(2) + bytes(4) + packed.packed + bytes(4)
    return b"\x02\x00" + port.to_bytes(2) + packed.packed + bytes(8)


def entry(name: str, port: int, host: str) -> bytes:
    """Return one entry of the list."""
    return tlv(0x30, tlv(0x16, name.encode("latin-1")) + tlv(0x04, address(port, host)))


def body(*listed: Listed, more: bool = False) -> bytes:
    """Return the BER of a reply."""
    return tlv(0x30, tlv(0x01, b"\xff" if more else b"\x00") + tlv(0x30, b"".join(entry(*each) for each in listed)))


def frame(
    contents: bytes,
    *,
    version: int = 1,
    kind: tuple[int, int] = (2, 11),
    private: bytes = b"",
    length: int | None = None,
) -> bytes:
    """Return a frame around a body."""
    said = len(contents) if length is None else length
    block = struct.pack("<HIIHHHH", version, 1, 0, *kind, said, len(private)) + contents + private
    return struct.pack("<I", len(block)) + block


def reply(*listed: Listed, more: bool = False) -> bytes:
    """Return a whole reply."""
    return frame(body(*listed, more=more))


class Server:
    """Replies to each request with the next of its replies, and closes when there are none left."""

    def __init__(self, *replies: bytes) -> None:
        self.replies: Iterator[bytes] = iter(replies)
        self.requests: list[bytes] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        try:
            while True:
                self.requests.append(await reader.readexactly(27))
                writer.write(next(self.replies))
        except (asyncio.IncompleteReadError, StopIteration):
            return
