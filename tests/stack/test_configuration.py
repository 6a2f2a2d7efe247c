"""The stack runs the samples as operators load them, but for addresses and, in a hurry, waits."""

import subprocess
from pathlib import Path

import pytest
import yaml

from stack.configuration import ADDRESSES, SAMPLES, Yaml, hurried, relocated, write
from tests.tools import tool

ELSEWHERE = {part: f"127.0.0.1:{1000 + number}" for number, part in enumerate(ADDRESSES)}


@pytest.mark.parametrize(
    ("written", "waited"),
    [("1m", "1000ms"), ("150m", "150000ms"), ("1h30m", "90000ms"), ("1d", "1440000ms"), ("30s", "1000ms")],
)
def test_minutes_become_seconds(written: str, waited: str) -> None:
    """Every wait is divided by sixty, and none becomes less than a second."""
    assert hurried({"groups": [{"interval": written, "rules": [{"for": written}]}]}) == {
        "groups": [{"interval": waited, "rules": [{"for": waited}]}]
    }


def test_a_hurry_changes_no_expression() -> None:
    """Limits, ranges and texts are not about the machinery."""
    rule: Yaml = {"record": "x", "expr": "last_over_time(aescan_build_info[1d])", "labels": {"horizon": "30d"}}

    assert hurried({"rules": [rule], "repeats": 3}) == {"rules": [rule], "repeats": 3}


def test_only_whole_addresses_are_replaced() -> None:
    """A longer port is another address; a path stays behind its address."""
    addresses = {"receiver": "receiver:10724", "prometheus": "prometheus:9090"}
    document: Yaml = ["http://127.0.0.1:10724/pager", "127.0.0.1:90909", {"targets": ["127.0.0.1:9090"]}, 9090, None]

    assert relocated(document, addresses) == [
        "http://receiver:10724/pager", "127.0.0.1:90909", {"targets": ["prometheus:9090"]}, 9090, None,
    ]  # fmt: skip


def test_the_samples_as_they_are(tmp_path: Path) -> None:
    """Without a hurry and with the samples' own addresses the run has what the samples have."""
    write(tmp_path, ADDRESSES, hurry=False)

    written = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.yml"))
    assert [path.as_posix() for path in written] == [
        "alertmanager/alertmanager.yml",
        "prometheus/aescan.alerts.yml",
        "prometheus/aescan.rules.yml",
        "prometheus/blackbox.rules.yml",
        "prometheus/prometheus.yml",
    ]
    for path in written:
        assert yaml.safe_load((tmp_path / path).read_text()) == yaml.safe_load((SAMPLES / path).read_text()), path


def test_every_address_of_the_samples_is_known(tmp_path: Path) -> None:
    """With others in their place, no sample has an address of the usual ones left."""
    write(tmp_path, ELSEWHERE, hurry=False)
    texts = [path.read_text() for path in tmp_path.rglob("*.yml")]

    assert not [usual for usual in ADDRESSES.values() for text in texts if usual in text]
    assert {part for part, address in ELSEWHERE.items() for text in texts if address in text} == {
        "aescan", "alertmanager", "receiver",
    }  # fmt: skip


@pytest.mark.parametrize("hurry", [False, True])
def test_what_is_written_is_sound(tmp_path: Path, *, hurry: bool) -> None:
    """Prometheus and the Alertmanager take what is written."""
    write(tmp_path, ELSEWHERE, hurry=hurry)

    for program, what, path in (
        ("promtool", "config", "prometheus/prometheus.yml"),
        ("amtool", "config", "alertmanager/alertmanager.yml"),
    ):
        command = [tool(program, "the Debian package prometheus or prometheus-alertmanager")]
        command += ["check", what] if program == "promtool" else ["check-config"]
        done = subprocess.run([*command, tmp_path / path], capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
