"""
Events on their way to one receiver: kept in order, sent no faster than it is allowed, dropped when they are too many.

Events come in at any time, without waiting; one task sends them. A receiver that is away costs nobody anything but the
events that its queue cannot hold, and those are counted. Time is the event loop's.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable
from typing import Final

from aescan.events.model import Event
from aescan.events.sinks import Sink
from aescan.text import printable

log: Final = logging.getLogger("aescan.events")

MOST_WAITING: Final = 10_000
"""Events that wait for one receiver: one of each target of a large estate."""

PATIENCE: Final = 10.0
"""Seconds that sending one event may take, a new connection included."""

RETRY: Final = 5.0
"""Seconds until a receiver that could not be reached is tried again."""

FAREWELL: Final = 0.5
"""Seconds for what waits when the process ends."""


class Outbox:
    """
    What waits for one ``sink``.

    ``rate``
        Events sent per second, at most.
    ``changed``
        Called when the counts are other ones, after sending for a while or when something went wrong.
    ``sent``, ``dropped``
        How many, since start.
    """

    def __init__(
        self, sink: Sink, rate: float, *, most: int = MOST_WAITING, patience: float = PATIENCE, retry: float = RETRY
    ) -> None:
        self.name = sink.name
        self.sent = 0
        self.dropped = 0
        self.changed: Callable[[], None] = lambda: None
        self._sink = sink
        self._rate = rate
        self._most = most
        self._patience = patience
        self._retry = retry
        self._waiting: deque[Event] = deque()
        self._news = asyncio.Event()
        self._broken = False
        self._full = False

    def put(self, event: Event) -> None:
        """Send this event as soon as it may be; drop it when too many wait already."""
        if len(self._waiting) >= self._most:
            self.dropped += 1
            if not self._full:
                log.warning("events are dropped, too many wait", extra={"sink": self.name, "waiting": self._most})
                self._full = True
                self.changed()
            return
        self._waiting.append(event)
        self._news.set()

    async def run(self) -> None:
        """Send what comes until cancelled, then what still waits if that is quick."""
        try:
            while True:
                await self._news.wait()
                pause = 1 / self._rate if await self._send_next() else self._retry
                if not self._waiting:
                    self._news.clear()
                    self._full = False
                    self.changed()
                await asyncio.sleep(pause)
        finally:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FAREWELL):
                    while self._waiting and await self._send_next():
                        pass
                    await self._sink.close()

    async def _send_next(self) -> bool:
        """Send the event that waits longest; return whether that worked."""
        try:
            async with asyncio.timeout(self._patience):
                await self._sink.send(self._waiting[0])
        except OSError as error:  # TimeoutError is one
            await self._break(error)
            return False
        self._waiting.popleft()
        self.sent += 1
        if self._broken:
            log.info("events are sent again", extra={"sink": self.name})
            self._broken = False
        return True

    async def _break(self, error: OSError) -> None:
        if not self._broken:
            text = printable(str(error)) or f"no answer in {self._patience:g} s"
            log.warning("events cannot be sent, they wait", extra={"sink": self.name, "error": text})
            self._broken = True
            self.changed()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                await self._sink.close()
