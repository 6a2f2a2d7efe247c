"""
Reading TLS's presentation language (RFC 5246 section 4) from bytes.

Bytes come in, integers and vectors come out in the order of the RFC's structures; reading past the end raises
ProtocolError, never anything else.
"""

from aescan.errors import ProtocolError


class Cursor:
    """A place in bytes that moves forward as they are read."""

    __slots__ = ("data", "position")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    @property
    def left(self) -> int:
        """Bytes not yet read."""
        return len(self.data) - self.position

    def take(self, length: int) -> bytes:
        """Return the next ``length`` bytes."""
        end = self.position + length
        if end > len(self.data):
            raise ProtocolError(f"message cut short: {length} bytes expected, {self.left} left")
        taken = self.data[self.position : end]
        self.position = end
        return taken

    def integer(self, length: int) -> int:
        """Return the next unsigned big-endian integer of ``length`` bytes."""
        return int.from_bytes(self.take(length))

    def vector(self, length_bytes: int) -> bytes:
        """Return a variable-length vector whose length stands before it in ``length_bytes`` bytes."""
        start = self.position + length_bytes
        end = start + int.from_bytes(self.data[self.position : start])
        if end > len(self.data):
            return self.take(self.integer(length_bytes))  # raises, for the length or for what it announces
        self.position = end
        return self.data[start:end]
