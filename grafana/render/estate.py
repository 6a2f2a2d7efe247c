"""
A made-up estate of 300 targets over four months, as aescan would have seen it, in OpenMetrics with timestamps.

A moment comes in; lines for ``promtool tsdb create-blocks-from openmetrics`` go out, oldest first, up to that moment.
The certificates are those of the lab's stories, judged by aescan's own rules at each moment, and the series are those
of its own page of metrics; invented are names, dates, failures, and what the process says of itself. Nothing is sent.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Final

from prometheus_client.samples import Sample

from aescan.errors import Reason
from aescan.exporter.metrics import collect
from aescan.exporter.state import Sent, State
from aescan.exporter.web.tls import OwnCertificate
from aescan.inventory.model import Target
from aescan.lab import stories
from aescan.lab.authorities import Authorities
from aescan.lab.certificates import Identity
from aescan.observation import Failed, Observation
from aescan.probe.clock import Reading
from aescan.probe.sntp import Time
from aescan.scan.assembly import Scanning
from aescan.settings.model import Settings
from aescan.tls.capture import Capture, ClientCertificate, Protocol

HOSTS: Final = 100
DAYS: Final = 120
LAST_DAY: Final = timedelta(hours=24)
STEP: Final = timedelta(minutes=5)
TURNS: Final = 12
"""Steps in which every target is scanned once."""

RESTARTED: Final = 96
RELOADED: Final = 190
"""Steps of the last day."""

ODD_FAILURES: Final = 0.003
"""Share of the probes that fail for no lasting reason."""

PORTS: Final = (("oam", 443), ("dmcc", 4722), ("tsapi", 1066))
SITES: Final = ("Berlin", "Berlin", "Denver", "Denver", "Denver", "Lyon", "Pune", "Pune", "Stockholm", "")
OWNERS: Final = {
    "Berlin": "voice",
    "Denver": "voice-us",
    "Lyon": "contact-centre",
    "Pune": "voice",
    "Stockholm": "voice",
}
VERSIONS: Final = ("SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3")
OF_A_DAY: Final = frozenset(
    {
        "aescan_target_info",
        "aescan_chain_not_after_timestamp_seconds",
        "aescan_finding",
        "aescan_expiry_threshold_seconds",
        "aescan_probe_success",
        "aescan_probe_failed",
        "aescan_certificate_changes_total",
    }
)
"""What the curves over months are made of; the rest is written for the last moment alone."""

OF_A_STEP: Final = frozenset(
    {
        "aescan_target_info",
        "aescan_probe_timestamp_seconds",
        "aescan_probe_duration_seconds",
        "aescan_probe_last_success_timestamp_seconds",
        "aescan_probe_failed",
        "aescan_build_info",
    }
)
"""What the curves of the last day are made of, besides what has no target."""

OLD: Final = datetime(2019, 1, 1, tzinfo=UTC)
"""Who still has a certificate that ended before speaks old versions alone."""

EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)

Chains = Sequence[tuple[datetime, Sequence[Identity]]]
"""From which moment on a host presents what."""


@dataclass(frozen=True, slots=True)
class Host:
    """A host: its targets, what it presents since when, and between which moments it cannot be reached."""

    targets: tuple[Target, ...]
    chains: Chains
    lost: tuple[datetime, datetime] | None
    reason: Reason


def history(now: datetime, settings: Settings, lab: Authorities) -> Iterator[str]:
    """Yield the lines of the estate's history up to ``now``."""
    random = Random(20151118)  # noqa: S311  the same picture each time
    hosts = estate(now, random, lab)
    scanning = Scanning(settings, lambda: now)
    state = State([target for host in hosts for target in host.targets], now - timedelta(days=DAYS))
    state.history_up = lambda: True
    sent = [900]
    state.events = lambda: (Sent("tls://syslog.example.com:6514", sent[0], 0),)
    state.own_certificates = lambda: (OwnCertificate("/etc/aescan/web.pem", now + timedelta(days=71)),)
    last_day = now - LAST_DAY
    for day in range(DAYS):
        moment = now - timedelta(days=DAYS - day)
        for host in hosts:
            for target in host.targets:
                state.observe(_observed(scanning, host, target, moment, random))
        state.judge_estate(settings.policy, moment)
        yield from _lines(state, moment, OF_A_DAY.__contains__)
    yield from _last_day(hosts, state, partial(_observed, scanning), last_day, now, random, settings, sent)
    state.judge_estate(settings.policy, now)
    yield from _lines(state, now, lambda _: True)
    yield "# EOF\n"


def _last_day(
    hosts: Sequence[Host],
    state: State,
    observed: Callable[[Host, Target, datetime, Random], Observation],
    since: datetime,
    until: datetime,
    random: Random,
    settings: Settings,
    sent: list[int],
) -> Iterator[str]:
    """Yield the last day: each target once an hour, spread evenly, with a reload and a restart of the exporter."""
    turns = [(host, target) for host in hosts for target in host.targets]
    process = Process(since - timedelta(days=11), 0.0)
    moment, step = since, 0
    while moment < until:
        for host, target in turns[step % TURNS :: TURNS]:
            state.observe(observed(host, target, moment - timedelta(seconds=random.randrange(300)), random))
        if step % TURNS == TURNS - 1:
            state.finish_sweep(moment, 3600 + random.gauss(0, 25))
            state.judge_estate(settings.policy, moment)
        if step == RELOADED:
            state.configure(state.targets, moment)
        if step == RESTARTED:
            process = Process(moment, 0.0)
        state.note_clock(_clock(random))
        sent[0] += random.choice((0, 0, 1, 3))
        process = Process(process.started, process.cpu + 300 * random.uniform(0.008, 0.014))
        lines = list(_lines(state, moment, OF_A_STEP.__contains__, whole=True))
        yield from lines
        yield from process.lines(moment, random)
        moment, step = moment + STEP, step + 1


@dataclass(frozen=True, slots=True)
class Process:
    """The exporter's process, made up: when it started, and the seconds of CPU that it took so far."""

    started: datetime
    cpu: float

    def lines(self, moment: datetime, random: Random) -> Iterator[str]:
        """Yield what it says of itself, and what Prometheus says of the scrape."""
        hours = (moment - self.started) / timedelta(hours=1)
        values = {
            "process_start_time_seconds": self.started.timestamp(),
            "process_cpu_seconds_total": self.cpu,
            "process_resident_memory_bytes": 8.1e7 + 4e6 * min(hours, 6) / 6 + random.gauss(0, 4e5),
            "process_open_fds": 14 + random.randrange(9),
            "up": 1,
            "scrape_duration_seconds": 0.011 + random.gauss(0, 0.001),
            "scrape_samples_scraped": 6050 + random.randrange(25),
        }
        for name, value in values.items():
            yield _line(Sample(name, {}, value), moment)


def _clock(random: Random) -> tuple[Reading, ...]:
    servers = (("ntp1.example.com", 0.004), ("ntp2.example.com", -0.003), ("ntp3.example.com", 0.011))
    return tuple(Reading(name, Time(offset + random.gauss(0, 0.0015), 0.001, 2, 0.02)) for name, offset in servers)


def _lines(state: State, moment: datetime, wanted: Callable[[str], bool], *, whole: bool = False) -> Iterator[str]:
    for metric in collect(state.snapshot()):
        for sample in metric.samples:
            if wanted(sample.name) or (whole and "target" not in sample.labels):
                yield _line(sample, moment)


def _line(sample: Sample, moment: datetime) -> str:
    labels = {**sample.labels, "job": "aescan", "instance": "aescan.example.com:10722"}
    written = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items() if value)
    return f"{sample.name}{{{written}}} {float(sample.value)!r} {moment.timestamp():.3f}\n"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _observed(scanning: Scanning, host: Host, target: Target, moment: datetime, random: Random) -> Observation:
    lost = host.lost is not None and host.lost[0] <= moment < host.lost[1]
    if lost or random.random() < ODD_FAILURES:
        reason = host.reason if lost else Reason.TIMEOUT
        return Observation(target, moment, 10.0, 1, Failed(reason, "made up"))
    presented = [chain for since, chain in host.chains if since <= moment][-1]
    old = presented[0].validity.not_after < OLD
    capture = Capture(
        certificates=tuple(identity.der for identity in presented),
        version="TLS 1.0" if old else "TLS 1.2",
        cipher_suite="TLS_RSA_WITH_AES_128_CBC_SHA" if old else "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        client_certificate=ClientCertificate.NOT_REQUESTED,
        hello="tls12",
        address="192.0.2.1",
        protocols=tuple(Protocol(version, (version < "TLS 1.1") == old) for version in VERSIONS),
    )
    seen = scanning.judge(target, capture, moment)
    return Observation(target, moment, random.uniform(0.02, 0.09), 1, seen)


def estate(now: datetime, random: Random, lab: Authorities) -> tuple[Host, ...]:
    """Return the hosts: what each presents is drawn, of which kind how many are is not."""
    told = partial(_told, now, random)
    kinds: list[Callable[[str], Chains]] = []
    for before in (_legacy, _own_default, _own_default):
        kinds += [partial(_replaced, now, random, lab, partial(told, before, lab))] * 6
    for kind, hosts in ((_legacy, 7), (_own_default, 12), (_sip, 14), (_system_manager, 14), (_odd, 6), (_recipe, 2)):
        kinds += [partial(_kept, partial(told, kind, lab))] * hosts
    kinds += [partial(_yearly, now, random, lab)] * (HOSTS - len(kinds))
    random.shuffle(kinds)
    return tuple(_host(number, kind, now, random) for number, kind in enumerate(kinds, start=1))


def _host(number: int, kind: Callable[[str], Chains], now: datetime, random: Random) -> Host:
    name = f"aes{number:03d}.example.com"
    site = random.choice(SITES)
    labels = {"site": site, "owner": OWNERS[site]} if site else {}
    source = f"{site or 'other'}.yml".lower()
    targets = tuple(
        Target(f"{name}:{port}", name, port, service, server_name=name, protocols=True, labels=labels, source=source)
        for service, port in PORTS
    )
    return Host(
        targets,
        kind(name),
        _lost(number, now, random),
        random.choice((Reason.TIMEOUT, Reason.REFUSED, Reason.UNREACHABLE)),
    )


def _lost(number: int, now: datetime, random: Random) -> tuple[datetime, datetime] | None:
    """Return when a host cannot be reached: a few since weeks or hours, a few for three hours of the last day."""
    for_good, for_hours = 5, 9
    if number % 23 == for_good:
        return now - timedelta(hours=random.randrange(5, 900)), now + timedelta(days=1)
    begin = now - timedelta(hours=random.randrange(4, 20))
    return (begin, begin + timedelta(hours=3)) if number % 23 == for_hours else None


Kind = Callable[[datetime, Random], stories.Teller]


def _told(now: datetime, random: Random, kind: Kind, lab: Authorities, name: str) -> Sequence[Identity]:
    return kind(now, random)(lab, name, now).presented


def _kept(told: Callable[[str], Sequence[Identity]], name: str) -> Chains:
    return ((EVER, told(name)),)


def _replaced(
    now: datetime, random: Random, lab: Authorities, told: Callable[[str], Sequence[Identity]], name: str
) -> Chains:
    ago = random.randrange(4, 110)
    fresh = stories.ends_in(365 - ago, lab, name, now).presented
    return (EVER, told(name)), (now - timedelta(days=ago), fresh)


def _yearly(now: datetime, random: Random, lab: Authorities, name: str) -> Chains:
    """Return certificates of the site's PKI, of which one follows the other ten days before its end."""
    left = random.choice((random.randrange(3, 360), random.randrange(70, 360)))
    before = stories.ends_in(left - 355, lab, name, now).presented
    return (EVER, before), (now - timedelta(days=365 - left), stories.ends_in(left, lab, name, now).presented)


def _legacy(_now: datetime, _random: Random) -> stories.Teller:
    return stories.legacy_default


def _own_default(now: datetime, random: Random) -> stories.Teller:
    end = now + timedelta(days=random.randrange(-8, 300))
    return lambda lab, name, _: stories.self_signed_default(lab, name, end)


def _sip(_now: datetime, _random: Random) -> stories.Teller:
    return stories.outlives_authority


def _system_manager(_now: datetime, random: Random) -> stories.Teller:
    return partial(stories.system_manager, 0, random.randrange(128, 136))


def _odd(_now: datetime, random: Random) -> stories.Teller:
    kinds = (stories.out_of_order, stories.leaf_twice, stories.intermediate_missing, stories.sha1_root)
    return random.choice(kinds)


def _recipe(_now: datetime, _random: Random) -> stories.Teller:
    return stories.notice_recipe
