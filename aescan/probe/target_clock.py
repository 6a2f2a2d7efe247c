"""
What the clocks of targets show, where the inventory wants them asked.

A target and the address that answered its probe come in, a ``Skew`` for each way that brought one goes out; a server
that does not answer is one of which nothing is known, never an error. SNTP is asked once for all targets of an address,
the date of a web server only where the target is one.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from aescan.errors import ProbeError
from aescan.findings.model import Skew
from aescan.inventory.model import Target
from aescan.probe.clock import ask
from aescan.probe.http_date import DateQuestion
from aescan.probe.probe import Prober
from aescan.probe.transport import converse
from aescan.settings.clock import NTP, ClockServer

SOURCE: Final = "SNTP"

KEPT: Final = 60.0
"""Seconds that an answer is used again, or that there was none: RFC 4330 section 10 forbids asking again within 15."""


@dataclass(slots=True)
class _Known:
    """What an address said last, None for nothing, and when it was asked, of the loop's clock."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    asked: float | None = None
    skew: Skew | None = None


@dataclass(frozen=True, slots=True)
class TargetClocks:
    """
    Asks the clocks of targets; one per configuration.

    ``timeout`` is the seconds that SNTP waits, ``now`` this machine's clock, ``port`` that of NTP.
    """

    prober: Prober
    timeout: float
    now: Callable[[], datetime]
    port: int = NTP
    _known: dict[str, _Known] = field(default_factory=dict)

    async def skews(self, target: Target, address: str) -> tuple[Skew, ...]:
        """Return what the clock of ``target`` shows, the most exact first."""
        found = [
            await self._by_sntp(address) if target.sntp else None,
            await self._by_date(target, address) if target.http_date else None,
        ]
        return tuple(skew for skew in found if skew is not None)

    async def _by_sntp(self, address: str) -> Skew | None:
        known = self._known.setdefault(address, _Known())
        async with known.lock:  # the other targets of the address wait for the answer to the first
            now = asyncio.get_running_loop().time()
            if known.asked is None or now - known.asked > KEPT:
                known.asked, known.skew = now, await self._ask(address)
            return known.skew

    async def _ask(self, address: str) -> Skew | None:
        server = ClockServer(address, address, self.port)
        deadline = asyncio.get_running_loop().time() + self.timeout
        time = (await ask(server, deadline, self.now, self.prober.resolver)).time
        return None if time is None else Skew(SOURCE, time.offset, time.delay / 2 + time.root_distance)

    async def _by_date(self, target: Target, address: str) -> Skew | None:
        question = DateQuestion(target.host, target.server_name, self.now)
        prober = self.prober
        try:
            async with prober.pace.turn(address):
                return await converse(
                    address,
                    target.port,
                    question,
                    prober.poller,
                    connect_timeout=prober.connect_timeout,
                    deadline=asyncio.get_running_loop().time() + prober.timeout,
                )
        except ProbeError:
            return None
