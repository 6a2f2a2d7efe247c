"""
How to scan: the settings as frozen plain data, each with its default.

Made by ``load``; a run without a settings file runs on the defaults.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aescan.settings.clock import DEFAULT as DEFAULT_CLOCK
from aescan.settings.clock import ClockSettings
from aescan.settings.events import DEFAULT as DEFAULT_EVENTS
from aescan.settings.events import EventSettings
from aescan.settings.policy import Policy
from aescan.settings.probes import ProbeSettings
from aescan.settings.quiet import QuietHours
from aescan.settings.sources import Source


@dataclass(frozen=True, slots=True)
class Settings:
    """
    All that a run depends on besides its targets.

    ``inventory``
        Where the targets come from, paths resolved from the folder of the settings file.
    ``timeout``
        Seconds from the first packet to a target to the last, all rungs together.
    ``connect_timeout``
        Seconds that opening one connection may take of them.
    ``concurrency``, ``host_concurrency``
        Connections open at once in all, and to one host, which is an address.
    ``host_pause``
        Seconds that a host is left alone between two connections.
    ``connection_rate``
        Connections begun per second in all.
    ``full_handshake``
        Whether targets are asked by whole handshakes, where the inventory says nothing else.
    ``interval``
        Seconds between two scans of a target by the exporter, where the inventory says no other.
    ``backoff``
        The longest pause, in seconds, between two scans of a target that keeps failing.
    ``quiet_hours``, ``time_zone``
        When the exporter scans nothing of its own accord, by the clocks of which place.
    ``listen_address``
        ``host:port`` that the exporter listens on; all addresses where the host is empty.
    ``services``, ``certificate_patterns``, ``client_profiles``, ``jobs``
        The site's own catalogues, which come before the shipped ones.
    ``clock``
        The NTP servers that this machine's clock is held against.
    ``history``, ``history_keep``
        The file that the exporter keeps what it saw in, none by default, and how long after it was last seen.
    ``events``
        Who is told when something changes; nobody by default.
    ``policy``
        What to judge by, with all certificate patterns and clients.
    ``probe``
        What the exporter probes on demand.
    ``written``
        All of it as the file would write it, without secrets, to be shown.
    """

    inventory: tuple[Source, ...] = ()
    timeout: float = 10.0
    connect_timeout: float = 5.0
    concurrency: int = 500
    host_concurrency: int = 1
    host_pause: float = 0.1
    connection_rate: int = 1000
    full_handshake: bool = False
    interval: float = 3600.0
    backoff: float = 6 * 3600.0
    quiet_hours: tuple[QuietHours, ...] = ()
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    listen_address: str = ":10722"
    services: Path | None = None
    certificate_patterns: Path | None = None
    clock: ClockSettings = DEFAULT_CLOCK
    client_profiles: Path | None = None
    jobs: Path | None = None
    history: Path | None = None
    history_keep: timedelta = timedelta(days=400)
    events: EventSettings = DEFAULT_EVENTS
    policy: Policy = field(default_factory=Policy)
    probe: ProbeSettings = field(default_factory=ProbeSettings)
    written: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
