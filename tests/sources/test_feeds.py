"""Lists of targets are kept: read again, replaced when they are others, kept when they cannot be had."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from aescan.errors import ConfigError
from aescan.exporter.threads import in_thread
from aescan.inventory.kept import KeptList, pack
from aescan.inventory.model import Target
from aescan.probe.resolve import Resolver
from aescan.settings.model import Settings
from aescan.settings.sources import FileSd, FileSource, HttpSd
from aescan.sources.feeds import Feeds, Reader, check_files, feeds_of, read_once
from tests.exporter.estate import until
from tests.facts import NOW
from tests.logged import logged
from tests.sources.servers import ONE, Handler, serving

READER = Reader(lambda: NOW, in_thread, Resolver())
TICK = 0.01
GOOD = '[{"targets": ["%s:4722"]}]'


@pytest.fixture(autouse=True)
def _log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "aescan.sources")


def settings(*sources: FileSd | HttpSd | FileSource) -> Settings:
    """Return settings with these sources."""
    return Settings(inventory=sources)


def names(feeds: Feeds) -> list[str]:
    """Return the names of all targets."""
    return [target.name for target in feeds.targets()]


def problems(feeds: Feeds) -> list[str]:
    """Return why some give no list now."""
    return [problem for standing in feeds.standings for problem in standing.problems]


@contextlib.asynccontextmanager
async def kept(*sources: FileSd | HttpSd) -> AsyncIterator[tuple[Feeds, list[bool]]]:
    """Give feeds of these sources that are being kept, and what was told of changes."""
    feeds = Feeds(READER)
    told: list[bool] = []
    feeds.changed = told.append
    await feeds.take_up(feeds_of(settings(*sources)))
    keeping = asyncio.create_task(feeds.run())
    try:
        yield feeds, told
    finally:
        keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeping


class Server:
    """A server whose answer a test sets."""

    def __init__(self) -> None:
        self.body = ONE
        self.status = 200
        self.asked = 0

    async def answer(self, _request: web.Request) -> web.StreamResponse:
        """Answer."""
        self.asked += 1
        return web.Response(body=self.body, status=self.status, content_type="application/json")

    @property
    def handler(self) -> Handler:
        """What answers."""
        return self.answer


def test_files_that_are_read_once_are_no_feeds() -> None:
    """They are loaded with the settings."""
    assert feeds_of(settings(FileSource(Path("a.yml")))) == ()
    (feed,) = feeds_of(settings(FileSource(Path("a.yml")), HttpSd("http://a/")))
    assert feed.name == "http://a/"


async def test_a_server_is_asked_again_and_again() -> None:
    """Its targets come and go; the labels of the source are laid under its own."""
    server = Server()
    async with serving(server.handler) as url:
        source = HttpSd(url, refresh=TICK, labels={"site": "x", "owner": "voice"})
        async with kept(source) as (feeds, told):
            (target,) = feeds.targets()
            assert (target.name, target.source) == ("aes1.example.com:4722", url)
            assert target.labels == {"site": "paris", "owner": "voice"}
            server.body = b'[{"targets": ["aes2:443", "aes3:443"]}]'
            await until(lambda: names(feeds) == ["aes2:443", "aes3:443"])
            server.body = b"[]"
            await until(lambda: names(feeds) == [])
            assert told.count(True) == 2
            (standing,) = feeds.standings
            assert (standing.source, standing.up, standing.success) == (url, True, NOW)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (500, ONE, "the answer is 500 Internal Server Error; look into the server's log"),
        (200, b'[{"targets": ["aes2"]}]', ":1:15: targets[0]: aes2 has no port"),
        (200, b"[", ":1:2: a value is missing here, or begins with no character that JSON knows"),
        (200, b'[{"targets": ["a:1"]}, {"targets": ["a:1"], "labels": {"x": "y"}}]', ":1:24: the target a:1 is listed"),
        (200, b"", ":1:1: the file is empty"),
    ],
)
async def test_a_source_that_fails_keeps_its_list(
    status: int, body: bytes, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It says so once, and that it is well again."""
    server = Server()
    async with serving(server.handler) as url, kept(HttpSd(url, refresh=TICK)) as (feeds, told):
        before = feeds.targets()
        caplog.clear()
        server.status, server.body = status, body
        await until(lambda: not feeds.standings[0].up)
        asked = server.asked
        await until(lambda: server.asked > asked + 3)

        assert feeds.targets() == before
        assert feeds.standings[0].success == NOW
        assert said in problems(feeds)[0]
        first = f'msg="source failed, its last list stays in force" source={url} targets=1 problems=1'
        assert logged(caplog).count(first) == 1
        assert any(said in line.replace("\\", "") for line in logged(caplog))

        server.status, server.body = 200, ONE
        await until(lambda: feeds.standings[0].up)
        assert logged(caplog)[-1] == f'msg="source read" source={url} targets=1'
        assert set(told) == {False}


async def test_a_source_that_never_answered_has_no_targets(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing else waits for it."""
    server = Server()
    server.status = 503
    async with serving(server.handler) as url, kept(HttpSd(url, refresh=TICK)) as (feeds, _):
        assert feeds.targets() == ()
        assert feeds.standings[0].success is None
        assert "source failed, its last list stays in force" in caplog.text
        server.status = 200
        await until(lambda: names(feeds) == ["aes1.example.com:4722"])


async def test_files_are_watched(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What a pattern matches comes and goes; what is damaged, or was there by its name, keeps its list."""
    one, two, three = tmp_path / "one.json", tmp_path / "sd-two.yml", tmp_path / "sd-three.yml"
    one.write_text(GOOD % "aes1")
    two.write_text("- targets: [aes2:4722]\n")
    async with kept(FileSd((one, tmp_path / "sd-*.yml"), TICK)) as (feeds, _):
        assert names(feeds) == ["aes1:4722", "aes2:4722"]
        three.write_text(GOOD % "aes3")
        await until(lambda: names(feeds) == ["aes1:4722", "aes3:4722", "aes2:4722"])
        two.write_text("garbage \x00")
        one.unlink()
        await until(lambda: len(problems(feeds)) == 2)
        assert names(feeds) == ["aes1:4722", "aes3:4722", "aes2:4722"]
        assert {each.source: each.up for each in feeds.standings} == {
            str(one): False,
            str(three): True,
            str(two): False,
        }
        two.unlink()
        one.write_text(GOOD % "aes4")
        await until(lambda: names(feeds) == ["aes4:4722", "aes3:4722"])
        assert problems(feeds) == []
    assert f'msg="source gone, and its targets with it" source={two} targets=1' in logged(caplog)


async def test_a_folder_that_is_gone_keeps_its_lists(tmp_path: Path) -> None:
    """A disk that is not mounted takes nothing away."""
    folder = tmp_path / "sd"
    folder.mkdir()
    (folder / "a.json").write_text(GOOD % "aes1")
    async with kept(FileSd((folder / "*.json",), TICK)) as (feeds, _):
        folder.rename(tmp_path / "away")
        await until(lambda: bool(problems(feeds)))
        assert names(feeds) == ["aes1:4722"]
        (tmp_path / "away").rename(folder)
        await until(lambda: not problems(feeds))
        assert [each.source for each in feeds.standings] == [str(folder / "a.json")]


async def test_a_name_that_is_taken_is_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The first one counts, and the log says so once."""
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    one.write_text('[{"targets": ["aes1:4722", "aes2:4722"]}]')
    two.write_text('[{"targets": ["aes2:4722", "aes3:4722"], "labels": {"site": "x"}}]')
    static = Target("aes1:4722", "aes1", 4722, labels={"site": "y"})
    async with kept(FileSd((one, two, one))) as (feeds, _):
        for _ in range(2):
            found = feeds.targets([static])
            assert found[0] is static
            assert [(each.name, each.source) for each in found[1:]] == [
                ("aes2:4722", str(one)),
                ("aes3:4722", str(two)),
            ]
    assert [line for line in logged(caplog) if "left out" in line] == [
        f'msg="targets left out, their names are taken" source={one} targets=1',
        f'msg="targets left out, their names are taken" source={two} targets=1',
    ]


async def test_another_configuration_keeps_what_stays(tmp_path: Path) -> None:
    """A source that stays keeps its list though it fails, and is read by the new settings; one that left is gone."""
    server, path = Server(), tmp_path / "a.json"
    path.write_text(GOOD % "aes9")
    async with serving(server.handler) as url:
        stays = HttpSd(url, refresh=3600)
        async with kept(stays, FileSd((path,), 3600)) as (feeds, _):
            server.status = 500
            await feeds.take_up(feeds_of(settings(stays)))
            assert names(feeds) == ["aes1.example.com:4722"]
            assert not feeds.standings[0].up

            server.status = 200
            strict = settings(replace(stays, refresh=TICK, labels={"owner": "voice"}))
            policy = replace(strict.policy, thresholds=replace(strict.policy.thresholds, notice=timedelta(days=99)))
            await feeds.take_up(feeds_of(replace(strict, policy=policy)))
            (target,) = feeds.targets()
            assert (target.thresholds.notice.days, target.labels["owner"]) == (99, "voice")

            server.body = b"[]"
            await until(lambda: names(feeds) == [])


async def test_an_answer_to_a_former_configuration_is_dropped() -> None:
    """It was asked for by settings that are no longer in force."""
    asked, go = asyncio.Event(), asyncio.Event()
    slow = [False]

    async def answer(_request: web.Request) -> web.StreamResponse:
        if slow[0]:
            asked.set()
            await go.wait()
        return web.Response(body=ONE, content_type="application/json")

    async with serving(answer) as url, kept(HttpSd(url, refresh=TICK)) as (feeds, _):
        slow[0] = True
        await asked.wait()
        await feeds.take_up(())
        go.set()
        await asyncio.sleep(0)
        assert feeds.standings == ()
        assert feeds.targets() == ()


async def test_read_once(tmp_path: Path) -> None:
    """All of them together, or every reason why not; nothing is logged, for whoever asked is told."""
    path, gone = tmp_path / "a.json", tmp_path / "gone.json"
    path.write_text(GOOD % "aes2")
    other = Target("aes9:1", "aes9", 1)
    server = Server()
    async with serving(server.handler) as url:
        sound = feeds_of(settings(HttpSd(url), FileSd((path,))))
        found = await read_once(sound, READER, [other])
        assert [target.name for target in found] == ["aes9:1", "aes1.example.com:4722", "aes2:4722"]

        server.status = 404
        with pytest.raises(ConfigError) as caught:
            await read_once((*sound, *feeds_of(settings(FileSd((gone,))))), READER, [other])
        assert caught.value.problems == (
            f"{url}: the answer is 404 Not Found; look at the url",
            f"{gone}: there is no such file",
        )


def test_check_files(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Every file that is there, no server."""
    path = tmp_path / "a.json"
    path.write_text(GOOD % "aes2")
    feeds = feeds_of(settings(HttpSd("http://192.0.2.1/"), FileSd((path, tmp_path / "b*.json"))))
    assert [target.name for target in check_files(feeds, NOW)] == ["aes2:4722"]
    path.write_text("[{}]")
    with pytest.raises(ConfigError, match=r"a\.json:1:2: the key targets is missing"):
        check_files(feeds, NOW)
    assert logged(caplog) == []


class Shelf:
    """Where lists stand over a restart."""

    def __init__(self) -> None:
        self.lists: tuple[KeptList, ...] = ()

    def keep(self, lists: tuple[KeptList, ...]) -> None:
        """Keep these and no others."""
        self.lists = lists

    def feeds(self, moment: datetime = NOW) -> Feeds:
        """Return feeds after a restart."""
        return Feeds(replace(READER, now=lambda: moment), self.lists, self.keep)


LATER = NOW + timedelta(days=1)


async def test_a_list_outlives_a_restart(caplog: pytest.LogCaptureFixture) -> None:
    """A source that fails then has its last list, read by the settings of the day, from when it was last given."""
    server, shelf = Server(), Shelf()
    async with serving(server.handler) as url:
        await shelf.feeds().take_up(feeds_of(settings(HttpSd(url))))
        server.status = 500
        for number in range(2):
            caplog.clear()
            feeds = shelf.feeds(LATER)
            await feeds.take_up(feeds_of(settings(HttpSd(url, labels={"start": str(number)}))))

            (target,) = feeds.targets()
            assert (target.name, target.source) == ("aes1.example.com:4722", url)
            assert target.labels == {"site": "paris", "start": str(number)}
            (standing,) = feeds.standings
            assert (standing.up, standing.success) == (False, NOW)
            assert f'msg="source failed, its last list stays in force" source={url} targets=1' in logged(caplog)[0]
        server.status = 200
        feeds = shelf.feeds(LATER)
        await feeds.take_up(feeds_of(settings(HttpSd(url))))
        assert [(each.up, each.success) for each in feeds.standings] == [(True, LATER)]
        assert [each.moment for each in shelf.lists] == [LATER]


async def test_a_reload_reads_the_kept_list_anew() -> None:
    """What a source said last is laid over the new settings though it fails."""
    server = Server()
    async with serving(server.handler) as url, kept(HttpSd(url, refresh=3600)) as (feeds, _):
        server.status = 500
        await feeds.take_up(feeds_of(settings(HttpSd(url, refresh=3600, labels={"owner": "voice"}))))
        assert [target.labels["owner"] for target in feeds.targets()] == ["voice"]


async def test_files_outlive_a_restart(tmp_path: Path) -> None:
    """One that is damaged has its last list; of a folder that is gone all have; one that was deleted has none."""
    folder, shelf = tmp_path / "sd", Shelf()
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.json").write_text(GOOD % f"aes{name}")
    feed = feeds_of(settings(FileSd((folder / "*.json",))))
    await shelf.feeds().take_up(feed)
    assert len(shelf.lists) == 3
    (folder / "a.json").write_text("[")
    (folder / "b.json").unlink()
    feeds = shelf.feeds()
    await feeds.take_up(feed)
    assert names(feeds) == ["aesa:4722", "aesc:4722"]

    folder.rename(tmp_path / "away")
    feeds = shelf.feeds()
    await feeds.take_up(feed)
    assert names(feeds) == ["aesa:4722", "aesc:4722"]
    assert {each.source for each in feeds.standings if not each.up} == {str(folder / "*.json")}


async def test_a_kept_list_that_means_nothing_any_more() -> None:
    """One that is damaged, or that the settings of the day refuse, is no list; the source says why it fails."""
    server, shelf = Server(), Shelf()
    server.status = 500
    async with serving(server.handler) as url:
        for content in b"damaged", pack("sd", b'[{"targets": ["a:1"], "labels": {"__meta_aescan_service": "none"}}]'):
            shelf.keep((KeptList(url, url, NOW, content),))
            feeds = shelf.feeds()
            await feeds.take_up(feeds_of(settings(HttpSd(url))))
            assert feeds.targets() == ()
            assert problems(feeds) == [f"{url}: the answer is 500 Internal Server Error; look into the server's log"]


async def test_what_left_the_settings_is_not_kept() -> None:
    """A list goes with its source."""
    server, shelf = Server(), Shelf()
    async with serving(server.handler) as url:
        feeds = shelf.feeds()
        await feeds.take_up(feeds_of(settings(HttpSd(url))))
        assert [(each.feed, each.source, each.moment) for each in shelf.lists] == [(url, url, NOW)]
        await feeds.take_up(())
        assert shelf.lists == ()
