"""Whom the operator names to ask for the time."""

from datetime import timedelta
from pathlib import Path

import pytest

from aescan.errors import ConfigError
from aescan.settings.clock import DEFAULT, ClockServer, ClockSettings, clock_server
from aescan.settings.load import load_settings
from aescan.settings.model import Settings

WANTED = 'is not an NTP server, such as "ntp.example.com" or "[2001:db8::1]:123"'


def load(folder: Path, clock: str) -> Settings:
    """Return the settings of a file with this under ``clock``."""
    path = folder / "aescan.yml"
    path.write_text(f"clock: {clock}\n", encoding="utf-8")
    return load_settings(path)


def problems(folder: Path, clock: str) -> list[str]:
    """Return the first line of each problem, without the file's name."""
    with pytest.raises(ConfigError) as caught:
        load(folder, clock)
    return [problem.splitlines()[0].split("aescan.yml:")[1] for problem in caught.value.problems]


def test_nobody_is_asked_by_default(tmp_path: Path) -> None:
    """No server is known that the operator did not name."""
    assert load_settings(None).clock == load(tmp_path, "{interval: 1h}").clock == DEFAULT == ClockSettings((), 3600, 2)


def test_every_key(tmp_path: Path) -> None:
    """Lengths of time become seconds; the limit is part of the policy."""
    settings = load(tmp_path, '{servers: [ntp1, "192.0.2.1:1123"], interval: 10m, timeout: 5s, limit: 10s}')

    servers = ClockServer("ntp1", "ntp1"), ClockServer("192.0.2.1:1123", "192.0.2.1", 1123)
    assert settings.clock == ClockSettings(servers, 600.0, 5.0)
    assert settings.policy.clock_limit == timedelta(seconds=10)


def test_one_server_needs_no_list(tmp_path: Path) -> None:
    """As for the inventory."""
    assert load(tmp_path, "{servers: ntp1}").clock.servers == (ClockServer("ntp1", "ntp1"),)


@pytest.mark.parametrize(
    ("written", "server"),
    [
        ("ntp.example.com", ClockServer("ntp.example.com", "ntp.example.com")),
        ("192.0.2.1", ClockServer("192.0.2.1", "192.0.2.1")),
        ("2001:DB8::1", ClockServer("[2001:DB8::1]", "2001:db8::1")),
        ("[2001:db8::1]", ClockServer("[2001:db8::1]", "2001:db8::1")),
        ("[2001:db8::1]:1123", ClockServer("[2001:db8::1]:1123", "2001:db8::1", 1123)),
        ("ntp1:65535", ClockServer("ntp1:65535", "ntp1", 65535)),
        *(
            (odd, None)
            for odd in ("", "ntp1:", "ntp1:0", "ntp1:65536", "[ntp1]", "[::g]", "[1:2]", "1:2:3", "a b", "ntp://a", "ä")
        ),
    ],
)
def test_servers(written: str, server: ClockServer | None) -> None:
    """Names and addresses, with a port or without; without one it is NTP's."""
    assert clock_server(written) == server


def test_mistakes(tmp_path: Path) -> None:
    """Each is told at its place."""
    assert problems(tmp_path, '{servers: [ntp1, "a b", 5, {a: b}], interval: 2s, timeout: 1m, limit: 0s}') == [
        f'1:25: clock.servers[1]: "a b" {WANTED}',
        '1:32: clock.servers[2]: 5 means the number 5 in YAML; write "5" in quotes',
        f"1:35: clock.servers[3]: a mapping {WANTED}",
        "1:54: clock.interval: 2s is not a length of time from 1m to 1d",
        "1:67: clock.timeout: 1m is not a length of time from 1s to 30s",
        "1:78: clock.limit: 0s is not a length of time from 1s to 1d",
    ]


def test_a_server_twice(tmp_path: Path) -> None:
    """It would count twice."""
    assert problems(tmp_path, "{servers: [a, b, a]}") == ["1:8: clock: the server a is named twice"]


@pytest.mark.parametrize("servers", ["{a: b}", str([f"ntp{number}" for number in range(17)])])
def test_no_list(tmp_path: Path, servers: str) -> None:
    """Neither a mapping nor a crowd."""
    (problem,) = problems(tmp_path, f"{{servers: {servers}}}")
    assert problem.endswith("is not an NTP server, or a list of at most 16")
