"""
What is in force, as ``/config`` shows it: the settings and the web configuration, in the form of their files.

Plain data without secrets comes in, YAML of two documents goes out, the first of which may be taken as a settings file.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import yaml


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
