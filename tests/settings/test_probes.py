"""The section ``probe`` of the settings."""

from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from aescan.errors import ConfigError
from aescan.settings.load import load_settings
from aescan.settings.probes import LONGEST, MODULES, ProbeModule, ProbeSettings


def load(tmp_path: Path, text: str) -> ProbeSettings:
    """Return the section of a file with this text."""
    path = tmp_path / "aescan.yml"
    path.write_text(text)
    return load_settings(path).probe


def test_whole(tmp_path: Path) -> None:
    """Networks, addresses and names are told apart; a module of the site stands beside the usual ones."""
    text = """\
probe:
  allow: [10.20.0.0/16, 192.0.2.1, 2001:db8::/32, AES1.example.com., "*.lab.example.com"]
  concurrency: 5
  modules: {slow: {timeout: 20s}, tcp: {server_name: aes.example.com}}
"""
    assert load(tmp_path, text) == ProbeSettings(
        networks=(ip_network("10.20.0.0/16"), ip_network("192.0.2.1"), ip_network("2001:db8::/32")),
        names=("aes1.example.com", "*.lab.example.com"),
        concurrency=5,
        modules=dict.fromkeys(MODULES, ProbeModule())
        | {"slow": ProbeModule(20.0), "tcp": ProbeModule(server_name="aes.example.com")},
    )


def test_default(tmp_path: Path) -> None:
    """Nothing is let in by default."""
    assert load(tmp_path, "timeout: 5s") == ProbeSettings()
    assert ProbeSettings().networks == ProbeSettings().names == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("allow: [10.20.0.1/16]", "10.20.0.1/16 has bits set behind its prefix\n"),
        ("allow: [10.20.0.1/16]", "write 10.20.0.0/16"),
        ("allow: ['*']", "is not a network such as 10.20.0.0/16, an address, or a name such as *.example.com"),
        ("allow: ['a.*.example.com']", "is not a network such as 10.20.0.0/16"),
        ("allow: ['10.20.0.300']", "is not a network such as 10.20.0.0/16"),
        ("allow: [7]", "7 is not a network, an address or a name"),
        ("concurrency: 31", "31 is not a whole number from 1 to 30"),
        ("modules: {a: {timeout: 26s}}", "26s"),
        ("modules: {a: {prober: tcp}}", "there is no such key"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, problem: str) -> None:
    """Each mistake is told."""
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, f"probe: {{{text}}}")
    assert problem in "\n".join(refused.value.problems)


def test_longest() -> None:
    """A probe on demand is over before the exporter gives a request up."""
    assert timedelta(seconds=30) > LONGEST
