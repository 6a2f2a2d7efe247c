"""
Scans each target when it is due, and what the operator asks for at once.

A configuration comes in, observations go out to whoever is told of them, one batch of targets that are due at a time
but not one after the other: a host that is slow keeps back only its own. One task group owns every task. A clock that
is stepped changes nothing, for what is due is told by the event loop's own; only quiet hours go by the wall.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Final

from aescan.exporter.configuration import Configuration
from aescan.inventory.model import Target
from aescan.observation import Failed, Observation
from aescan.probe.clock import Clock
from aescan.scan.agenda import Agenda
from aescan.scan.quiet import at_the_latest, quiet_for

log: Final = logging.getLogger("aescan.exporter.sweeper")

TICK: Final = 1.0
"""Seconds between two batches, at least: what is due within is scanned together."""

LOOK: Final = 60.0
"""Seconds between two looks at the wall's clock in quiet hours: it may be stepped."""


class Sweeper:
    """
    What scans the inventory.

    ``now``
        The wall clock, aware UTC.
    ``observed``, ``finished``
        Called on the event loop with each observation, and with the seconds that a whole sweep took.
    ``resolved``
        Called with what the targets' names stand for now; returns what is to be scanned.
    ``checked``
        Called after the NTP servers were asked.
    ``planned``
        Called with when the sweep under way is to be over at the latest; None where there is nothing to scan.
    ``known``
        Names of targets that an earlier run knows something of: those that nobody knows come before them.
    """

    def __init__(
        self,
        configuration: Configuration,
        now: Callable[[], datetime],
        *,
        observed: Callable[[Observation], None],
        finished: Callable[[float], None],
        resolved: Callable[[tuple[Target, ...]], Collection[Target]],
        checked: Callable[[Clock], None],
        planned: Callable[[datetime | None], None],
        known: Iterable[str] = (),
        tick: float = TICK,
    ) -> None:
        self._configuration = configuration
        self._now = now
        self._observed = observed
        self._finished = finished
        self._resolved = resolved
        self._checked = checked
        self._planned = planned
        self._known = frozenset(known)
        self._tick = tick
        self._batches: set[asyncio.Task[None]] = set()
        self._asked: set[str] = set()
        self._wake = asyncio.Event()
        self._taken_up: Configuration | None = None
        self._resolve = False
        self._expanded: tuple[Target, ...] | None = None
        self._agenda = Agenda(configuration.interval, configuration.backoff, 0.0)

    def take_up(self, configuration: Configuration) -> None:
        """Scan by this configuration from now on; what is under way by the former one is broken off and done again."""
        self._configuration = configuration
        self._wake.set()

    def go_on(self, configuration: Configuration) -> None:
        """Scan by this configuration, of which only the targets are others: what is under way goes on."""
        if self._taken_up is self._configuration:
            self._taken_up = configuration
        self._configuration = configuration
        self._resolve = True
        self._wake.set()

    def ask(self, names: Collection[str] | None = None) -> int:
        """Scan these targets now, all by default, in quiet hours too; return how many that are."""
        asked = self._agenda.ask(self._clock(), names)
        self._asked.update(asked)
        self._wake.set()
        return len(asked)

    async def run(self) -> None:
        """Scan until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._check_clock_for_ever())
            while True:
                self._wake.clear()
                if self._taken_up is not self._configuration:
                    await self._begin(self._configuration)
                elif self._resolve:
                    await self._look_up(self._configuration)
                if due := self._agenda.take(self._clock(), self._only()):
                    batch = tasks.create_task(self._scan(due, self._configuration))
                    self._batches.add(batch)
                    batch.add_done_callback(self._batches.discard)
                await self._pause()

    async def _begin(self, configuration: Configuration) -> None:
        """Take up a configuration: nothing of the former one is under way after this."""
        for batch in tuple(self._batches):
            batch.cancel()
            await asyncio.sleep(0)  # each ends its probes, and hundreds may be under way
        if self._batches:
            await asyncio.wait(self._batches)
        if self._taken_up is None:  # what comes before the first scan must not take for ever either
            self._plan(0.0, configuration.interval)
        if configuration.clock is not None and not configuration.clock.readings:
            await self._check_clock(configuration.clock)
        if self._taken_up is None:
            epoch = self._now().timestamp() - self._clock()
            self._agenda = Agenda(configuration.interval, configuration.backoff, epoch)
        self._agenda.interval, self._agenda.backoff = configuration.interval, configuration.backoff
        self._taken_up, self._expanded = configuration, None
        self._agenda.give_back(self._clock())
        await asyncio.sleep(0)  # each of these steps takes a while with very many targets
        await self._look_up(configuration)

    async def _look_up(self, configuration: Configuration) -> None:
        self._resolve = False
        expanded = await configuration.expand(configuration.targets)
        if expanded != self._expanded:  # in most estates never
            self._expanded = expanded
            targets = self._resolved(expanded)
            await asyncio.sleep(0)
            self._agenda.configure(targets, self._clock(), self._known)
            await asyncio.sleep(0)
        if (last := self._agenda.last_due) is None:
            self._planned(None)
        else:
            self._plan(last[0] - self._clock(), last[1])

    def _plan(self, within: float, interval: float) -> None:
        """Tell when a sweep is to be over whose last target is due within so many seconds."""
        due, configuration = self._now() + timedelta(seconds=within), self._configuration
        self._planned(at_the_latest(due, interval, configuration.quiet_hours, configuration.time_zone))

    async def _scan(self, targets: tuple[Target, ...], configuration: Configuration) -> None:
        # Nothing is awaited in the body, so a cancellation arrives inside the sweep, which then ends its own probes.
        async for observation in configuration.sweep(targets):
            name = observation.target.name
            self._asked.discard(name)
            self._observed(observation)
            took = self._agenda.done(name, self._clock(), failed=isinstance(observation.outcome, Failed))
            if took is not None:
                self._finished(took)
                self._resolve = True
            self._wake.set()  # its next time may come before any other's

    def _quiet(self) -> float:
        configuration = self._configuration
        return quiet_for(self._now(), configuration.quiet_hours, configuration.time_zone)

    def _only(self) -> frozenset[str] | None:
        """Return whom to scan only; None for everybody."""
        return frozenset(self._asked) if self._quiet() else None

    async def _pause(self) -> None:
        """Wait until there may be something to do: something new, a target that is due, the end of quiet hours."""
        quiet, due = self._quiet(), self._agenda.next_due
        wait: float | None = None
        if quiet:
            wait = min(quiet, LOOK)
        elif due is not None:
            wait = max(self._tick, due - self._clock())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._wake.wait()
        if quiet and not self._quiet():
            self._agenda.spread(self._clock(), self._asked)

    async def _check_clock_for_ever(self) -> None:
        """Check on the interval; the first check of a configuration comes before its first scan."""
        while True:
            configuration = self._configuration
            await asyncio.sleep(configuration.clock.interval if configuration.clock else LOOK)
            if configuration.clock is not None and configuration.clock is self._configuration.clock:
                await self._check_clock(configuration.clock)

    async def _check_clock(self, clock: Clock) -> None:
        await clock.check()
        for complaint in clock.complaints(self._configuration.clock_limit):
            log.warning("problem of the clock", extra={"problem": complaint})
        self._checked(clock)

    @staticmethod
    def _clock() -> float:
        return asyncio.get_running_loop().time()
