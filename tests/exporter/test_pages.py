"""Pages are rendered once per change, in a thread, from a snapshot, and completed with a live end."""

import asyncio
import gzip
import threading

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from aescan.errors import Reason
from aescan.exporter.negotiation import Format
from aescan.exporter.pages import PIECE, Page, Pages, render
from aescan.exporter.state import Snapshot, State
from tests.exporter.estate import BUILD, SOUND, estate, until
from tests.facts import NOW, failed, seen


class Rendering:
    """A renderer that counts, and waits before it works when told so."""

    def __init__(self) -> None:
        self.done: list[tuple[int, Format]] = []
        self.begun = threading.Event()
        self.go = threading.Event()
        self.go.set()
        self.thread = 0

    def __call__(self, snapshot: Snapshot, form: Format) -> Page:
        """Return a page that says how many probes the snapshot counts."""
        self.begun.set()
        assert self.go.wait(60)
        self.thread = threading.get_ident()
        self.done.append((snapshot.probes, form))
        return Page.of([str(snapshot.probes).encode()])


@pytest.mark.parametrize("end", [b"", b"process_x 1\n", b"y" * 100_000])
@pytest.mark.parametrize("pieces", [[], [b""], [b"aescan_x 1\n" * 50_000], [b"aescan_x 1\n"] * 50_000])
def test_gzip_member(pieces: list[bytes], end: bytes) -> None:
    """Body and end are one sound gzip member, checksum and length included, whatever pieces the body came in."""
    page, body = Page.of(pieces), b"".join(pieces)
    assert b"".join(page.plain(end)) == page.body + end == body + end
    assert max(map(len, page.plain(b""))) <= PIECE
    assert gzip.decompress(page.gzipped(end)) == body + end
    if body:
        assert len(page.gzipped(b"")) < len(body) / 20


async def test_whole_page_parses() -> None:
    """The page with the live metrics of the process at its end is sound in both formats."""
    pages = Pages(estate().snapshot)
    for form, parse in (Format.TEXT, parse_text), (Format.OPENMETRICS, parse_openmetrics):
        length, pieces = await pages.plain(form)
        whole = b"".join(pieces).decode()
        assert len(whole.encode()) == length
        names = [family.name for family in parse(whole)]
        assert len(set(names)) == len(names)
        assert {"aescan_probe_success", "process_cpu_seconds", "python_info"} <= set(names)


@pytest.mark.parametrize("form", Format)
def test_a_few_samples_at_a_time(form: Format, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is made in parts is the page that is made at once."""
    monkeypatch.setattr("aescan.exporter.metrics.PART", 1_000_000)
    at_once = render(estate().snapshot(), form).body
    monkeypatch.setattr("aescan.exporter.metrics.PART", 2)
    assert render(estate().snapshot(), form).body == at_once
    assert at_once.count(b"# TYPE aescan_expiry_threshold_seconds gauge\n") == 1
    assert at_once.count(b"\naescan_expiry_threshold_seconds{") > 2


async def test_rendered_once() -> None:
    """A page is rendered when first asked for, and not again before a change."""
    rendering, state = Rendering(), estate()
    pages = Pages(state.snapshot, rendering)
    first = await pages.page(Format.TEXT)
    assert await pages.page(Format.TEXT) is first
    await pages.refresh()
    assert rendering.done == [(4, Format.TEXT)]
    assert rendering.thread != threading.get_ident()
    pages.changed()
    await pages.refresh()
    await pages.refresh()
    assert len(rendering.done) == 2


async def test_concurrent_first_requests() -> None:
    """Scrapers that ask for a new format at the same time share one rendering."""
    rendering = Rendering()
    pages = Pages(estate().snapshot, rendering)
    first, second = await asyncio.gather(pages.page(Format.TEXT), pages.page(Format.TEXT))
    assert first is second
    assert len(rendering.done) == 1


async def test_formats_asked_for() -> None:
    """A change is rendered in the formats asked for so far, and in no others."""
    rendering, state = Rendering(), estate()
    pages = Pages(state.snapshot, rendering)
    pages.changed()
    await pages.refresh()
    assert rendering.done == []
    await pages.page(Format.OPENMETRICS)
    pages.changed()
    await pages.refresh()
    assert [form for _, form in rendering.done] == [Format.OPENMETRICS, Format.OPENMETRICS]


async def test_many_changes() -> None:
    """A thousand changes at once are one rendering."""
    rendering, state = Rendering(), State((SOUND,), NOW, BUILD)
    pages = Pages(state.snapshot, rendering, pause=3600)
    await pages.page(Format.TEXT)
    keeping = asyncio.create_task(pages.keep_fresh())
    for _ in range(1000):
        state.observe(seen(SOUND))
        pages.changed()
    await until(lambda: len(rendering.done) == 2)
    assert rendering.done[1] == (1000, Format.TEXT)
    state.observe(seen(SOUND))
    pages.changed()
    await asyncio.sleep(0)
    assert len(rendering.done) == 2, "the pause is an hour"
    await pages.refresh()
    assert rendering.done[2] == (1001, Format.TEXT)
    keeping.cancel()


async def test_change_while_rendering() -> None:
    """What changes while a thread renders is on the next page, wholly, and the old page is served until then."""
    rendering, state = Rendering(), estate()
    pages = Pages(state.snapshot, rendering)
    old = await pages.page(Format.TEXT)
    rendering.begun.clear()
    rendering.go.clear()
    state.observe(failed(SOUND))
    pages.changed()
    first = asyncio.create_task(pages.refresh())
    await until(rendering.begun.is_set)
    state.observe(failed(SOUND))
    pages.changed()
    second = asyncio.create_task(pages.refresh())
    assert await pages.page(Format.TEXT) is old
    rendering.go.set()
    await asyncio.gather(first, second)
    assert [probes for probes, _ in rendering.done] == [4, 5, 6]
    assert (await pages.page(Format.TEXT)).body == b"6"


async def test_no_mixture() -> None:
    """A rendering shows one moment, however much the state changes meanwhile."""
    state = estate()
    moment = state.snapshot()
    expected = render(moment, Format.TEXT)
    stop = threading.Event()
    pages: list[Page] = []

    def again_and_again() -> None:
        while not stop.is_set():
            pages.append(render(moment, Format.TEXT))

    rendering = asyncio.create_task(asyncio.to_thread(again_and_again))
    for round_ in range(200):
        state.observe(failed(SOUND, Reason.DNS))
        state.observe(seen(SOUND))
        state.configure((SOUND,) if round_ % 2 else (), NOW)
        await asyncio.sleep(0)
    await until(lambda: len(pages) > 3)
    stop.set()
    await rendering
    assert set(pages) == {expected}
