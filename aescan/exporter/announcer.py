"""
What the exporter observes, told to those who collect events, and in the log.

What was known of a target and what was observed come in; the events that come of it go into every outbox, and the log
has a line when a target is lost or back. Nothing is waited for but in ``run``, which sends.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from aescan.events.model import Event, Known, compare, diff
from aescan.events.outbox import Outbox
from aescan.exporter.state import Sent, Status
from aescan.observation import Failed, Observation
from aescan.scan.estate import of_estate, without_estate

log: Final = logging.getLogger("aescan.exporter")


class Announcer:
    """Puts events into ``outboxes``, where there are any."""

    def __init__(self, outboxes: Sequence[Outbox] = ()) -> None:
        self._outboxes = tuple(outboxes)

    def observed(self, former: Status, observation: Observation) -> None:
        """Tell what became different from what was known of the target to this observation."""
        _tell(former.last, observation)
        if not self._outboxes:
            return
        # How it stands beside others is judged after the sweep.
        seen = without_estate(former.success.seen) if former.success is not None else None
        self._put(diff(Known(former.last, seen, former.told), observation))

    def judged(self, former: Status, now: Status, moment: datetime) -> None:
        """Tell what became different about how the target stands beside others, judged at ``moment``."""
        if self._outboxes and former.beside and former.success is not None and now.success is not None:
            old, new = of_estate(former.success.seen), of_estate(now.success.seen)
            self._put(compare(now.target, moment, old, new))

    def _put(self, events: Iterable[Event]) -> None:
        for event in events:
            for outbox in self._outboxes:
                outbox.put(event)

    def counts(self) -> tuple[Sent, ...]:
        """Return how many events each receiver was sent, and how many were dropped."""
        return tuple(Sent(outbox.name, outbox.sent, outbox.dropped) for outbox in self._outboxes)

    async def run(self, changed: Callable[[], None]) -> None:
        """Send until cancelled; ``changed`` is called when the counts are other ones."""
        async with asyncio.TaskGroup() as tasks:
            for outbox in self._outboxes:
                outbox.changed = changed
                tasks.create_task(outbox.run())


def _tell(before: Observation | None, observation: Observation) -> None:
    """Log that a target is lost or back; how it goes on is told by the metrics, and at the level of debugging."""
    about = {"target": observation.target.name, "endpoint": observation.target.endpoint}
    was_lost = before is not None and isinstance(before.outcome, Failed)
    if isinstance(observation.outcome, Failed):
        level = logging.DEBUG if was_lost else logging.WARNING
        why = {"reason": observation.outcome.reason, "error": observation.outcome.detail}
        log.log(level, "target could not be probed", extra=about | why)
    elif was_lost:
        log.info("target is back", extra=about)
