"""The exporter sweeps on its interval, never twice at a time, and takes up what the operator changes."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from aescan.certificates.chain import decode
from aescan.errors import ConfigError, Reason
from aescan.exporter.configuration import Configuration
from aescan.exporter.exporter import Exporter
from aescan.exporter.negotiation import Format
from aescan.exporter.state import State
from aescan.inventory.model import Target
from aescan.observation import Observation, Seen
from aescan.probe.clock import Clock
from aescan.probe.resolve import Resolver
from aescan.scan.schedule import now
from aescan.settings.clock import ClockServer, ClockSettings
from aescan.tls.capture import Capture
from tests.exporter.estate import LOST, NEW, PATIENCE, SOUND, FakeSweep, configuration, until
from tests.facts import NOW, failed, finding, seen
from tests.logged import logged
from tests.probe.ntp import answer, ntp_server


def never() -> Configuration:
    """Fail: this test expects no loading."""
    raise AssertionError


@contextlib.asynccontextmanager
async def living(
    first: Configuration,
    load: Callable[[], Configuration] = never,
    now: Callable[[], datetime] = lambda: NOW,
    pause: float = 0,
) -> AsyncIterator[tuple[Exporter, asyncio.Event]]:
    """Give an exporter that lives, and the event that makes it reload."""
    reload = asyncio.Event()
    exporter = Exporter(first, load, now, reload, pause=pause, tick=0)
    life = asyncio.create_task(exporter.run())
    try:
        yield exporter, reload
        assert not life.done()
    finally:
        life.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await life


async def text(exporter: Exporter) -> str:
    """Return the page in plain text."""
    return (await exporter.page(Format.TEXT)).body.decode()


async def text_when(exporter: Exporter, true: Callable[[str], bool]) -> str:
    """Return the first page of which this is true."""
    async with asyncio.timeout(PATIENCE):
        while not true(page := await text(exporter)):  # noqa: ASYNC110 - as in until
            await asyncio.sleep(0.005)
    return page


async def test_first_sweep_at_once() -> None:
    """The first sweep begins at once, and the exporter is ready when it is on the page."""
    sweep = FakeSweep()
    sweep.go.clear()
    async with living(configuration(sweep, SOUND, LOST)) as (exporter, _):
        await sweep.held.wait()
        assert not exporter.ready
        assert "aescan_probe_success{" not in await text(exporter)
        sweep.go.set()
        await until(lambda: exporter.ready)
        assert 'aescan_probe_success{target="aes2.example.com:8443"} 1.0' in await text(exporter)
    assert sweep.begun == 1, "the next one is due in an hour"


async def test_progress_is_shown() -> None:
    """What a sweep has seen so far is on the page before its end."""
    sweep = FakeSweep()

    def hold(target: Target) -> Observation:
        sweep.go.clear()
        return failed(target, Reason.RESET)

    sweep.answers[SOUND.name] = hold
    async with living(configuration(sweep, SOUND, LOST)) as (exporter, _):
        await text(exporter)
        await sweep.held.wait()
        page = await text_when(exporter, lambda page: 'reason="reset"' in page)
        assert "aescan_sweep_timestamp_seconds" not in page
        assert not exporter.ready


async def test_end_of_a_sweep_is_shown_at_once() -> None:
    """The end of a sweep does not wait for the pause between two renderings."""
    sweep = FakeSweep()

    def hold(target: Target) -> Observation:
        sweep.go.clear()
        return failed(target)

    sweep.answers[SOUND.name] = hold
    async with living(configuration(sweep, SOUND, LOST), pause=3600) as (exporter, _):
        await until(lambda: not sweep.go.is_set())
        sweep.go.set()
        await until(lambda: exporter.ready)
        assert "\naescan_probes_total 2.0\n" in await text(exporter)
        assert "\naescan_sweep_timestamp_seconds 1.7954352e+09\n" in await text(exporter)


async def test_no_overlap() -> None:
    """A target is never scanned twice at a time, however late it is."""
    sweep = FakeSweep()
    async with living(configuration(sweep, SOUND, interval=0.01)):
        await until(lambda: sweep.begun >= 5)
    assert sweep.most_under_way == 1
    assert sweep.under_way == 0


async def test_end_in_the_middle_of_a_sweep() -> None:
    """The end does not wait for probes that hang."""
    sweep = FakeSweep()
    sweep.go.clear()
    async with living(configuration(sweep, SOUND)):
        await sweep.held.wait()
        assert sweep.under_way == 1
    assert sweep.under_way == 0
    assert sweep.ended == 0


async def test_names_are_looked_up_before_each_sweep() -> None:
    """Every sweep probes what the names stand for at its beginning."""
    lookups = []

    async def expand(targets: tuple[Target, ...]) -> tuple[Target, ...]:
        lookups.append(targets)
        if len(lookups) == 3:
            await asyncio.Event().wait()
        return (replace(NEW, name=f"lookup {len(lookups)}"),)

    first = replace(configuration(FakeSweep(), SOUND, interval=0.01), expand=expand)
    async with living(first) as (exporter, _):
        await until(lambda: len(lookups) == 3)
        assert 'aescan_probe_success{target="lookup 2"}' in await text(exporter)
    assert lookups == [(SOUND,)] * 3


async def test_reload() -> None:
    """A good configuration replaces the inventory, keeps what is known, and has what is new in it scanned at once."""
    sweep, moments = FakeSweep(), iter(NOW + timedelta(minutes=minute) for minute in range(60))
    first, second = configuration(sweep, SOUND, LOST), configuration(sweep, NEW, SOUND)
    async with living(first, lambda: second, lambda: next(moments)) as (exporter, reload):
        await until(lambda: exporter.ready)
        sweep.go.clear()
        assert LOST.name in await text(exporter)
        reload.set()
        await until(sweep.held.is_set)
        page = await text_when(exporter, lambda page: LOST.name not in page)
        assert f'aescan_probe_success{{target="{SOUND.name}"}} 1.0' in page
        assert f'aescan_probe_success{{target="{NEW.name}"}}' not in page
        assert exporter.ready
        sweep.go.set()
        await text_when(exporter, lambda page: f'aescan_probe_success{{target="{NEW.name}"}} 1.0' in page)
    assert sweep.begun == 2


async def test_reload_in_the_middle_of_a_sweep() -> None:
    """A reload ends the sweep of the old inventory before it begins that of the new one, and keeps what it saw."""
    sweep = FakeSweep()

    def hold(target: Target) -> Observation:
        sweep.go.clear()
        return failed(target, Reason.RESET)

    sweep.answers[SOUND.name] = hold
    first, second = configuration(sweep, SOUND, LOST), configuration(sweep, NEW, SOUND)
    async with living(first, lambda: second) as (exporter, reload):
        await sweep.held.wait()
        reload.set()
        await until(lambda: sweep.begun == 2)
        statuses = {status.label: status.last for status in exporter.snapshot().statuses}
        assert statuses[NEW.name] is None
        assert statuses[SOUND.name] is not None
        del sweep.answers[SOUND.name]
        sweep.go.set()
        await until(lambda: exporter.ready)
    assert sweep.most_under_way == 1
    assert sweep.ended == 1


async def test_new_policy() -> None:
    """A reload judges what is known by the new policy, without asking a server again."""
    sweep = FakeSweep()
    first = configuration(sweep, SOUND, LOST)
    sweep.answers[LOST.name] = failed

    def stricter(_target: Target, capture: Capture, moment: datetime) -> Seen:
        assert moment == NOW
        return Seen(capture, decode(capture), (finding("weak_key"),))

    async with living(first, lambda: replace(first, judge=stricter)) as (exporter, reload):
        await until(lambda: exporter.ready)
        assert 'code="weak_key"' not in await text(exporter)
        reload.set()
        page = await text_when(exporter, lambda page: 'code="weak_key"' in page)
        assert f'aescan_probe_success{{target="{LOST.name}"}} 0.0' in page
    assert sweep.begun == 1


async def test_newer_than_the_judgement() -> None:
    """What is observed while a new policy judges what was known is not overwritten."""
    state = State((SOUND,), NOW)
    state.observe(seen(SOUND))
    (before,) = state.statuses
    state.observe(seen(SOUND, findings=(finding("expired"),)))
    state.replace(before, before)
    (after,) = state.statuses
    assert after.success is not None
    assert [each.code for each in after.success.seen.findings] == ["expired"]


async def test_known_before() -> None:
    """What a former run saw is served at once; what nobody knows is scanned before it."""
    sweep = FakeSweep()
    sweep.go.clear()
    state = State((SOUND, LOST, NEW), NOW)
    state.observe(seen(SOUND, moment=NOW - timedelta(minutes=59)))
    state.observe(seen(LOST, moment=NOW - timedelta(days=1)))
    exporter = Exporter(configuration(sweep, SOUND, LOST, NEW), never, lambda: NOW, asyncio.Event(), state=state)
    assert exporter.ready
    order: list[str] = []

    def noted(target: Target) -> Observation:
        order.append(target.name)
        return seen(target)

    for each in SOUND, LOST, NEW:
        sweep.answers[each.name] = noted
    life = asyncio.create_task(exporter.run())
    await sweep.held.wait()
    assert f'aescan_probe_success{{target="{SOUND.name}"}} 1.0' in await text(exporter)
    sweep.go.set()
    await until(lambda: sweep.ended == 1)
    life.cancel()
    await asyncio.wait([life])
    assert order[0] == NEW.name


async def test_asked_for() -> None:
    """A target is scanned at once when somebody asks."""
    sweep = FakeSweep()
    async with living(configuration(sweep, SOUND, LOST)) as (exporter, _):
        await until(lambda: exporter.ready)
        assert exporter.ask([SOUND.name, "nobody"]) == 1
        await until(lambda: sweep.ended == 2)
        assert "aescan_probes_total 3.0" in await text_when(exporter, lambda page: "probes_total 3" in page)


async def test_bad_reload(caplog: pytest.LogCaptureFixture) -> None:
    """A bad configuration changes nothing but a metric and the log; a good one after it is taken up."""
    sweep = FakeSweep()
    good = configuration(sweep, SOUND, LOST)
    problems = ["inventory.yml:3:9: ports[0]: 70000 is not a port\n  - 70000\n    ^", "inventory.yml:9:1: \x1b[2J"]
    answers: list[ConfigError | Configuration] = [ConfigError(problems), good]

    def load() -> Configuration:
        answer = answers.pop(0)
        if isinstance(answer, ConfigError):
            raise answer
        return answer

    async with living(good, load) as (exporter, reload):
        await until(lambda: exporter.ready)
        before = await text(exporter)
        assert "\naescan_config_last_reload_successful 1.0\n" in before
        reload.set()
        page = await text_when(exporter, lambda page: page != before)
        assert page == before.replace("reload_successful 1.0", "reload_successful 0.0")
        assert sweep.begun == 1
        reload.set()
        await until(lambda: not exporter.snapshot().reload_failed)
    assert sweep.begun == 1, "nothing in it is new"
    assert [line for line in logged(caplog) if "refused" in line or "problem" in line] == [
        'msg="configuration refused, the former one stays in force" problems=2',
        'msg="problem of the configuration" problem="inventory.yml:3:9: ports[0]: 70000 is not a port"',
        'msg="problem of the configuration" problem="inventory.yml:9:1: \\\\x1b[2J"',
    ]


async def test_load_beside_the_loop() -> None:
    """A configuration that takes long to read stops nothing."""
    sweep, release, loading = FakeSweep(), threading.Event(), threading.Event()
    good = configuration(sweep, SOUND, interval=0.01)

    def load() -> Configuration:
        loading.set()
        assert release.wait(60)
        return good

    async with living(good, load) as (_, reload):
        reload.set()
        await until(loading.is_set)
        begun = sweep.begun
        await until(lambda: sweep.begun > begun + 3)
        release.set()


async def test_bug_in_a_sweep() -> None:
    """An exception that is no ProbeError is a bug and ends the exporter."""
    sweep = FakeSweep()

    def broken(target: Target) -> Observation:
        raise LookupError(target.name)

    sweep.answers[SOUND.name] = broken
    exporter = Exporter(configuration(sweep, SOUND), never, lambda: NOW, asyncio.Event())
    with pytest.raises(ExceptionGroup) as ended:
        await exporter.run()
    assert ended.group_contains(LookupError, match=SOUND.name)


async def test_bug_in_loading() -> None:
    """An exception from loading that is no ConfigError is a bug, too."""
    reload = asyncio.Event()
    reload.set()
    exporter = Exporter(configuration(FakeSweep()), never, lambda: NOW, reload)
    with pytest.raises(ExceptionGroup) as ended:
        await exporter.run()
    assert ended.group_contains(AssertionError)


async def test_the_clock_comes_first() -> None:
    """The NTP servers are asked before the first sweep, again on their interval, and anew after a reload."""
    sweep = FakeSweep()
    asked: list[int] = []

    def answers(request: bytes) -> list[bytes]:
        asked.append(sweep.begun)
        return [answer(request[40:48], now() + timedelta(hours=26))]

    async with ntp_server(answers) as (port, _):

        def with_clock(interval: float) -> Configuration:
            server = ClockServer("ntp1", "127.0.0.1", port)
            clock = Clock(ClockSettings((server,), interval, timeout=PATIENCE), now, Resolver())
            return replace(configuration(sweep, SOUND), clock=clock)

        async with living(with_clock(3600.0), lambda: with_clock(0.01)) as (exporter, reload):
            await until(lambda: exporter.ready)
            assert asked == [0]
            page = await text(exporter)
            assert 'aescan_clock_up{server="ntp1"} 1.0' in page
            assert 'aescan_clock_offset_seconds{server="ntp1"} 93' in page

            reload.set()
            await until(lambda: len(asked) > 1)
            assert asked[:2] == [0, 1]
        async with living(with_clock(0.01)):
            await until(lambda: len(asked) > 4)
        assert sweep.begun == 2


async def test_a_clock_that_is_off_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Once per check, with the servers that gave no time; servers of a former configuration leave the page."""
    sweep = FakeSweep()
    async with ntp_server(lambda request: [answer(request[40:48], now() - timedelta(hours=26))]) as (port, _):
        servers = ClockServer("ntp1", "127.0.0.1", port), ClockServer("ntp2", "ntp2")

        def lookup(host: str) -> tuple[str, ...]:
            raise OSError(None, "no such name")

        clock = Clock(ClockSettings(servers, timeout=PATIENCE), now, Resolver(lookup))
        first = replace(configuration(sweep, SOUND), clock=clock)
        async with living(first, lambda: configuration(sweep, SOUND)) as (exporter, reload):
            await until(lambda: exporter.ready)
            reload.set()
            await text_when(exporter, lambda page: "aescan_clock_up{" not in page)

    said = [line for line in logged(caplog) if "clock" in line]
    assert said == [
        'msg="problem of the clock" problem="NTP server ntp2: looking up ntp2: no such name; is the name spelt right?"',
        (
            'msg="problem of the clock" problem="this machine\'s clock is 26 hours ahead, by its NTP servers: '
            'verdicts that hang on that are marked; let it follow NTP"'
        ),
    ]
