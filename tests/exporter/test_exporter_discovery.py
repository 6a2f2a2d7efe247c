"""Discovered targets come and go while the exporter lives; nothing else is disturbed."""

import asyncio
import contextlib
import http.client
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from aescan.exporter.configuration import Configuration
from aescan.exporter.exporter import Exporter
from aescan.exporter.negotiation import Format
from aescan.exporter.threads import in_thread
from aescan.inventory.model import Target
from aescan.probe.resolve import Resolver
from aescan.settings.model import Settings
from aescan.settings.sources import FileSd
from aescan.sources.feeds import Feeds, Reader, feeds_of
from tests.exporter.estate import SOUND, FakeSweep, configuration, until
from tests.facts import NOW, seen
from tests.processes import PATIENCE, exporter, metrics

GOOD = '[{"targets": ["%s:4722"]}]'
READER = Reader(lambda: NOW, in_thread, Resolver())


def discovering(sweep: FakeSweep, path: Path, *targets: Target, labels: dict[str, str] | None = None) -> Configuration:
    """Return a configuration that has these targets, and those in the file."""
    settings = Settings(inventory=(FileSd((path,), 0.01, labels or {}),))
    return replace(configuration(sweep, *targets), feeds=feeds_of(settings))


@contextlib.asynccontextmanager
async def living(
    first: Configuration, load: Callable[[], Configuration] | None = None
) -> AsyncIterator[tuple[Exporter, asyncio.Event]]:
    """Give an exporter that lives, and the event that makes it reload."""
    reload = asyncio.Event()
    feeds = Feeds(READER)
    await feeds.take_up(first.feeds)
    living = Exporter(first, load or (lambda: first), lambda: NOW, reload, pause=0, tick=0, feeds=feeds)
    life = asyncio.create_task(living.run())
    try:
        yield living, reload
        assert not life.done()
    finally:
        life.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await life


def names(of: Exporter) -> list[str]:
    """Return the names of the inventory in force."""
    return [target.name for target in of.targets()]


async def test_targets_come_and_go(tmp_path: Path) -> None:
    """What is new is scanned at once, what is gone is gone from the page, what stays is not scanned again."""
    path, sweep, scanned = tmp_path / "sd.json", FakeSweep(), list[str]()

    def note(target: Target) -> object:
        scanned.append(target.name)
        return seen(target)

    for name in (SOUND.name, "aes7:4722", "aes8:4722"):
        sweep.answers[name] = note  # type: ignore[assignment] # an observation, as seen says
    path.write_text(GOOD % "aes7")
    async with living(discovering(sweep, path, SOUND)) as (running, _):
        await until(lambda: sorted(scanned) == sorted([SOUND.name, "aes7:4722"]))
        path.write_text(GOOD % "aes8")
        await until(lambda: "aes8:4722" in scanned)

        assert names(running) == [SOUND.name, "aes8:4722"]
        page = (await running.page(Format.TEXT)).body.decode()
        assert "aes7" not in page
        assert f'aescan_inventory_targets{{source="{path}"}} 1.0' in page
        assert f'aescan_inventory_up{{source="{path}"}} 1.0' in page

        path.write_text("garbage")
        await until(lambda: not running.snapshot().sources[0].up)
        await running.page(Format.TEXT)
        assert names(running) == [SOUND.name, "aes8:4722"]
    assert sorted(scanned) == sorted([SOUND.name, "aes7:4722", "aes8:4722"])


async def test_what_is_under_way_goes_on(tmp_path: Path) -> None:
    """A list that changes every minute must not break off a sweep that takes an hour."""
    path, sweep = tmp_path / "sd.json", FakeSweep()
    path.write_text("[]")
    sweep.go.clear()
    async with living(discovering(sweep, path, SOUND)) as (running, _):
        await sweep.held.wait()
        path.write_text(GOOD % "aes8")
        await until(lambda: len(running.targets()) == 2)
        assert sweep.under_way >= 1
        sweep.go.set()
        await until(lambda: all(status.last for status in running.snapshot().statuses))
    assert sweep.ended == sweep.begun == 2


async def test_reload_takes_up_other_feeds(tmp_path: Path) -> None:
    """Their lists are read by the new settings before any of them is scanned."""
    path, sweep = tmp_path / "sd.json", FakeSweep()
    path.write_text(GOOD % "aes8")
    anew = discovering(sweep, path, SOUND, labels={"site": "paris"})
    async with living(discovering(sweep, tmp_path / "none.json", SOUND), lambda: anew) as (running, _):
        assert names(running) == [SOUND.name]
        assert await running.reload() == ()
        assert names(running) == [SOUND.name, "aes8:4722"]
        assert running.targets()[1].labels == {"site": "paris"}
        assert [each.source for each in running.snapshot().sources] == [str(path)]


def test_one_aescan_feeds_another(tmp_path: Path) -> None:
    """A central inventory is served by one, taken up by another, and kept when the first one is gone."""
    (tmp_path / "central.csv").write_text("host,port,labels.site\n127.0.0.1,9,paris\n127.0.0.2,9,oslo\n")
    (tmp_path / "own.json").write_text('[{"targets": ["127.0.0.3:9"]}]')
    with exporter("--inventory", str(tmp_path / "central.csv")) as central:
        settings = tmp_path / "aescan.yml"
        settings.write_text(
            "inventory:\n"
            f"  - http_sd: {{url: 'http://127.0.0.1:{central.port}/sd', refresh_interval: 1s}}\n"
            "  - {file_sd: {files: own.json, refresh_interval: 1s}, interval: 2h, labels: {site: rome}}\n"
        )
        with exporter("--config.file", str(settings)) as running:
            page = metrics(running.port, 'aescan_probe_success{target="127.0.0.3:9"}')
            for host, site in (("127.0.0.1", "paris"), ("127.0.0.2", "oslo"), ("127.0.0.3", "rome")):
                assert f'site="{site}",target="{host}:9"' in page
            central.process.terminate()
            central.process.wait(PATIENCE)
            (tmp_path / "own.json").write_text("[")
            url = f"http://127.0.0.1:{central.port}/sd"
            metrics(running.port, f'aescan_inventory_up{{source="{url}"}} 0.0')
            page = metrics(running.port, f'aescan_inventory_up{{source="{tmp_path}/own.json"}} 0.0')
            assert page.count("\naescan_target_info{") == 3
            running.wait_for(r"(source failed, its last list stays in force)")
            assert f'aescan_inventory_last_success_timestamp_seconds{{source="{url}"}}' in page

            connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=PATIENCE)
            connection.request("GET", "/-/healthy")
            assert connection.getresponse().status == 200
            connection.close()


@pytest.mark.parametrize("gone", ["http://127.0.0.1:1/sd", "http://cmdb.invalid/sd"])
def test_a_source_that_is_gone_at_start(tmp_path: Path, gone: str) -> None:
    """Keeps nothing else from being scanned."""
    settings = tmp_path / "aescan.yml"
    settings.write_text(f"inventory: [{{http_sd: {{url: '{gone}'}}}}]\n")
    with exporter("--config.file", str(settings), "127.0.0.1:9") as running:
        page = metrics(running.port, 'aescan_probe_success{target="127.0.0.1:9"}')
    assert f'aescan_inventory_up{{source="{gone}"}} 0.0' in page
    assert f'aescan_inventory_targets{{source="{gone}"}} 0.0' in page


def test_a_server_that_is_gone_at_the_restart(tmp_path: Path) -> None:
    """Its last list is scanned, as old as it is, and it is said to fail; where no history is kept it has none."""
    (tmp_path / "central.csv").write_text("host,port,labels.site\n127.0.0.1,9,paris\n127.0.0.2,9,oslo\n")
    settings, history = tmp_path / "aescan.yml", ("--history-file", str(tmp_path / "history.db"))
    with exporter("--inventory", str(tmp_path / "central.csv")) as central:
        url = f"http://127.0.0.1:{central.port}/sd"
        settings.write_text(f"inventory: [{{http_sd: {{url: '{url}', refresh_interval: 1s}}}}]\n")
        with exporter("--config.file", str(settings), *history) as running:
            metrics(running.port, 'aescan_probe_success{target="127.0.0.2:9"}')
            central.process.terminate()
            central.process.wait(PATIENCE)
            page = metrics(running.port, f'aescan_inventory_up{{source="{url}"}} 0.0')
            running.process.terminate()
            running.process.wait(PATIENCE)
    read = f'aescan_inventory_last_success_timestamp_seconds{{source="{url}"}}'
    (before,) = re.findall(f"^{re.escape(read)} .*$", page, re.MULTILINE)

    with exporter("--config.file", str(settings), *history) as running:
        running.wait_until_logged(f'(msg="source failed, its last list stays in force" source={url} targets=2)')
        page = metrics(running.port, "aescan_sweep_timestamp_seconds ")
    assert f'aescan_inventory_up{{source="{url}"}} 0.0' in page
    assert f'aescan_inventory_targets{{source="{url}"}} 2.0' in page
    assert f"\n{before}\n" in page
    for host, site in (("127.0.0.1", "paris"), ("127.0.0.2", "oslo")):
        assert f'site="{site}",target="{host}:9"' in page
    with exporter("--config.file", str(settings), "127.0.0.9:9") as running:
        page = metrics(running.port, "aescan_sweep_timestamp_seconds ")
    assert f'aescan_inventory_targets{{source="{url}"}} 0.0' in page
    assert read not in page
