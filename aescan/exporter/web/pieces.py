"""
A body that is made piece by piece, while the client takes it.

Pieces and their length in all come in; at no time is more of them in memory than the client's connection holds.
"""

from collections.abc import Iterable

from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import Payload


class Pieces(Payload):
    """The body of one answer."""

    def __init__(self, length: int, pieces: Iterable[bytes]) -> None:
        super().__init__(pieces)
        self._size = length
        self._pieces = pieces

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Send it; waits for the client where it takes its time."""
        for piece in self._pieces:
            await writer.write(piece)

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Return all of it as text."""
        return b"".join(self._pieces).decode(encoding, errors)
