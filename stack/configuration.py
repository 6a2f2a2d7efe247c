"""
The samples of ``config/`` as a run of the stack needs them: at other addresses and, where asked for, in a hurry.

YAML of the samples comes in, YAML of the run goes out; nothing else is changed, so that what runs is what operators
load. Comments are lost. Files are read and written here, nothing is started.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import yaml

SAMPLES: Final = Path(__file__).parent.parent / "config"
ADDRESSES: Final = {
    "aescan": "127.0.0.1:10722",
    "prometheus": "127.0.0.1:9090",
    "alertmanager": "127.0.0.1:9093",
    "receiver": "127.0.0.1:10724",
}
"""Where the samples have each part of the stack, or its own default."""

DURATIONS: Final = frozenset(
    {
        "scrape_interval", "evaluation_interval", "interval", "for", "keep_firing_for",
        "group_wait", "group_interval", "repeat_interval",
    }
)  # fmt: skip
"""Keys of Prometheus and the Alertmanager that say how often, and for how long something is waited."""

HURRY: Final = 60
"""How many times faster a hurried stack is: a minute becomes a second."""

LEAST: Final = 1000
"""Milliseconds below which nothing is hurried: no Prometheus scrapes and evaluates well many times a second."""

UNITS: Final = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000, "y": 31_536_000_000}
"""Milliseconds of each unit of Prometheus's durations."""

Yaml = dict[str, "Yaml"] | list["Yaml"] | str | int | float | bool | None


def hurried(document: Yaml) -> Yaml:
    """
    Return the document with each of its ``DURATIONS`` divided by ``HURRY``, down to a second.

    Expressions stay as they are: the limits of the rules, and for how long they remember, are about certificates and
    not about the machinery.
    """
    if isinstance(document, dict):
        return {
            key: _shortened(value) if key in DURATIONS and isinstance(value, str) else hurried(value)
            for key, value in document.items()
        }
    return [hurried(value) for value in document] if isinstance(document, list) else document


def _shortened(duration: str) -> str:
    parts = re.findall(r"(\d+)(ms|[smhdwy])", duration)
    return f"{max(sum(int(count) * UNITS[unit] for count, unit in parts) // HURRY, LEAST)}ms"


def relocated(document: Yaml, addresses: Mapping[str, str]) -> Yaml:
    """Return the document with every address of ``ADDRESSES`` replaced by that of the same part in ``addresses``."""
    if isinstance(document, dict):
        return {key: relocated(value, addresses) for key, value in document.items()}
    if isinstance(document, list):
        return [relocated(value, addresses) for value in document]
    if not isinstance(document, str):
        return document
    known = {ADDRESSES[part]: address for part, address in addresses.items()}
    named = "|".join(rf"{re.escape(address)}\b" for address in known)
    return re.sub(named, lambda found: known[found[0]], document)


def write(folder: Path, addresses: Mapping[str, str], *, hurry: bool) -> None:
    """Write ``prometheus/`` with its rules and ``alertmanager/`` into the folder, from the samples."""

    def adapted(document: Yaml) -> Yaml:
        return relocated(hurried(document) if hurry else document, addresses)

    for sample in (*(SAMPLES / "prometheus").glob("*.yml"), SAMPLES / "alertmanager" / "alertmanager.yml"):
        rewrite(sample, folder / sample.relative_to(SAMPLES), adapted)


def rewrite(source: Path, destination: Path, change: Callable[[Yaml], Yaml]) -> None:
    """Write what the change makes of the source, keys in their order."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    changed = change(yaml.safe_load(source.read_text(encoding="utf-8")))
    destination.write_text(yaml.safe_dump(changed, sort_keys=False, width=120), encoding="utf-8")
