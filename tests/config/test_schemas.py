"""The schemas for editors are those of the models, take what aescan takes, and refuse what it refuses."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from aescan.errors import ConfigError
from aescan.inventory.load import load_targets
from aescan.settings.load import load_settings
from aescan.settings.model import Settings
from config.source.__main__ import encoded
from config.source.comments import comments
from config.source.schemas import FOLDER, SCHEMAS, Schema, made

SETTINGS, INVENTORY = SCHEMAS


def by_name(schema: Schema) -> str:
    """Return what a test of this schema is called."""
    return schema.name


def mistakes(schema: Schema, text: str) -> list[str]:
    """Return where the schema finds mistakes in a file with this text."""
    validator = Draft202012Validator(json.loads(schema.path.read_text(encoding="utf-8")))
    found = validator.iter_errors(yaml.safe_load(text))
    return sorted(error.json_path for error in found)


@pytest.mark.parametrize("schema", SCHEMAS, ids=by_name)
def test_files_are_as_made(schema: Schema) -> None:
    """The files hold what ``make schemas`` writes, to the letter, and are schemas."""
    text = schema.path.read_text(encoding="utf-8")

    assert text == encoded(made(schema))
    Draft202012Validator.check_schema(json.loads(text))


@pytest.mark.parametrize("schema", SCHEMAS, ids=by_name)
def test_samples_are_taken(schema: Schema) -> None:
    """The samples fit their schemas, and tell editors of them in their first line."""
    text = (FOLDER / schema.sample).read_text(encoding="utf-8")

    assert mistakes(schema, text) == []
    assert text.splitlines()[0] == f"# yaml-language-server: $schema={schema.name}"


def parts(data: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield every key of a schema: the name of its mapping, its own, and what is said of its value."""
    for name, part in {"": data, **data["$defs"]}.items():
        for key, form in part["properties"].items():
            yield name, key, form


@pytest.mark.parametrize("schema", SCHEMAS, ids=by_name)
def test_every_key_has_a_form_and_a_description(schema: Schema) -> None:
    """No key takes anything at all, none is without a word about it, and no mapping takes unknown keys."""
    data = made(schema)
    for name, key, form in parts(data):
        assert form.keys() & {"type", "anyOf", "$ref", "enum", "const"}, (name, key)
        assert len(form["description"]) > 10, (name, key)
    assert all(part["additionalProperties"] is False for part in (data, *data["$defs"].values()))


WRONG_SETTINGS = {
    "colour: green": ["$"],
    "timeout: 10": ["$.timeout"],
    "timeout: soon": ["$.timeout"],
    "concurrency: 0": ["$.concurrency"],
    'concurrency: "500"': ["$.concurrency"],
    "full_handshake: maybe": ["$.full_handshake"],
    "listen_address: somewhere": ["$.listen_address"],
    'history: {path: ""}': ["$.history.path"],
    "clock: {servers: [a b]}": ["$.clock.servers"],
    "events: {syslog: [{address: syslog.example.com}]}": ["$.events.syslog[0].address"],
    "events: {facility: news}": ["$.events.facility"],
    'probe: {allow: ["10.0.0.0/8 or so"]}': ["$.probe.allow[0]"],
    "policy: {cliff: {share: 2}}": ["$.policy.cliff.share"],
    "policy: {thresholds: {notice: 60d and more}}": ["$.policy.thresholds.notice"],
    "policy: {minimum_rsa_bits: 17}": ["$.policy.minimum_rsa_bits"],
    "inventory: [{file: a.yml, labels: {host: a}}]": ["$.inventory"],
    "inventory: [{file_sd: a.csv}]": ["$.inventory"],
    "inventory: [{http_sd: {url: cmdb}}]": ["$.inventory"],
    "inventory: [{http_sd: {url: 'http://a', authorization: {type: x y, credentials_file: a}}}]": ["$.inventory"],
    "trust_stores: [{files: a.jks}]": ["$.trust_stores[0]"],
}


@pytest.mark.parametrize("text", WRONG_SETTINGS)
def test_wrong_settings(text: str, tmp_path: Path) -> None:
    """What the schema refuses, aescan refuses."""
    path = tmp_path / "aescan.yml"
    path.write_text(f"{text}\n", encoding="utf-8")

    assert mistakes(SETTINGS, text) == WRONG_SETTINGS[text]
    with pytest.raises(ConfigError):
        load_settings(path)


WRONG_INVENTORIES = {
    "hosts: aes1": ["$.hosts"],
    "host: [aes1]": ["$"],
    "hosts: [https://aes1]": ["$.hosts[0]"],
    "hosts: [{name: aes1}]": ["$.hosts[0]"],
    "hosts: [{host: aes1, ports: [0]}]": ["$.hosts[0]"],
    "hosts: [{host: aes1, ports: [70000]}]": ["$.hosts[0]"],
    "hosts: [{host: aes1, address: aes2}]": ["$.hosts[0]"],
    "hosts: [{host: aes1, sni: true}]": ["$.hosts[0]"],
    "hosts: [{host: aes1, views: [blue]}]": ["$.hosts[0]"],
    "hosts: [{host: aes1, labels: {__name: x}}]": ["$.hosts[0]"],
    "groups: [{name: a, hosts: [aes1], colour: green}]": ["$.groups[0]"],
    "{defaults: {release: 8.1}, hosts: [aes1]}": ["$.defaults.release"],
    "{defaults: {thresholds: {warning: 30}}, hosts: [aes1]}": ["$.defaults.thresholds.warning"],
}


@pytest.mark.parametrize("text", WRONG_INVENTORIES)
def test_wrong_inventories(text: str, tmp_path: Path) -> None:
    """Likewise in an inventory."""
    path = tmp_path / "inventory.yml"
    path.write_text(f"{text}\n", encoding="utf-8")

    assert mistakes(INVENTORY, text) == WRONG_INVENTORIES[text]
    with pytest.raises(ConfigError):
        load_targets(Settings(), (path,), ())


SOUND_SETTINGS = (
    "inventory: inventory.yml",
    "inventory: [a.yml, {file: b.csv, format: csv, labels: {site: paris}}]",
    "inventory: [{file_sd: a.yml}, {file_sd: ['a/*.json', b.YAML]}, {file_sd: {files: b.json}, interval: 15m}]",
    "inventory: {http_sd: {url: 'https://a/b?c=d', basic_auth: {username: a, password_file: b}}, labels: {a: b}}",
    "clock: {servers: ntp.example.com}",
    'clock: {servers: ["[2001:db8::1]:123", "2001:db8::1", 192.0.2.1]}',
    'listen_address: "[::1]:10722"',
    'probe: {allow: ["10.0.0.0/8", "2001:db8::/32", "*.example.com", aes1], modules: {slow: {timeout: 20s}}}',
    'policy: {thresholds: {notice: 60d or 50%, warning: "30d"}}',
    'events: {syslog: [{address: "[2001:db8::1]:6514", transport: tls}]}',
)


@pytest.mark.parametrize("text", SOUND_SETTINGS)
def test_sound_settings(text: str, tmp_path: Path) -> None:
    """What aescan takes, the schema takes."""
    path = tmp_path / "aescan.yml"
    path.write_text(f"{text}\n", encoding="utf-8")
    load_settings(path)

    assert mistakes(SETTINGS, text) == []


SOUND_HOSTS = (
    "aes1",
    "aes1.example.com:4722",
    "MÜNCHEN.example.com",
    "192.0.2.1:8443",
    "2001:db8::1",
    "[2001:db8::1]",
    "[2001:db8::1]:4722",
    "10.20.0.0/28",
    "2001:db8::/126",
)


@pytest.mark.parametrize("host", SOUND_HOSTS)
def test_sound_hosts(host: str, tmp_path: Path) -> None:
    """Likewise every way to write a host."""
    path = tmp_path / "inventory.yml"
    text = f'hosts: ["{host}"]\n'
    path.write_text(text, encoding="utf-8")

    assert load_targets(Settings(), (path,), ())
    assert mistakes(INVENTORY, text) == []


def test_comments() -> None:
    """A key has the comment above it, beside it, or of the key above it; one that is commented out counts too."""
    text = """\
# About the file.

# How long
# it takes.
timeout: 1s
pause: 2s

other: 3 # by itself
# Not set: it is prose.
# absent: 4
section:
  # Inside.
  # timeout: 5s
# entries:
#   - name: a # what it is called
#     # In an entry.
#     pause: 6
"""
    keys = {"timeout", "pause", "other", "absent", "section", "entries", "name"}

    assert comments(text, keys) == {
        ("timeout",): "How long it takes.",
        ("pause",): "How long it takes.",
        ("other",): "by itself",
        ("absent",): "Not set: it is prose.",
        ("section",): "Not set: it is prose.",
        ("section", "timeout"): "Inside.",
        ("entries", "name"): "what it is called",
        ("entries", "pause"): "In an entry.",
    }
