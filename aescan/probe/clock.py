"""
What time the operator's NTP servers say it is, beside what this machine's clock says.

Servers and the clock come in; one ``Reading`` for each server goes out, always: its offset, or why there is none. All
are asked at once, each once, within one timeout. ``Clock`` remembers the last readings and what they come to, and which
servers asked to be left alone. This machine's clock is read, never set, and no server is asked that nobody named.
"""

import asyncio
import os
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Final

import asyncio_dgram

from aescan.errors import ProbeError
from aescan.findings.clock import off
from aescan.probe.resolve import Resolver
from aescan.probe.sntp import ASKED_TOO_OFTEN, COOKIE_LENGTH, KISSES, Refusal, Time, read, request
from aescan.settings.clock import ClockServer, ClockSettings

MOST_STRAYS: Final = 16
"""Datagrams that are no answer, after which a server is no longer listened to."""
STEP: Final = 1.0
"""Seconds that this clock may drift from the steady one before the last readings mean nothing."""


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What one server said.

    ``server``
        As the operator named it.
    ``time``
        Its answer, None where it gave none that can be used.
    ``detail``
        Why not, in words.
    ``kiss``
        The kiss code of an answer that had one.
    """

    server: str
    time: Time | None
    detail: str = ""
    kiss: str = ""


async def ask(server: ClockServer, deadline: float, now: Callable[[], datetime], resolver: Resolver) -> Reading:
    """Return what one server says by ``deadline`` of the loop's clock."""
    try:
        addresses = await resolver.addresses(server.host, deadline)
    except ProbeError as error:
        return Reading(server.text, None, error.detail)
    try:
        answer = await _exchange(addresses[0], server.port, deadline, now)
    except OSError as error:
        return Reading(server.text, None, f"asking for the time: {error.strerror or error}")
    if isinstance(answer, Time):
        return Reading(server.text, answer)
    return Reading(server.text, None, answer.detail, answer.kiss)


async def _exchange(address: str, port: int, deadline: float, now: Callable[[], datetime]) -> Time | Refusal:
    # A connected socket: the kernel drops what strangers send. Sending may block for ever in some Pythons (CPython
    # issue 135444), so it is under the deadline too.
    client = await asyncio_dgram.connect((address, port))
    try:
        async with asyncio.timeout_at(deadline):
            cookie = os.urandom(COOKIE_LENGTH)
            sent, began = now(), perf_counter()
            await client.send(request(cookie))
            for _ in range(MOST_STRAYS):
                datagram, _ = await client.recv()
                if (answer := read(datagram, cookie, sent, perf_counter() - began)) is not None:
                    return answer
        return Refusal("what came back was no answer to what was asked")
    except TimeoutError:
        _ = client.exception  # raises what came instead: the refusal of a closed port does not wake who receives
        return Refusal("no answer in time; filtered, or no NTP server")
    finally:
        client.close()


def consensus(offsets: Sequence[float]) -> float | None:
    """
    Return the median; of two in the middle the one nearer to nothing, None of none.

    So one server of three that is wrong does no harm, and one of two cannot accuse this clock alone.
    """
    if not offsets:
        return None
    return min(statistics.median_low(offsets), statistics.median_high(offsets), key=abs)


class Clock:
    """
    The clock of this machine, as the operator's servers see it; one per configuration.

    ``settings``
        Whom to ask, and for how long.
    ``now``
        The clock itself, aware UTC.
    ``steady``
        Seconds of a clock that is never set, to notice when the other one is.
    """

    def __init__(
        self,
        settings: ClockSettings,
        now: Callable[[], datetime],
        resolver: Resolver,
        steady: Callable[[], float] = perf_counter,
    ) -> None:
        self.interval = settings.interval
        self._settings = settings
        self._now = now
        self._resolver = resolver
        self._steady = steady
        self._readings: tuple[Reading, ...] = ()
        self._refusing: dict[ClockServer, Reading] = {}
        self._offset: float | None = None
        self._pace = 0.0

    @property
    def readings(self) -> tuple[Reading, ...]:
        """What each server said last; empty before the first check."""
        return self._readings

    @property
    def offset(self) -> float | None:
        """Seconds that this clock lacks; None where nothing is known, or where it was set after the last check."""
        if self._offset is not None and abs(self._now().timestamp() - self._steady() - self._pace) > STEP:
            return None
        return self._offset

    async def check(self) -> tuple[Reading, ...]:
        """
        Ask every server once, and return what they said.

        One that wants to be asked less often is left out the next time, one that denies its service for good.
        """
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._ask(server)) for server in self._settings.servers]
        self._readings = tuple(task.result() for task in tasks)
        self._offset = consensus([reading.time.offset for reading in self._readings if reading.time])
        self._pace = self._now().timestamp() - self._steady()
        return self._readings

    def complaints(self, limit: timedelta) -> Iterator[str]:
        """Yield what the operator should know after a check: who gave no time, and a clock that is off too far."""
        for reading in self._readings:
            if reading.time is None:
                yield f"NTP server {reading.server}: {reading.detail}"
        offset = self.offset
        if offset is not None and abs(offset) > limit.total_seconds():
            yield (
                f"this machine's clock is {off(offset)}, by its NTP servers: verdicts that hang on that are marked;"
                " let it follow NTP"
            )

    async def _ask(self, server: ClockServer) -> Reading:
        if (refusing := self._refusing.get(server)) is not None:
            if refusing.kiss == ASKED_TOO_OFTEN:
                del self._refusing[server]
            return refusing
        deadline = asyncio.get_running_loop().time() + self._settings.timeout
        reading = await ask(server, deadline, self._now, self._resolver)
        if reading.kiss in KISSES:
            self._refusing[server] = reading
        return reading
