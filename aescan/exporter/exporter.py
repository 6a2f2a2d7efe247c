"""
The life of the exporter: sweep, wait, sweep again; take up a new configuration when asked.

Configurations come in by a function that reads them, observations by the sweep each of them brings; pages of metrics
go out. One task group owns every task. A configuration that cannot be used is refused and the one in force stays; any
other exception is a bug and ends the life loudly. The wall clock is an argument; nothing here opens a socket.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from aescan.errors import ConfigError
from aescan.exporter.announcer import Announcer
from aescan.exporter.configuration import Configuration
from aescan.exporter.failures import Failures
from aescan.exporter.in_force import changed, taken_up
from aescan.exporter.negotiation import Format
from aescan.exporter.pages import PAUSE, Page, Pages
from aescan.exporter.pauses import in_turns
from aescan.exporter.probe.handler import OnDemand
from aescan.exporter.state import Snapshot, State, Status, Success, beside
from aescan.exporter.sweeper import TICK, Sweeper
from aescan.exporter.threads import in_thread
from aescan.exporter.web.tls import OwnCertificate
from aescan.history.keeper import History
from aescan.history.model import Period
from aescan.inventory.model import Target
from aescan.observation import Observation
from aescan.probe.clock import Clock
from aescan.probe.resolve import Resolver
from aescan.settings.policy import Policy
from aescan.settings.problems import in_one_line
from aescan.sources.feeds import Feeds, Reader

log: Final = logging.getLogger("aescan.exporter")

SETTLE: Final = 60.0
"""Seconds between two judgements of targets beside each other, at most, while they change."""


class Exporter:
    """
    Sweeps and pages of one configuration after the other, on the running event loop.

    ``load``
        Reads the configuration anew, in a thread; raises ConfigError.
    ``now``
        The wall clock, aware UTC.
    ``reload``
        To be set when the configuration is to be loaded anew.
    ``pause``
        Least seconds between two renderings of the page during a sweep.
    ``tick``
        Least seconds between two batches of scans.
    ``state``
        What is known at the beginning, when it is not nothing.
    ``history``
        Takes note of every observation.
    ``announcer``
        Tells those who collect events what became different.
    ``feeds``
        Keeps the lists of discovered targets; those of the configuration have been taken up.
    """

    def __init__(
        self,
        configuration: Configuration,
        load: Callable[[], Configuration],
        now: Callable[[], datetime],
        reload: asyncio.Event,
        *,
        pause: float = PAUSE,
        tick: float = TICK,
        state: State | None = None,
        history: History | None = None,
        announcer: Announcer | None = None,
        feeds: Feeds | None = None,
    ) -> None:
        self._feeds = feeds or Feeds(Reader(now, in_thread, Resolver()))
        self._feeds.changed = self._discover
        self._listed = configuration.targets
        configuration = self._with_discovered(configuration)
        self._configuration = configuration
        self._written_first = configuration.written
        self._not_taken_up: tuple[str, ...] = ()
        self._load = load
        self.now = now
        self._reload = reload
        self._reloads = 0
        self._problems: tuple[str, ...] = ()
        self._reloaded = asyncio.Condition()
        self._state = state or State(configuration.targets, now())
        self._state.judge_estate(configuration.policy, now())
        self._history = history
        self._announcer = announcer or Announcer()
        self._state.events = self._announcer.counts
        self._state.sources = lambda: self._feeds.standings
        if history is not None:
            self._state.history_up = lambda: history.up
        self._pages = Pages(self._state.snapshot, pause=pause)
        known = [status.target.name for status in self._state.statuses if status.last is not None]
        self._ready = bool(known)
        self._finished = asyncio.Event()
        self.failures = Failures()
        """What failed last, on demand too."""
        self._unsettled = False
        self._sweeper = Sweeper(
            configuration,
            now,
            observed=self._observe,
            finished=self._finish_sweep,
            resolved=self._resolve,
            checked=self._note_clock,
            planned=self._plan_sweep,
            known=known,
            tick=tick,
        )

    @property
    def ready(self) -> bool:
        """Whether what was known before the start or a complete sweep is on the pages, or there is nothing to sweep."""
        return self._ready or not self._state.targets

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

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that the configuration in force comes from."""
        return self._configuration.files

    @property
    def written(self) -> Mapping[str, Any]:
        """The settings in force as their file would write them, without secrets."""
        return taken_up(self._written_first, self._configuration.written)

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

    async def plain_page(self, form: Format) -> tuple[int, Iterator[bytes]]:
        """Return that page with the metrics of the process: its length, and its pieces."""
        return await self._pages.plain(form)

    async def gzipped_page(self, form: Format) -> bytes:
        """Return that page with the metrics of the process, as a gzip member."""
        return await self._pages.gzipped(form)

    def ask(self, names: Collection[str] | None = None) -> int:
        """Have these targets scanned now, all by default; return how many that are."""
        return self._sweeper.ask(names)

    async def reload(self) -> tuple[str, ...]:
        """Load the configuration anew; return why it was refused, nothing when it was taken up."""
        async with self._reloaded:
            wanted = self._reloads + 1
            self._reload.set()
            await self._reloaded.wait_for(lambda: self._reloads >= wanted)
        return self._problems

    async def run(self) -> None:
        """Live until cancelled."""
        if self._history is not None:
            self._history.changed = self._changed_elsewhere(asyncio.get_running_loop())
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._pages.keep_fresh())
            tasks.create_task(self._announcer.run(self._pages.changed))
            tasks.create_task(self._reload_when_asked())
            tasks.create_task(self._sweeper.run())
            tasks.create_task(self._feeds.run())
            tasks.create_task(self._settle())

    def _changed_elsewhere(self, loop: asyncio.AbstractEventLoop) -> Callable[[], None]:
        """Return what another thread is to call when something on the page has changed."""

        def changed() -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: there are no pages any more
                loop.call_soon_threadsafe(self._pages.changed)

        return changed

    def _with_discovered(self, configuration: Configuration) -> Configuration:
        """Return the configuration with what its feeds list now beside the targets that its files list."""
        return replace(configuration, targets=self._feeds.targets(self._listed))

    def _discover(self, others: bool) -> None:
        """Take note that a feed was read, with other targets than before where ``others``."""
        self._pages.changed()
        if others:
            self._configuration = self._with_discovered(self._configuration)
            log.info("other targets discovered", extra={"targets": len(self._configuration.targets)})
            self._sweeper.go_on(self._configuration)

    def _observe(self, observation: Observation) -> None:
        former = self._state.observe(observation)
        self.failures.note_swept(observation)
        self._unsettled = True
        self._pages.changed()
        if former is not None:
            self._announcer.observed(former, observation)
        if self._history is not None:
            self._history.note(observation)

    def _finish_sweep(self, took: float) -> None:
        self._state.finish_sweep(self.now(), took)
        if self._history is not None:
            self._history.flush()
        log.info("sweep finished", extra={"targets": len(self._state.targets), "seconds": round(took, 1)})
        self._pages.changed()
        self._finished.set()

    def _resolve(self, targets: tuple[Target, ...]) -> tuple[Target, ...]:
        self._state.replace_targets(targets)
        return self._state.targets

    def _plan_sweep(self, moment: datetime | None) -> None:
        self._state.plan_sweep(moment)
        self._pages.changed()

    def _note_clock(self, clock: Clock) -> None:
        self._state.note_clock(clock.readings)
        self._pages.changed()

    async def _settle(self) -> None:
        """Judge targets beside each other now and then while they change; put the end of each sweep on the pages."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SETTLE):
                    await self._finished.wait()
            if self._unsettled:
                await self._judge_estate()
            if self._finished.is_set():
                self._finished.clear()
                await self._pages.refresh()
                self._ready = True

    async def _judge_estate(self) -> None:
        self._unsettled = False
        policy, moment = self._configuration.policy, self.now()
        anew = deque(await in_thread(partial(beside, self._state.statuses, policy, moment)))
        async for former, judged_so in in_turns(anew):
            if self._state.replace(former, judged_so):  # else it was seen again meanwhile, and is judged the next time
                self._announcer.judged(former, judged_so, moment)
        self._pages.changed()

    async def _reload_when_asked(self) -> None:
        while True:
            await self._reload.wait()
            self._reload.clear()
            log.info("configuration is loaded anew")
            self._problems = ()
            try:
                configuration = await in_thread(lambda: loaded(self._load, self._listed))
            except ConfigError as error:
                self._refuse(error)
                self._problems = tuple(error.problems)
            else:
                await self._feeds.take_up(configuration.feeds)
                self._listed = configuration.targets
                await self._take_up(self._with_discovered(configuration))
            self._pages.changed()
            await self._pages.refresh()
            async with self._reloaded:
                self._reloads += 1
                self._reloaded.notify_all()

    def _refuse(self, error: ConfigError) -> None:
        self._state.refuse()
        log.error("configuration refused, the former one stays in force", extra={"problems": len(error.problems)})
        for problem in error.problems:
            log.error("problem of the configuration", extra=in_one_line(problem))

    async def _take_up(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._state.configure(configuration.targets, self.now())
        self._state.note_clock(())
        await self._judge_anew(configuration)
        await self._judge_estate()
        log.info("configuration taken up", extra={"targets": len(configuration.targets)})
        self._tell_what_is_not_taken_up(configuration)
        self._sweeper.take_up(configuration)

    def _tell_what_is_not_taken_up(self, configuration: Configuration) -> None:
        others = changed(self._written_first, configuration.written)
        for key in others:
            if key not in self._not_taken_up:
                hint = "it is read at start only: restart aescan to have it taken up"
                log.warning("changed setting not taken up", extra={"setting": key, "hint": hint})
        self._not_taken_up = others

    async def _judge_anew(self, configuration: Configuration) -> None:
        """Judge what is known by the new policy, without asking any server again."""
        anew = await in_thread(partial(_beside_judged, self._state.statuses, configuration))
        async for old, new in in_turns(anew):
            self._state.replace(old, new)


def loaded(load: Callable[[], Configuration], known: Iterable[Target]) -> Configuration:
    """Return what is loaded, a target that is the same as before as that very object: comparing them takes a while."""
    configuration, before = load(), {target.name: target for target in known}
    targets = tuple(
        former if former == target else target
        for target in configuration.targets
        for former in (before.get(target.name),)
    )
    return replace(configuration, targets=targets)


def _beside_judged(statuses: Iterable[Status], configuration: Configuration) -> deque[tuple[Status, Status]]:
    return deque((status, judged(status, configuration)) for status in statuses)


def judged(status: Status, configuration: Configuration) -> Status:
    """Return what is known of a target, judged by this configuration as of when it was seen."""
    if status.success is None:
        return status
    moment, seen = status.success.moment, status.success.seen
    anew = configuration.judge(status.target, seen.capture, moment)
    last = status.last
    if last is not None and last.outcome is seen:
        last = replace(last, outcome=anew)
    return replace(status, last=last, success=Success(moment, anew))
