"""A fixed estate for the tests of the exporter, its page read back, and a sweep whose progress a test controls."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from prometheus_client.parser import text_string_to_metric_families as parse_text

from aescan.certificates.chain import decode
from aescan.certificates.trust import Distrust, Verdict
from aescan.errors import Reason
from aescan.exporter.configuration import Configuration
from aescan.exporter.negotiation import Format
from aescan.exporter.pages import render
from aescan.exporter.state import Build, Sent, Snapshot, State
from aescan.exporter.web.tls import OwnCertificate
from aescan.findings.clients import Compatibility
from aescan.findings.demands import Demand
from aescan.findings.model import Severity
from aescan.inventory.model import Target
from aescan.observation import Observation, Seen
from aescan.probe.clock import Reading
from aescan.probe.sntp import Time
from aescan.sources.feeds import Standing
from aescan.tls.capture import Capture
from tests.facts import INTERMEDIATE, LEAF, NOW, ROOT, answering, failed, finding, name, seen, target, trusting

BUILD = Build("1.2.3", "3.11.7", "OpenSSL 3.0.17 1 Jul 2025")

SOUND = target("aes1.example.com", 4722, "dmcc", site="Stockholm", owner="telephony")
LOST = target("aes2.example.com", 8443, "oam", site="Berlin")
NEW = target("aes3.example.com", 450, "tsapi")
ODD = replace(target("2001:db8::1", 443, ""), name='odd "one"\n\\')

CLIENTS = (
    Compatibility("java", None, (Demand.TRUST,), "its trust store must hold the CA"),
    Compatibility("gate", True, (), "it was proved"),
    Compatibility("openssl", False, (Demand.NAME,), "aes1 is dialled"),
)
LEGACY = (finding("expired", Severity.CRITICAL), finding("sha1_signature", Severity.CRITICAL))
UNREADABLE = replace(
    LEAF,
    serial_number=None,
    subject=None,
    issuer=name(("CN", 'a "quoted" \\ name' + "n" * 300)),
    not_before=None,
    not_after=None,
    key_bits=None,
    public_key_sha256=None,
    unreadable=("not_after: month 13",),
)


SOURCES = (
    Standing("inventory.yml", (), NOW),
    Standing("https://cmdb.example.com/sd", (), NOW - timedelta(days=1), ("the answer is 500",)),
    Standing("sd/none.json", (), None, ("there is no such file",)),
)

VERDICTS = (
    Verdict("jtapi", True, None, "the chain leads to CN=Example Root CA"),
    Verdict("dmcc", False, Distrust.EXPIRED, "CN=Example Root CA ended"),
    Verdict("lab", None, Distrust.UNSUPPORTED, "unknown"),
)


def sound(moment_after: timedelta = timedelta(0)) -> Observation:
    """Return the sound target as seen that long after NOW."""
    return seen(SOUND, LEAF, INTERMEDIATE, findings=(finding(),), moment=NOW + moment_after, clients=CLIENTS)


def estate() -> State:
    """Return a state with a sound, a lost, a never probed and an odd target, after one complete sweep."""
    state = State((SOUND, LOST, NEW, ODD), NOW - timedelta(hours=1), BUILD)
    state.observe(sound())
    lost = seen(LOST, LEAF, INTERMEDIATE, ROOT, findings=LEGACY, moment=NOW - timedelta(days=2))
    state.observe(trusting(answering(lost, SSL_2_0=None, TLS_1_0=True, TLS_1_3=False), *VERDICTS))
    state.observe(failed(LOST, Reason.TIMEOUT, moment=NOW))
    state.observe(seen(ODD, UNREADABLE, findings=(finding("unreadable_certificate", Severity.WARNING),)))
    state.finish_sweep(NOW + timedelta(seconds=2), 1.5)
    state.plan_sweep(NOW + timedelta(hours=2))
    state.note_clock(
        (Reading("ntp1.example.com", Time(-0.0125, 0.001, 2, 0.02)), Reading("ntp2.example.com", None, "no"))
    )
    state.own_certificates = lambda: (OwnCertificate("/etc/aescan/web.pem", NOW + timedelta(days=90)),)
    state.history_up = lambda: True
    state.sources = lambda: SOURCES
    state.events = lambda: (Sent("udp://syslog.example.com:514", 7, 1),)
    return state


def snapshot(*observations: Observation) -> Snapshot:
    """Return what is known after these observations of targets that are all in the inventory."""
    state = State([observation.target for observation in observations], NOW, BUILD)
    for observation in observations:
        state.observe(observation)
    return state.snapshot()


Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


def page(of: Snapshot, form: Format = Format.TEXT) -> str:
    """Return the page of that snapshot."""
    return render(of, form).body.decode()


def series(of: Snapshot) -> Series:
    """Return every series on the page as Prometheus sees it, where an empty label is none; each stands there once."""
    found: Series = {}
    for family in parse_text(page(of)):
        for sample in family.samples:
            key = sample.name, frozenset((label, value) for label, value in sample.labels.items() if value)
            assert key not in found
            found[key] = sample.value
    return found


def rows(of: Snapshot, metric: str) -> list[tuple[dict[str, str], float]]:
    """Return labels and value of each series of one metric."""
    return [(dict(labels), value) for (found, labels), value in series(of).items() if found == metric]


class FakeSweep:
    """
    A sweep that answers for each target when the test lets it, and counts itself.

    ``answers``
        What to yield for a target, a sound chain unless told.
    ``go``
        Clear it to hold every sweep before each answer; a held sweep hangs until set or cancelled.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[Target], Observation]] = {}
        self.go = asyncio.Event()
        self.go.set()
        self.held = asyncio.Event()
        self.begun = 0
        self.ended = 0
        self.under_way = 0
        self.most_under_way = 0

    async def __call__(self, targets: tuple[Target, ...]) -> AsyncIterator[Observation]:
        """Yield an observation of each target."""
        self.begun += 1
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            for each in targets:
                if not self.go.is_set():
                    self.held.set()
                    await self.go.wait()
                yield self.answers.get(each.name, seen)(each)
            self.ended += 1
        finally:
            self.under_way -= 1


def judged(_of: Target, capture: Capture, _moment: datetime) -> Seen:
    """Return what a capture comes to where nothing is wrong."""
    return Seen(capture, decode(capture), ())


def configuration(sweep: FakeSweep, *targets: Target, interval: float = 3600.0) -> Configuration:
    """Return a configuration that sweeps these targets once an hour, unless told."""
    return Configuration(targets, interval, sweep, judged, lambda name, hello: None)


PATIENCE = 60.0
"""Seconds after which a test gives up, by itself: a busy exporter would catch what the test runner throws in."""


async def until(true: Callable[[], bool]) -> None:
    """Return when ``true()`` is."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.005)
