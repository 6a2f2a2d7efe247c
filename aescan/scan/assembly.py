"""
Settings to what scans by them: resolver, clock, pace, prober and scanner put together.

``Settings`` come in, a ``Scanning`` goes out that sweeps many targets or scans one within a shorter time; both take
turns by one pace. Nothing is loaded and nothing is judged here.
"""

import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from aescan.inventory.model import Target
from aescan.observation import Observation, Seen
from aescan.probe.acs import Tlinks
from aescan.probe.clock import Clock
from aescan.probe.ladder import Remembered
from aescan.probe.pace import Limits, Pace
from aescan.probe.probe import Prober
from aescan.probe.resolve import Resolver
from aescan.probe.target_clock import TargetClocks
from aescan.probe.tsapi import tlinks
from aescan.probe.twins import Twins
from aescan.scan.discover import Discovery
from aescan.scan.expand import expand
from aescan.scan.limits import usable_concurrency
from aescan.scan.scanner import Scanner
from aescan.scan.sweep import sweep
from aescan.settings.model import Settings
from aescan.tls.capture import Capture, as_wanted

log: Final = logging.getLogger("aescan.scan")


class Scanning:
    """
    What scans by these settings.

    ``now``
        The wall clock, aware UTC.
    ``clock``
        What the network's time servers say of that clock.
    ``remembered``
        The hellos that worked, of those before too: that of the process, so that it outlives these settings.
    ``clients``
        How many may be connected to this process meanwhile.
    """

    def __init__(
        self,
        settings: Settings,
        now: Callable[[], datetime],
        remembered: Remembered | None = None,
        *,
        clients: int = 0,
    ) -> None:
        self._settings = settings
        self._now = now
        self._concurrency = usable_concurrency(settings.concurrency, clients)
        if self._concurrency < settings.concurrency:
            usable = self._concurrency
            hint = f"raise it (ulimit -Hn, or LimitNOFILE= in systemd's unit), or set concurrency to {usable}"
            counts = {"usable": usable, "wanted": settings.concurrency}
            log.warning("fewer connections at once, the limit of open files is too low", extra={**counts, "hint": hint})
        self.resolver = Resolver()
        self.clock = Clock(settings.clock, now, self.resolver)
        limits = Limits(self._concurrency, settings.host_concurrency, settings.host_pause, settings.connection_rate)
        self._pace = Pace(limits)
        self._prober = Prober(
            settings.timeout,
            settings.connect_timeout,
            self.resolver,
            pace=self._pace,
            remembered=remembered or Remembered(),
        )

        self._clocks = TargetClocks(self._prober, settings.clock.timeout, now)
        self._discovery = Discovery(lambda target, port: self.tlinks(target.host, target.address, port))

    async def expand(self, targets: tuple[Target, ...]) -> tuple[Target, ...]:
        """Return the targets with one for each address, and for each TLINK, in the place of those that want that."""
        return await self._discovery.targets(await expand(targets, self.resolver))

    async def tlinks(self, host: str, address: str | None, port: int) -> Tlinks:
        """Return what the TSAPI name service of a host lists, in its turn; raises ProbeError."""
        return await tlinks(self._prober, host, address, port)

    def sweep(self, targets: tuple[Target, ...]) -> AsyncIterator[Observation]:
        """Scan every target once, in the order they are done."""
        return sweep(
            targets,
            self._scanner(self._prober).scan,
            concurrency=self._concurrency,
            host_concurrency=self._settings.host_concurrency,
            pace=self._pace,
        )

    async def scan_within(self, target: Target, seconds: float) -> Observation:
        """Scan one target within so many seconds, all in all, the wait for its turn included."""
        connect_timeout = min(self._settings.connect_timeout, seconds)
        hurried = replace(self._prober, timeout=seconds, connect_timeout=connect_timeout, patient=False)
        return await self._scanner(hurried).scan(target)

    def judge(self, target: Target, capture: Capture, moment: datetime) -> Seen:
        """
        Return what a capture comes to that was brought back from ``target`` at ``moment``.

        Of what was asked besides, only what the target is to have now counts: it may have been brought back for an
        inventory that wanted more.
        """
        wanted = as_wanted(capture, target.views, protocols=target.protocols)
        return self._scanner(self._prober).judge(target, wanted, moment)

    def _scanner(self, prober: Prober) -> Scanner:
        clocks = replace(self._clocks, prober=prober)  # what each address said last is common to all
        twins = Twins(prober)
        return Scanner(
            prober.probe, self._settings.policy, self._now, lambda: self.clock.offset, clocks.skews, twins.open_ones
        )
