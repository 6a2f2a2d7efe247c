"""
What one reading of settings and inventory gives the exporter, as plain data and functions.

Made by the command, used by the exporter; nothing here reads a file or opens a socket.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from aescan.exporter.probe.handler import OnDemand
from aescan.inventory.model import Target
from aescan.observation import Observation, Seen
from aescan.probe.clock import Clock
from aescan.settings.policy import Policy
from aescan.settings.quiet import QuietHours
from aescan.sources.feeds import Feed
from aescan.tls.capture import Capture


async def as_they_are(targets: tuple[Target, ...]) -> tuple[Target, ...]:
    """Return ``targets``: none is to be scanned on each address of its name."""
    return targets


@dataclass(frozen=True, slots=True)
class Configuration:
    """
    What one reading of settings and inventory brings.

    ``interval``
        Seconds between two scans of a target that has no interval of its own.
    ``backoff``
        The longest pause between two scans of a target that keeps failing.
    ``quiet_hours``, ``time_zone``
        When nothing is scanned but what is asked for, by the clocks of which place.
    ``files``
        What it was read from.
    ``written``
        The settings as their file would write them, without secrets.
    ``feeds``
        What further targets are discovered by.
    ``sweep``
        Probes these targets once; yields one observation for each. When the task that iterates over it is cancelled,
        it puts its probes away without delay.
    ``expand``
        Called before the first scans and after each whole sweep: returns the targets with one for each address in the
        place of those that want that,
        and those whose name cannot be looked up as they were.
    ``clock``
        Checked before the first sweep and on its own interval; None asks nobody.
    ``clock_limit``
        How far off it may be before that is logged.
    ``policy``
        What the targets are judged by beside each other, at the end of each sweep.
    ``simulated``
        Whether the targets are a lab's, and everything seen is invented.
    ``on_demand``
        What may be probed on demand; None for nothing.
    ``judge``
        Returns what a capture brought back from a target at some moment comes to.
    ``recall``
        Called with a target's name and the hello that brought a chain from it before the start.
    """

    targets: tuple[Target, ...]
    interval: float
    sweep: Callable[[tuple[Target, ...]], AsyncIterator[Observation]]
    judge: Callable[[Target, Capture, datetime], Seen]
    recall: Callable[[str, str], None]
    expand: Callable[[tuple[Target, ...]], Awaitable[tuple[Target, ...]]] = as_they_are
    clock: Clock | None = None
    clock_limit: timedelta = timedelta(minutes=1)
    policy: Policy = field(default_factory=Policy)
    simulated: bool = False
    on_demand: OnDemand | None = None
    backoff: float = 0.0
    quiet_hours: tuple[QuietHours, ...] = ()
    time_zone: tzinfo = UTC
    files: tuple[Path, ...] = ()
    written: Mapping[str, Any] = field(default_factory=dict, repr=False)
    feeds: tuple[Feed, ...] = ()
