"""Settings are written out so that they mean the same again, and without what is secret."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from aescan.settings.load import SettingsFile, load_settings
from aescan.settings.written import in_force, plain, without_secrets, written

ROOT = Path(__file__).parents[2]

FILES = [
    "{}",
    "timeout: 2s",
    "inventory: a.yml",
    "inventory: [a.yml, {file: b.csv, labels: {site: paris}}, {file_sd: {files: 'sd/*.json'}}]",
    "{time_zone: Europe/Paris, quiet_hours: ['22:00-06:00'], listen_address: '[::1]:1', concurrency: 7}",
    "clock: {servers: ['[2001:db8::1]:123', ntp.example.com], limit: 90s}",
    "events: {syslog: [{address: 'a:514', transport: tcp}], rate: 3}",
    "probe: {allow: [10.0.0.0/8, '*.example.com'], modules: {slow: {timeout: 20s, server_name: x}}}",
    "{history: {path: a.db, keep: 8d}, policy: {thresholds: {notice: 90d or 50%}, cliff: {share: 0.25}}}",
    (ROOT / "config" / "aescan.yml").read_text(encoding="utf-8"),
]


def dumped(data: dict[str, Any]) -> str:
    """Return settings as a file of them."""
    return yaml.safe_dump(data, sort_keys=False)


@pytest.mark.parametrize("text", FILES)
def test_the_same_again(text: str, tmp_path: Path) -> None:
    """What is shown, read again, gives the settings it was made from, and shows as it was."""
    path = tmp_path / "aescan.yml"
    path.write_text(text, encoding="utf-8")
    first = load_settings(path)
    shown = in_force(first, None, ())
    path.write_text(dumped(shown), encoding="utf-8")
    again = load_settings(path)

    assert again == first
    assert in_force(again, None, ()) == shown


def test_every_key_is_there() -> None:
    """A key left out has its default, but where that is to have none; they stand in the order of the model."""
    shown = written(SettingsFile, {"interval": "15m"})
    absent = {"services", "certificate_patterns", "client_profiles", "jobs"}

    assert list(shown) == [name for name in SettingsFile.model_fields if name not in absent]
    assert (shown["interval"], shown["timeout"], shown["inventory"]) == ("15m", "10s", [])
    assert shown["history"] == {"keep": "400d"}
    assert shown["policy"]["thresholds"] == {"notice": "60d", "warning": "30d", "critical": "15d"}


def test_what_the_command_line_says() -> None:
    """It has the last word, and is shown."""
    settings = replace(load_settings(None), timeout=2.5, connect_timeout=1.0, concurrency=3, full_handshake=True)
    shown = in_force(settings, Path("/a.db"), [Path("b.yml")])

    assert {name: shown[name] for name in ("timeout", "connect_timeout", "concurrency", "full_handshake")} == {
        "timeout": "2500ms",
        "connect_timeout": "1s",
        "concurrency": 3,
        "full_handshake": True,
    }
    assert shown["history"] == {"keep": "400d", "path": "/a.db"}
    assert shown["inventory"] == [str(Path.cwd() / "b.yml")]


def test_without_an_inventory() -> None:
    """Where none is used, as with the lab's estate, none is shown; a single one is shown as a list."""
    settings = replace(load_settings(None), written={"inventory": "a.yml"})
    assert in_force(settings, None, ())["inventory"] == []


def test_secrets() -> None:
    """Of an address only what leads to the server is shown."""
    found = without_secrets({"inventory": ({"http_sd": {"url": "https://x.example.com/a?token=s3cret#s3cret"}},)})

    assert found == {"inventory": [{"http_sd": {"url": "https://x.example.com/a?<secret>"}}]}


def test_defaults() -> None:
    """A default is shown as the file would write it."""
    defaults: list[object] = [timedelta(0), (), {}, None, "", 3, True, 0.5, Path("a")]

    assert [plain(each) for each in defaults] == ["0s", [], {}, None, "", 3, True, 0.5, "a"]
