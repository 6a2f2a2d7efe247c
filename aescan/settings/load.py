"""
The settings file to ``Settings``, with the certificate patterns and clients it leads to.

A path comes in, or None for the defaults; every mistake in the settings file and in the site's own catalogues is raised
at once as ConfigError. Paths in the file are resolved from its own folder. The inventory and the service catalogue are
read by their own room.
"""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, PlainValidator

from aescan.errors import ConfigError
from aescan.settings import duration
from aescan.settings.clients import Clients, load_clients
from aescan.settings.clock import ClockEntry
from aescan.settings.document import Document, read
from aescan.settings.events import EventsEntry
from aescan.settings.fields import HIGHEST_PORT, Interval, PathText, Switch, lasting, shaped, share, whole
from aescan.settings.jobs import load_jobs
from aescan.settings.model import Settings
from aescan.settings.patterns import combined, load_patterns, shipped_patterns
from aescan.settings.policy import CertificatePattern, Cliff, Policy, Thresholds
from aescan.settings.probes import ProbeEntry
from aescan.settings.problems import Expected, Wants
from aescan.settings.quiet import Hours, Zone
from aescan.settings.sources import Sources
from aescan.settings.thresholds import ThresholdsEntry, merge_thresholds
from aescan.settings.trust_stores import TrustStoreEntry, trust_stores
from aescan.settings.validation import Entry, check
from aescan.settings.work import Job
from aescan.settings.written import written

KEYS: Final = "keys such as inventory, timeout and policy"

DEFAULT: Final = Settings()

LEAST_SHARE: Final = 0.01
"""Of an estate: a cliff is no everyday event, and a hundred of them can be looked for in no time."""

_ADDRESS: Final = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[0-9A-Za-z._-]{0,253}):([0-9]{1,5})", re.ASCII)

_SECOND: Final = timedelta(seconds=1)

Timeout = Annotated[timedelta, lasting(_SECOND, timedelta(minutes=5))]
"""A firewall that drops packets costs this much per target, so minutes at most."""

HostPause = Annotated[timedelta, lasting(timedelta(0), timedelta(minutes=1))]
"""With a minute, a host of six ports still takes no more than six."""

Backoff = Annotated[timedelta, lasting(timedelta(0), timedelta(days=7))]
"""None at all, or as much as the longest interval."""

Lifetime = Annotated[timedelta, lasting(timedelta(days=1), timedelta(days=36500))]
"""A hundred years let every certificate pass."""


Keep = Annotated[timedelta, lasting(timedelta(days=7), timedelta(days=3650))]
"""A week is the shortest in which a clock that was set wrong can be told from time going by."""


def _address(written: object) -> str:
    if isinstance(written, str) and (found := _ADDRESS.fullmatch(written)) and int(found[2]) <= HIGHEST_PORT:
        return written
    raise Expected('an address and a port, such as ":10722" or "127.0.0.1:10722"')


def _part(written: object) -> float:
    if (found := share(written)) >= LEAST_SHARE:
        return found
    raise Expected(f"a share from {LEAST_SHARE} to 1", Wants.NUMBER)


Address = Annotated[str, PlainValidator(_address, json_schema_input_type=shaped(_ADDRESS))]

Part = Annotated[float, PlainValidator(_part, json_schema_input_type=Annotated[float, Field(ge=LEAST_SHARE, le=1)])]


class CliffEntry(Entry):
    """How many chains that end together are a cliff."""

    targets: Annotated[int, whole(2, 100_000)] = DEFAULT.policy.cliff.targets
    share: Part = DEFAULT.policy.cliff.share
    within: Annotated[timedelta, lasting(timedelta(days=1), timedelta(days=90))] = DEFAULT.policy.cliff.within


class PolicyEntry(Entry):
    """What to judge by."""

    thresholds: ThresholdsEntry = ThresholdsEntry()
    minimum_rsa_bits: Annotated[int, whole(512, 16384)] = DEFAULT.policy.minimum_rsa_bits
    minimum_ec_bits: Annotated[int, whole(112, 521)] = DEFAULT.policy.minimum_ec_bits
    maximum_lifetime: Lifetime = DEFAULT.policy.maximum_lifetime
    cliff: CliffEntry = CliffEntry()


class HistoryEntry(Entry):
    """Where to keep what was seen, and for how long."""

    path: PathText = ""
    keep: Keep = DEFAULT.history_keep


class SettingsFile(Entry):
    """The whole file; the keys are those of ``Settings``."""

    inventory: Sources = ()
    timeout: Timeout = timedelta(seconds=DEFAULT.timeout)
    connect_timeout: Timeout = timedelta(seconds=DEFAULT.connect_timeout)
    concurrency: Annotated[int, whole(1, 10_000)] = DEFAULT.concurrency
    host_concurrency: Annotated[int, whole(1, 100)] = DEFAULT.host_concurrency
    host_pause: HostPause = timedelta(seconds=DEFAULT.host_pause)
    connection_rate: Annotated[int, whole(1, 1_000_000)] = DEFAULT.connection_rate
    full_handshake: Switch = DEFAULT.full_handshake
    interval: Interval = timedelta(seconds=DEFAULT.interval)
    backoff: Backoff = timedelta(seconds=DEFAULT.backoff)
    quiet_hours: tuple[Hours, ...] = ()
    time_zone: Zone = DEFAULT.time_zone
    listen_address: Address = DEFAULT.listen_address
    services: PathText = ""
    certificate_patterns: PathText = ""
    clock: ClockEntry = ClockEntry()
    client_profiles: PathText = ""
    jobs: PathText = ""
    history: HistoryEntry = HistoryEntry()
    events: EventsEntry = EventsEntry()
    trust_stores: tuple[TrustStoreEntry, ...] = ()
    policy: PolicyEntry = PolicyEntry()
    probe: ProbeEntry = ProbeEntry()


def load_settings(path: Path | None) -> Settings:
    """Return the settings in the file at ``path``, or the defaults for None, with the certificate patterns."""
    settings, problems = read_settings(path)
    if problems:
        raise ConfigError(problems)
    return settings


def read_settings(path: Path | None) -> tuple[Settings, list[str]]:
    """Return the settings as ``load_settings`` does, as far as they can be used, and every mistake in them."""
    if path is None:
        clients = load_clients(None, (), ())
        patterns, jobs = shipped_patterns(), load_jobs()
        policy = Policy(patterns=patterns, clients=clients.profiles, changes=clients.changes, jobs=jobs)
        return Settings(policy=policy, written=written(SettingsFile, {})), []
    try:
        document = read(path, KEYS)
    except ConfigError as error:
        return Settings(), list(error.problems)
    return _settings(path, document)


def _settings(path: Path, document: Document) -> tuple[Settings, list[str]]:
    file = check(SettingsFile, document, salvage=True) or SettingsFile()
    thresholds = merge_thresholds(DEFAULT.policy.thresholds, file.policy.thresholds, document, ("policy", "thresholds"))
    connect_timeout = _connect_timeout(file, document)
    patterns, problems = _patterns(path.parent, file.certificate_patterns)
    stores = trust_stores(path.parent, document)
    clients, jobs, more = _catalogues(path.parent, file, patterns)
    settings = Settings(
        inventory=tuple(entry.source(path.parent) for entry in file.inventory),
        timeout=file.timeout.total_seconds(),
        connect_timeout=connect_timeout.total_seconds(),
        concurrency=file.concurrency,
        host_concurrency=file.host_concurrency,
        host_pause=file.host_pause.total_seconds(),
        connection_rate=file.connection_rate,
        full_handshake=file.full_handshake,
        interval=file.interval.total_seconds(),
        backoff=file.backoff.total_seconds(),
        quiet_hours=file.quiet_hours,
        time_zone=file.time_zone,
        listen_address=file.listen_address,
        services=path.parent / file.services if file.services else None,
        certificate_patterns=path.parent / file.certificate_patterns if file.certificate_patterns else None,
        client_profiles=path.parent / file.client_profiles if file.client_profiles else None,
        jobs=path.parent / file.jobs if file.jobs else None,
        clock=file.clock.settings(),
        history=path.parent / file.history.path if file.history.path else None,
        history_keep=file.history.keep,
        events=file.events.settings(path.parent),
        probe=file.probe.settings(),
        policy=replace(_policy(file, thresholds, patterns, clients), trust_stores=stores, jobs=jobs),
        written=written(SettingsFile, document.data),
    )
    return settings, [*document.texts(), *problems, *more]


def _policy(
    file: SettingsFile, thresholds: Thresholds, patterns: tuple[CertificatePattern, ...], clients: Clients
) -> Policy:
    return Policy(
        thresholds=thresholds,
        minimum_rsa_bits=file.policy.minimum_rsa_bits,
        minimum_ec_bits=file.policy.minimum_ec_bits,
        patterns=patterns,
        maximum_lifetime=file.policy.maximum_lifetime,
        clock_limit=file.clock.limit,
        clients=clients.profiles,
        changes=clients.changes,
        cliff=Cliff(file.policy.cliff.targets, file.policy.cliff.share, file.policy.cliff.within),
    )


def _connect_timeout(file: SettingsFile, document: Document) -> timedelta:
    """Return what is written, if the whole timeout has room for it; else the default, or the timeout if shorter."""
    if "connect_timeout" not in file.model_fields_set:
        return min(file.connect_timeout, file.timeout)
    misread = "timeout" in document.data and "timeout" not in file.model_fields_set
    if file.connect_timeout > file.timeout and not misread:
        text = f"{duration.show(file.connect_timeout)} is longer than the timeout of {duration.show(file.timeout)}"
        document.add(("connect_timeout",), text, "the timeout covers the whole probe, connecting included")
    return file.connect_timeout


def _patterns(folder: Path, own: str) -> tuple[tuple[CertificatePattern, ...], tuple[str, ...]]:
    """Return the patterns to use, and the problems of the site's own file."""
    if not own:
        return shipped_patterns(), ()
    try:
        return combined(load_patterns(folder / own), shipped_patterns()), ()
    except ConfigError as error:
        return (), error.problems


def _catalogues(
    folder: Path, file: SettingsFile, patterns: tuple[CertificatePattern, ...]
) -> tuple[Clients, tuple[Job, ...], tuple[str, ...]]:
    """Return the clients to judge for, what to do about findings, and the problems of the site's own files."""
    clients, problems = Clients((), ()), list[str]()
    jobs: tuple[Job, ...] = ()
    own, names = file.client_profiles, {pattern.name for pattern in patterns}
    try:
        clients = load_clients(folder / own if own else None, names, {store.name for store in file.trust_stores})
    except ConfigError as error:
        problems += error.problems
    try:
        jobs = load_jobs(folder / file.jobs if file.jobs else None)
    except ConfigError as error:
        problems += error.problems
    return clients, jobs, tuple(problems)
