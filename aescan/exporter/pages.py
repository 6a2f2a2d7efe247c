"""
The page of metrics, rendered once per change beside the event loop, and kept in memory ready to send.

A snapshot goes into the thread that renders it, whole pages come out and replace the former ones at once. A page is
rendered in the formats that were asked for so far. What the library tells about the process itself (CPU time, memory,
open files) is small and has a value for each moment, so it is appended live.
"""

import asyncio
import math
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import Metric
from prometheus_client.exposition import generate_latest as text
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics
from prometheus_client.registry import Collector

from aescan.exporter.metrics import FAMILIES, Family
from aescan.exporter.negotiation import Format
from aescan.exporter.state import Snapshot
from aescan.exporter.threads import in_thread

PAUSE: Final = 3.0
"""Seconds between two renderings while a sweep changes things all the time: short beside any scrape interval."""

REST: Final = 9
"""Renderings are followed by this many times the time they took, so that they never cost more than a tenth."""

LIVE: Final = 1.0
"""Seconds for which the metrics of the process are told without looking again: whoever floods us costs little."""

SLICE: Final = 4096
"""Bytes of a page unpacked at a time: a piece of it mostly."""

PIECE: Final = 256 * 1024
"""Bytes of a page sent at a time, at most: so many that their making takes a thousandth of a second."""

END: Final = b"# EOF\n"
"""What ends a page of OpenMetrics, and may stand there once only."""

GZIP_HEADER: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""Magic, deflate, no flags, no time, no extra flags, unknown system (RFC 1952 section 2.3)."""

MODULUS: Final = 2**32
"""The trailer of gzip counts the length modulo this (RFC 1952 section 2.3.1)."""

_ENCODERS: Final[dict[Format, Callable[[Collector], bytes]]] = {Format.TEXT: text, Format.OPENMETRICS: openmetrics}


@dataclass(frozen=True, slots=True)
class Page:
    """
    One format of the page, without its live end.

    ``deflated``, ``checksum``, ``length``
        The body as a deflate stream flushed to a byte boundary but not ended, its CRC-32 and how many bytes it has, so
        that a gzip member can be completed with any end at the cost of that end alone. The body itself, thirty times
        as large, is kept in no other way.
    """

    deflated: bytes
    checksum: int
    length: int

    @classmethod
    def of(cls, pieces: Iterable[bytes]) -> "Page":
        """Return the page with this body; of many pieces, so that no step of the making is a long one."""
        compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        deflated, checksum, length = list[bytes](), 0, 0
        for piece in pieces:
            deflated.append(compressor.compress(piece))
            checksum = zlib.crc32(piece, checksum)
            length += len(piece)
        deflated.append(compressor.flush(zlib.Z_FULL_FLUSH))
        return cls(b"".join(deflated), checksum, length)

    @property
    def body(self) -> bytes:
        """The page as it was rendered; not on the event loop."""
        return b"".join(self.plain(b""))

    def plain(self, end: bytes) -> Iterator[bytes]:
        """Yield body and end in pieces, each made when it is wanted."""
        inflator = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
        for start in range(0, len(self.deflated), SLICE):
            packed = self.deflated[start : start + SLICE]
            while packed:
                yield inflator.decompress(packed, PIECE)
                packed = inflator.unconsumed_tail
        yield inflator.flush() + end

    def gzipped(self, end: bytes) -> bytes:
        """Return body and end as one gzip member."""
        compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        length = (self.length + len(end)) % MODULUS
        trailer = zlib.crc32(end, self.checksum).to_bytes(4, "little") + length.to_bytes(4, "little")
        return b"".join((GZIP_HEADER, self.deflated, compressor.compress(end), compressor.flush(), trailer))


class One(Collector):
    """One family as the library's renderer wants it."""

    def __init__(self, metric: Metric) -> None:
        self._metric = metric

    def collect(self) -> Iterator[Metric]:
        """Yield the family."""
        yield self._metric


def render(snapshot: Snapshot, form: Format) -> Page:
    """Return the page of this snapshot; for a second per ten thousand targets or so, so never on the event loop."""
    return Page.of(piece for family in FAMILIES for piece in _pieces(family, snapshot, form))


def _pieces(family: Family, snapshot: Snapshot, form: Format) -> Iterator[bytes]:
    # A few samples at a time: what the library does with all lines at once in C would hold up the event loop too.
    head = b""
    for part in family.parts(snapshot):
        if not head:
            yield (head := _lines(Metric(part.name, part.documentation, part.type), form))
        yield _lines(part, form).removeprefix(head)


def _lines(metric: Metric, form: Format) -> bytes:
    return _ENCODERS[form](One(metric)).removesuffix(END)


class _Gzipped(NamedTuple):
    """A gzip member, and what it was made of."""

    page: Page
    end: bytes
    whole: bytes


class Pages:
    """
    The pages of the newest snapshot rendered.

    ``snapshot``
        Called on the event loop when a rendering begins.
    ``render``
        Called in a thread.
    """

    def __init__(
        self,
        snapshot: Callable[[], Snapshot],
        render: Callable[[Snapshot, Format], Page] = render,
        pause: float = PAUSE,
    ) -> None:
        self._snapshot = snapshot
        self._render = render
        self._pause = pause
        self._pages: dict[Format, Page] = {}
        self._gzipped: dict[Format, _Gzipped] = {}
        self._ends: dict[Format, tuple[float, bytes]] = {}
        self._changed = asyncio.Event()
        self._rendering = asyncio.Lock()
        self._process = CollectorRegistry()
        ProcessCollector(registry=self._process)
        PlatformCollector(registry=self._process)
        GCCollector(registry=self._process)

    def changed(self) -> None:
        """Say that the pages are out of date; they will be rendered again soon."""
        self._changed.set()

    async def keep_fresh(self) -> None:
        """Render after changes, never more often than the pause allows, until cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            await self._changed.wait()
            began = clock()
            await self.refresh()
            await asyncio.sleep(max(self._pause, REST * (clock() - began)))

    async def refresh(self) -> None:
        """Return when every change so far is on every page asked for so far."""
        async with self._rendering:
            if not self._changed.is_set():
                return  # somebody else's rendering, waited for at the lock, has it all
            self._changed.clear()
            snapshot, formats = self._snapshot(), tuple(self._pages)
            self._pages = await in_thread(lambda: {form: self._render(snapshot, form) for form in formats})

    async def page(self, form: Format) -> Page:
        """Return the newest page in this format, rendered now when nobody has asked for the format before."""
        if form not in self._pages:
            async with self._rendering:
                if form not in self._pages:
                    snapshot = self._snapshot()
                    self._pages = {**self._pages, form: await in_thread(lambda: self._render(snapshot, form))}
        return self._pages[form]

    async def plain(self, form: Format) -> tuple[int, Iterator[bytes]]:
        """Return the newest page in this format with its live end: its length, and its pieces."""
        page, end = await self.page(form), self._end(form)
        return page.length + len(end), page.plain(end)

    async def gzipped(self, form: Format) -> bytes:
        """Return the newest page in this format with its live end, as a gzip member."""
        page, end = await self.page(form), self._end(form)
        made = self._gzipped.get(form)
        if made is None or made.page is not page or made.end is not end:  # many who ask at a time share one
            made = self._gzipped[form] = _Gzipped(page, end, page.gzipped(end))
        return made.whole

    def _end(self, form: Format) -> bytes:
        """Return what follows each page in this format: the metrics of the process, a second old at most."""
        now = asyncio.get_running_loop().time()
        moment, end = self._ends.get(form, (-math.inf, b""))
        if now - moment > LIVE:
            moment, end = self._ends[form] = now, _ENCODERS[form](self._process)
        return end
