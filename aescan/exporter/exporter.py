"""
The life of the exporter: sweep, wait, sweep again; take up a new configuration when asked.

Configurations come in by a function that reads them, observations by the sweep each of them brings; pages of metrics
go out. One task group owns every task. A configuration that cannot be used is refused and the one in force stays; any
other exception is a bug and ends the life loudly. The wall clock is an argument; nothing here opens a socket.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from aescan.errors import ConfigError
from aescan.exporter.announcer import Announcer
from aescan.exporter.configuration import Configuration
from aescan.exporter.negotiation import Format
from aescan.exporter.pages import PAUSE, Page, Pages
from aescan.exporter.probe.handler import OnDemand
from aescan.exporter.state import Snapshot, State
from aescan.exporter.threads import in_thread
from aescan.exporter.web.tls import OwnCertificate
from aescan.history.keeper import History
from aescan.history.model import Period
from aescan.inventory.model import Target
from aescan.probe.clock import Clock
from aescan.settings.policy import Policy
from aescan.text import printable

log: Final = logging.getLogger("aescan.exporter")

CLOCK_INTERVAL: Final = 60.0
"""Seconds between two looks at whether the configuration has NTP servers by now."""


def pause_after(took: float, configuration: Configuration, chance: float) -> float:
    """
    Return the seconds to wait after a sweep that took this long; 0 when the next one is due already.

    ``chance``
        A random number from 0 to 1: 0 makes the interval shortest, 1 longest.
    """
    interval = configuration.interval * (1 + configuration.jitter * (2 * chance - 1))
    return max(0.0, interval - took)


class Exporter:
    """
    Sweeps and pages of one configuration after the other, on the running event loop.

    ``load``
        Reads the configuration anew, in a thread; raises ConfigError.
    ``now``
        The wall clock, aware UTC.
    ``reload``
        To be set when the configuration is to be loaded anew.
    ``chance``
        Returns random numbers from 0 to 1, for the jitter.
    ``pause``
        Least seconds between two renderings of the page during a sweep.
    ``state``
        What is known at the beginning, when it is not nothing.
    ``history``
        Takes note of every observation.
    ``announcer``
        Tells those who collect events what became different.
    """

    def __init__(
        self,
        configuration: Configuration,
        load: Callable[[], Configuration],
        now: Callable[[], datetime],
        reload: asyncio.Event,
        *,
        chance: Callable[[], float] = random.random,
        pause: float = PAUSE,
        state: State | None = None,
        history: History | None = None,
        announcer: Announcer | None = None,
    ) -> None:
        self._configuration = configuration
        self._load = load
        self.now = now
        self._reload = reload
        self._chance = chance
        self._state = state or State(configuration.targets, now())
        self._state.judge_estate(configuration.policy, now())
        self._history = history
        self._announcer = announcer or Announcer()
        self._state.events = self._announcer.counts
        if history is not None:
            self._state.history_up = lambda: history.up
        self._pages = Pages(self._state.snapshot, pause=pause)
        self._ready = False
        self._sweep: asyncio.Task[None] | None = None
        self._due = asyncio.Event()

    @property
    def ready(self) -> bool:
        """Whether a sweep has been completed, and is on the pages."""
        return self._ready

    def snapshot(self) -> Snapshot:
        """Return what is known now."""
        return self._state.snapshot()

    @property
    def policy(self) -> Policy:
        """What targets are judged by."""
        return self._configuration.policy

    @property
    def simulated(self) -> bool:
        """Whether the estate is a lab."""
        return self._configuration.simulated

    def periods(self, name: str) -> tuple[Period, ...] | None:
        """Return when the target of that name presented which leaf, None without a history; reads a file."""
        return None if self._history is None else self._history.periods(name)

    def on_demand(self) -> OnDemand | None:
        """Return what may be probed on demand."""
        return self._configuration.on_demand

    def targets(self) -> tuple[Target, ...]:
        """Return the inventory in force."""
        return self._state.targets

    def show(self, own_certificates: Callable[[], tuple[OwnCertificate, ...]]) -> Callable[[], None]:
        """Put these certificates of the exporter itself on the pages; returns what to call when others take over."""
        self._state.own_certificates = own_certificates
        self._pages.changed()
        return self._pages.changed

    async def page(self, form: Format) -> Page:
        """Return the page of metrics in this format."""
        return await self._pages.page(form)

    def end_of_page(self, form: Format) -> bytes:
        """Return what is to follow the page in this format."""
        return self._pages.end(form)

    async def run(self) -> None:
        """Live until cancelled."""
        if self._history is not None:
            self._history.changed = self._changed_elsewhere(asyncio.get_running_loop())
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._pages.keep_fresh())
            tasks.create_task(self._announcer.run(self._pages.changed))
            tasks.create_task(self._reload_when_asked())
            tasks.create_task(self._sweep_for_ever())
            tasks.create_task(self._check_clock_for_ever())

    def _changed_elsewhere(self, loop: asyncio.AbstractEventLoop) -> Callable[[], None]:
        """Return what another thread is to call when something on the page has changed."""

        def changed() -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: there are no pages any more
                loop.call_soon_threadsafe(self._pages.changed)

        return changed

    async def _sweep_for_ever(self) -> None:
        clock = asyncio.get_running_loop().time
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._due.clear()
                began = clock()
                self._sweep = tasks.create_task(self._sweep_once())
                await asyncio.wait([self._sweep])
                self._pages.changed()
                await self._pages.refresh()
                self._ready = self._ready or not self._sweep.cancelled()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause_after(clock() - began, self._configuration, self._chance())):
                        await self._due.wait()

    async def _sweep_once(self) -> None:
        clock = asyncio.get_running_loop().time
        configuration, began = self._configuration, clock()
        if configuration.clock is not None and not configuration.clock.readings:
            await self._check_clock(configuration.clock, configuration.clock_limit)
        self._state.replace_targets(await configuration.expand(configuration.targets))
        targets = self._state.targets
        # Nothing is awaited in the body, so a cancellation arrives inside the sweep, which then ends its own probes.
        async for observation in configuration.sweep(targets):
            former = self._state.observe(observation)
            self._pages.changed()
            if former is not None:
                self._announcer.observed(former, observation)
            if self._history is not None:
                self._history.note(observation)
        took = clock() - began
        moment = self.now()
        for former in self._state.judge_estate(configuration.policy, moment):
            self._announcer.judged(former, self._state.status(former.label), moment)
        self._state.finish_sweep(self.now(), took)
        if self._history is not None:
            self._history.flush()
        log.info("sweep finished targets=%d seconds=%.1f", len(targets), took)

    async def _check_clock_for_ever(self) -> None:
        """Check on the interval; the first check of a configuration is the first sweep's."""
        while True:
            configuration = self._configuration
            await asyncio.sleep(configuration.clock.interval if configuration.clock else CLOCK_INTERVAL)
            if configuration.clock is not None and configuration is self._configuration:
                await self._check_clock(configuration.clock, configuration.clock_limit)

    async def _check_clock(self, clock: Clock, limit: timedelta) -> None:
        self._state.note_clock(await clock.check())
        for complaint in clock.complaints(limit):
            log.warning("clock: %s", printable(complaint))
        self._pages.changed()

    async def _reload_when_asked(self) -> None:
        while True:
            await self._reload.wait()
            self._reload.clear()
            try:
                configuration = await in_thread(self._load)
            except ConfigError as error:
                self._refuse(error)
            else:
                self._take_up(configuration)
            self._pages.changed()
            await self._pages.refresh()

    def _refuse(self, error: ConfigError) -> None:
        self._state.refuse()
        log.error("configuration refused, the former one stays in force problems=%d", len(error.problems))
        for problem in error.problems:
            for line in problem.splitlines():
                log.error("%s", printable(line))

    def _take_up(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._state.configure(configuration.targets, self.now())
        self._state.note_clock(())
        log.info("configuration taken up targets=%d", len(configuration.targets))
        self._due.set()
        if self._sweep is not None:
            self._sweep.cancel()  # the operator's new inventory counts at once; what this sweep saw so far is kept
