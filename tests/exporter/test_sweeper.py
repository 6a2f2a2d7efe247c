"""Targets are scanned when they are due, whatever others do; quiet hours are kept."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from aescan.exporter.configuration import Configuration
from aescan.exporter.sweeper import Sweeper
from aescan.inventory.model import Target
from aescan.observation import Observation
from aescan.settings.quiet import QuietHours
from tests.exporter.estate import LOST, NEW, SOUND, FakeSweep, configuration, until
from tests.facts import NOW, failed, seen, target


class Heard:
    """What the sweeper told."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.sweeps = 0
        self.planned: list[datetime | None] = []

    def observed(self, observation: Observation) -> None:
        """Note an observation."""
        self.names.append(observation.target.name)

    def finished(self, _took: float) -> None:
        """Note the end of a sweep."""
        self.sweeps += 1


@contextlib.asynccontextmanager
async def sweeping(
    first: Configuration,
    now: Callable[[], datetime] = lambda: NOW,
    resolved: Callable[[tuple[Target, ...]], tuple[Target, ...]] = lambda targets: targets,
) -> AsyncIterator[tuple[Sweeper, Heard]]:
    """Give a sweeper at work, and what it told."""
    heard = Heard()
    sweeper = Sweeper(
        first,
        now,
        observed=heard.observed,
        finished=heard.finished,
        resolved=resolved,
        checked=lambda _clock: None,
        planned=heard.planned.append,
        tick=0,
    )
    life = asyncio.create_task(sweeper.run())
    try:
        yield sweeper, heard
        assert not life.done()
    finally:
        life.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await life


async def test_again_and_again() -> None:
    """Each target comes again after its interval, failed or not."""
    sweep = FakeSweep()
    sweep.answers[LOST.name] = failed
    async with sweeping(configuration(sweep, SOUND, LOST, interval=0.01)) as (_, heard):
        await until(lambda: heard.sweeps >= 3)
    assert {SOUND.name, LOST.name} == set(heard.names)


async def test_the_same_addresses_again() -> None:
    """What all names stand for is taken up when it is another thing than before, not after each sweep."""
    told: list[tuple[str, ...]] = []
    addresses = iter(["10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2"])

    async def expand(targets: tuple[Target, ...]) -> tuple[Target, ...]:
        address = next(addresses, "10.0.0.2")
        return tuple(replace(each, address=address) for each in targets)

    def resolved(targets: tuple[Target, ...]) -> tuple[Target, ...]:
        told.append(tuple(str(each.address) for each in targets))
        return targets

    first = replace(configuration(FakeSweep(), SOUND, interval=0.01), expand=expand)
    async with sweeping(first, resolved=resolved) as (sweeper, heard):
        await until(lambda: heard.sweeps >= 6)
        assert told == [("10.0.0.1",), ("10.0.0.2",)]
        sweeper.take_up(replace(first, interval=0.02))
        await until(lambda: len(told) == 3)


async def test_slow_ones_keep_nobody_back() -> None:
    """While the probes of one host hang, others come again as often as they are to."""
    slow = tuple(replace(target("slow.example.com", port, "dmcc"), name=f"slow {port}") for port in (1, 2))

    async def sweep(targets: tuple[Target, ...]) -> AsyncIterator[Observation]:
        for each in targets:
            if each not in slow:
                yield seen(each)
        if any(each in slow for each in targets):
            await asyncio.Event().wait()

    first = replace(configuration(FakeSweep(), *slow, SOUND, NEW, interval=0.01), sweep=sweep)
    async with sweeping(first) as (_, heard):
        await until(lambda: heard.names.count(SOUND.name) > 5 and heard.names.count(NEW.name) > 5)
    assert not {each.name for each in slow} & set(heard.names)
    assert heard.sweeps == 0


async def test_quiet_hours() -> None:
    """In quiet hours nothing is scanned but what is asked for."""
    sweep = FakeSweep()
    moments = [datetime(2026, 11, 23, 23, tzinfo=UTC)]
    quiet = replace(configuration(sweep, SOUND, LOST), quiet_hours=(QuietHours(time(22), time(6)),))
    async with sweeping(quiet, lambda: moments[0]) as (sweeper, heard):
        await until(lambda: sweeper.ask([SOUND.name]) == 1)
        await until(lambda: heard.names == [SOUND.name])
        moments[0] += timedelta(hours=8)
        assert sweeper.ask([SOUND.name]) == 1
        await until(lambda: len(heard.names) == 2)
    assert LOST.name not in heard.names, "what became due meanwhile is spread over the hour that follows"


async def test_take_up() -> None:
    """Another configuration breaks off what is under way, and does it again."""
    sweep, other = FakeSweep(), FakeSweep()
    sweep.go.clear()
    async with sweeping(configuration(sweep, SOUND, LOST)) as (sweeper, heard):
        await sweep.held.wait()
        sweeper.take_up(configuration(other, NEW, SOUND))
        await until(lambda: heard.sweeps == 1)
    assert sorted(heard.names) == sorted([NEW.name, SOUND.name])
    assert (sweep.ended, sweep.under_way) == (0, 0)


@pytest.mark.parametrize("step", [timedelta(days=365), timedelta(days=-365)])
async def test_a_clock_that_is_stepped(step: timedelta) -> None:
    """The wall's clock may be set by a year: what is due is told by another one."""
    sweep, moments = FakeSweep(), [NOW]
    async with sweeping(configuration(sweep, SOUND, interval=0.01), lambda: moments[0]) as (_, heard):
        await until(lambda: heard.sweeps > 1)
        moments[0] += step
        before = heard.sweeps
        await until(lambda: heard.sweeps > before + 1)


async def test_end() -> None:
    """The end puts away what is under way."""
    sweep = FakeSweep()
    sweep.go.clear()
    async with sweeping(configuration(sweep, SOUND)):
        await sweep.held.wait()
    assert sweep.under_way == 0


class Asked:
    """A clock that counts how often it was checked."""

    interval = 0.02
    readings = (None,)

    def __init__(self) -> None:
        self.checks = 0

    async def check(self) -> None:
        """Count."""
        self.checks += 1

    def complaints(self, _limit: timedelta) -> tuple[str, ...]:
        """Nothing is wrong."""
        return ()


async def test_other_targets_disturb_nothing() -> None:
    """What is under way goes on, what is new is scanned, and the clock is checked as often as before."""
    sweep, clock = FakeSweep(), Asked()
    first = replace(configuration(sweep, SOUND, LOST), clock=clock)  # type: ignore[arg-type] # all that is asked of it
    sweep.go.clear()
    async with sweeping(first) as (sweeper, heard):
        await sweep.held.wait()
        sweeper.go_on(replace(first, targets=(SOUND, NEW)))
        await until(lambda: sweep.begun == 2)
        sweep.go.set()
        await until(lambda: sorted(heard.names) == sorted([SOUND.name, LOST.name, NEW.name]))
        before = clock.checks
        async with asyncio.timeout(60):
            while clock.checks < before + 3:
                sweeper.go_on(replace(first, targets=(SOUND, NEW)))
                await asyncio.sleep(0.005)
    assert sweep.ended == 2


async def test_plan() -> None:
    """When a sweep is to be over is told before names are looked up, with the first sweep, and with each after it."""
    sweep = FakeSweep()
    async with sweeping(configuration(sweep, SOUND, LOST)) as (_, heard):
        await until(lambda: len(heard.planned) == 3)
    first, looked_up, second = heard.planned
    assert first == NOW + timedelta(hours=1)
    assert looked_up is not None
    assert timedelta(0) <= first - looked_up < timedelta(minutes=1), "all are due since the start"
    assert second is not None
    assert timedelta(hours=1.5) <= second - NOW <= timedelta(hours=2.5)


async def test_a_sweep_that_hangs() -> None:
    """Whatever comes and goes in the inventory meanwhile, it was to be over when it was."""
    sweep = FakeSweep()
    sweep.go.clear()
    moments = [NOW]
    hangs = configuration(sweep, SOUND)
    async with sweeping(hangs, lambda: moments[0]) as (sweeper, heard):
        await sweep.held.wait()
        before = len(heard.planned)
        sweeper.go_on(replace(hangs, targets=(replace(SOUND, labels={"site": "other"}),)))
        await until(lambda: len(heard.planned) > before)
    last = heard.planned[-1]
    assert last is not None
    assert last <= NOW + timedelta(hours=1)


async def test_a_plan_in_quiet_hours() -> None:
    """What is put off is not late."""
    moment = datetime(2026, 11, 23, 23, tzinfo=UTC)
    quiet = replace(configuration(FakeSweep(), SOUND), quiet_hours=(QuietHours(time(22), time(6)),))
    async with sweeping(quiet, lambda: moment) as (_, heard):
        await until(lambda: len(heard.planned) == 2)
    assert heard.planned[0] == datetime(2026, 11, 24, 8, tzinfo=UTC)


async def test_a_plan_of_nothing() -> None:
    """Where there is nothing to scan nothing is late."""
    async with sweeping(configuration(FakeSweep())) as (_, heard):
        await until(lambda: len(heard.planned) == 2)
    assert heard.planned[1] is None
