"""
What is in force, as ``/config`` shows it: the settings and the web configuration, in the form of their files.

Plain data without secrets comes in, YAML of two documents goes out, the first of which may be taken as a settings file.
Some settings are read at the start only: which, and what of them a reload would change, is told here too.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import yaml

AT_START: Final = ("listen_address", "history", "events")
"""Keys of the settings that a reload does not take up."""


def changed(first: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys that only a restart takes up and that are others now than at the start."""
    return tuple(key for key in AT_START if first.get(key) != now.get(key))


def taken_up(first: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of ``now`` with those of the start in the place of what a reload does not take up."""
    kept = {key: first[key] for key in AT_START if key in first}
    return {key: kept.get(key, value) for key, value in now.items() if key in kept or key not in AT_START} | kept


class _Dumper(yaml.SafeDumper):
    """Writes a value out wherever it stands, and not as a reference to where it stood before."""

    def ignore_aliases(self, _data: object) -> bool:
        """Whether no value is to be marked."""
        return True


def render(settings: Mapping[str, Any], web: Mapping[str, Any], loaded: datetime) -> str:
    """
    Return the page.

    ``loaded``
        When the settings were taken up, aware UTC.
    """
    parts = [
        f"# Settings in force since {loaded:%Y-%m-%dT%H:%M:%SZ}. Passwords and the like are not shown.\n",
        _yaml(settings),
    ]
    parts += ["---\n# Web configuration in force.\n", _yaml(web)]
    return "".join(parts)


def _yaml(data: Mapping[str, Any]) -> str:
    text: str = yaml.dump(dict(data), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return text
