"""The settings file becomes settings, or all its mistakes at once."""

from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from aescan.errors import ConfigError
from aescan.settings.clients import load_clients
from aescan.settings.jobs import load_jobs
from aescan.settings.load import load_settings
from aescan.settings.model import Settings
from aescan.settings.patterns import shipped_patterns
from aescan.settings.policy import Cliff, Policy, Thresholds
from aescan.settings.profiles import ClientProfile
from aescan.settings.quiet import QuietHours
from aescan.settings.sources import FileSource
from aescan.settings.work import Job

PATTERNS = """\
patterns:
  - {name: mine, meaning: default, product: Mine, issuer: {CN: mine}, source: me, confidence: sourced}
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def load(text: str) -> Settings:
    """Return the settings of a file with this text."""
    path = Path("aescan.yml")
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


def test_no_file_means_the_defaults() -> None:
    """The shipped patterns, clients and jobs are among them."""
    clients = load_clients(None, (), ())
    policy = Policy(patterns=shipped_patterns(), clients=clients.profiles, changes=clients.changes, jobs=load_jobs())
    assert load_settings(None) == Settings(policy=policy)


def test_every_key_is_read() -> None:
    """Each key of the file has its field; lengths of time become seconds, paths are those beside the file."""
    folder = Path("etc")
    folder.mkdir()
    (folder / "mine.yml").write_text(PATTERNS)
    (folder / "jobs.yml").write_text("jobs: [{key: more, title: More, codes: [], steps: []}]\n")
    (folder / "clients.yml").write_text("clients: [{key: gate, title: Door opener, trusted_patterns: [mine]}]\n")
    path = folder / "aescan.yml"
    path.write_text("""\
inventory: [a.yml, /srv/b.yml]
timeout: 1m
connect_timeout: 20s
concurrency: 10
host_concurrency: 3
host_pause: 250ms
connection_rate: 20
full_handshake: true
interval: 2h
backoff: 0s
quiet_hours: ["22:00-06:30", "12:00-13:00"]
time_zone: Europe/Stockholm
listen_address: "[::1]:9000"
services: services.yml
certificate_patterns: mine.yml
client_profiles: clients.yml
jobs: jobs.yml
history: {path: seen/history.db, keep: 30d}
policy: {thresholds: {notice: 90d, critical: 10d}, minimum_rsa_bits: 3072, minimum_ec_bits: 256, maximum_lifetime: 398d,
  cliff: {targets: 10, share: 0.2, within: 14d}}
""")

    settings, shipped = load_settings(path), load_clients(None, (), ())

    assert settings == Settings(
        inventory=(FileSource(Path("etc/a.yml")), FileSource(Path("/srv/b.yml"))),
        timeout=60.0,
        connect_timeout=20.0,
        concurrency=10,
        host_concurrency=3,
        host_pause=0.25,
        connection_rate=20,
        full_handshake=True,
        interval=7200.0,
        backoff=0.0,
        quiet_hours=(QuietHours(time(22), time(6, 30)), QuietHours(time(12), time(13))),
        time_zone=ZoneInfo("Europe/Stockholm"),
        listen_address="[::1]:9000",
        services=Path("etc/services.yml"),
        certificate_patterns=Path("etc/mine.yml"),
        client_profiles=Path("etc/clients.yml"),
        jobs=Path("etc/jobs.yml"),
        history=Path("etc/seen/history.db"),
        history_keep=timedelta(days=30),
        policy=Policy(
            thresholds=Thresholds(timedelta(days=90), timedelta(days=30), timedelta(days=10)),
            minimum_rsa_bits=3072,
            minimum_ec_bits=256,
            patterns=settings.policy.patterns,
            maximum_lifetime=timedelta(days=398),
            cliff=Cliff(10, 0.2, timedelta(days=14)),
            clients=(*shipped.profiles, ClientProfile(key="gate", title="Door opener", trusted_patterns=("mine",))),
            changes=shipped.changes,
            jobs=(*load_jobs(), Job(key="more", title="More", codes=(), steps=())),
        ),
    )
    assert next(pattern.name for pattern in settings.policy.patterns) == "mine"
    assert settings.policy.patterns[1:] == shipped_patterns()


def test_one_inventory_needs_no_list() -> None:
    """A single name stands for a list of one."""
    assert load("inventory: a.yml").inventory == (FileSource(Path("a.yml")),)


def test_a_short_timeout_shortens_connecting() -> None:
    """Only a connect_timeout that is written can be too long."""
    assert load("timeout: 3s").connect_timeout == 3.0


@pytest.mark.parametrize(
    ("line", "said", "column", "hint"),
    [
        ("timout: 10s", "timout: there is no such key", 1, "did you mean timeout?"),
        (
            "timeout: 10",
            "timeout: 10 has no unit",
            10,
            "write one of 10s, 10m, 10h, 10d: seconds, minutes, hours or days",
        ),
        ("timeout: 0s", "timeout: 0s is not a length of time from 1s to 5m", 10, ""),
        ("timeout: 1:30", "timeout: 1:30 is not a length of time from 1s to 5m", 10, ""),
        ("timeout: fast", "timeout: fast is not a length of time from 1s to 5m", 10, ""),
        ('timeout: ""', 'timeout: "" is not a length of time from 1s to 5m', 10, ""),
        (
            "timeout:",
            "timeout: the value is missing; write a length of time from 1s to 5m, or take the key out",
            9,
            "",
        ),
        (
            "connect_timeout: 11s",
            "connect_timeout: 11s is longer than the timeout of 10s",
            18,
            "the timeout covers the whole probe, connecting included",
        ),
        ("concurrency: 0", "concurrency: 0 is not a whole number from 1 to 10000", 14, ""),
        ("concurrency: 1_000", "concurrency: 1_000 means the number 1000 in YAML; write 1000", 14, ""),
        ('concurrency: "5"', 'concurrency: "5" is text; write 5 without quotes', 14, ""),
        ("host_concurrency: 2.5", "host_concurrency: 2.5 is not a whole number from 1 to 100", 19, ""),
        ("host_pause: 2m", "host_pause: 2m is not a length of time from 0s to 1m", 13, ""),
        ("connection_rate: 0", "connection_rate: 0 is not a whole number from 1 to 1000000", 18, ""),
        ("interval: 1s", "interval: 1s is not a length of time from 10s to 7d", 11, ""),
        ("backoff: 8d", "backoff: 8d is not a length of time from 0s to 7d", 10, ""),
        (
            "listen_address: 10722",
            'listen_address: 10722 is not an address and a port, such as ":10722" or "127.0.0.1:10722"',
            17,
            "",
        ),
        (
            "listen_address: ::1:70000",
            'listen_address: ::1:70000 is not an address and a port, such as ":10722" or "127.0.0.1:10722"',
            17,
            "",
        ),
        ("inventory: NO", 'inventory: NO means false in YAML; write "NO" in quotes', 12, ""),
        ("inventory: [a.yml, 5]", 'inventory[1]: 5 means the number 5 in YAML; write "5" in quotes', 20, ""),
        ('inventory: ""', "inventory: the text is empty", 12, ""),
        ("services:", "services: the value is missing; write text, or take the key out", 10, ""),
        ("policy: strict", "policy: strict is not a mapping of keys to values", 9, ""),
        (
            "policy: {thresholds: {warn: 1d}}",
            "policy.thresholds.warn: there is no such key",
            23,
            "did you mean warning?",
        ),
        (
            "policy: {thresholds: {warning: 99d}}",
            "policy.thresholds: notice 60d, warning 99d, critical 15d are out of order",
            22,
            "notice comes first, then warning, then critical",
        ),
        (
            "policy: {minimum_rsa_bits: 100}",
            "policy.minimum_rsa_bits: 100 is not a whole number from 512 to 16384",
            28,
            "",
        ),
    ],
)
def test_each_mistake_is_told(line: str, said: str, column: int, hint: str) -> None:
    """The whole text is the place, the sentence, the line with its caret, and the hint."""
    with pytest.raises(ConfigError) as caught:
        load(line + "\n")
    caret = " " * (column + 3) + "^"
    tail = f"\n    {hint}" if hint else ""
    assert caught.value.problems == (f"aescan.yml:1:{column}: {said}\n    {line}\n{caret}{tail}",)


def test_all_mistakes_of_all_files_are_told_at_once() -> None:
    """The site's catalogues are read even where the settings have mistakes."""
    Path("mine.yml").write_text("pattern: []\n")
    Path("jobs.yml").write_text("jobs: [{key: more, codes: [], steps: []}]\n")
    Path("clients.yml").write_text("clients: [{key: gate, trusted_patterns: [mine]}]\n")
    with pytest.raises(ConfigError) as caught:
        load(
            "concurrency: 0\ncertificate_patterns: mine.yml\nclient_profiles: clients.yml\njobs: jobs.yml\n"
            "interval: 2\ninterval: 1\n"
        )
    assert [text.partition("\n")[0] for text in caught.value.problems] == [
        "aescan.yml:1:14: concurrency: 0 is not a whole number from 1 to 10000",
        "aescan.yml:5:11: interval: 2 has no unit",
        "aescan.yml:6:1: interval: written twice, first in line 5",
        "mine.yml:1:1: the key patterns is missing",
        "mine.yml:1:1: pattern: there is no such key",
        "clients.yml:1:11: clients[0]: the key title is missing",
        "jobs.yml:1:8: jobs[0]: the key title is missing",
    ]


def test_a_missing_pattern_file_is_told() -> None:
    """Its name is that beside the settings."""
    with pytest.raises(ConfigError, match=r"^no\.yml: there is no such file$"):
        load("certificate_patterns: no.yml\n")


def test_a_cliff_is_some_part_of_the_estate() -> None:
    """A share of nothing would make a cliff of every few targets."""
    with pytest.raises(ConfigError) as caught:
        load("policy: {cliff: {share: 0}}")
    (problem,) = caught.value.problems
    assert problem.splitlines()[0] == "aescan.yml:1:25: policy.cliff.share: 0 is not a share from 0.01 to 1"
