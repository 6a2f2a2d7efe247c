"""
What is known of clients and of changes as text, for ``aescan --clients``: every fact with its source and confidence.

Profiles and changes come in, text goes out, folded for a terminal of eighty columns.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from textwrap import fill
from typing import Final

from aescan.settings.profiles import Change, ClientProfile, Fact

WIDTH: Final = 80
UNKNOWN: Final = "(no text tells)"
INDENT: Final = " " * 4

EXPECTED: Final = ("protocols", "cipher_suites", "name", "trusts")
"""Facts without which a client is never said to work, so that their absence is told."""


def client_manual(profiles: Iterable[ClientProfile], changes: Iterable[Change]) -> str:
    """Return everything that is known of ``profiles`` and ``changes``; no final newline."""
    return "\n\n\n".join([*map(_client, profiles), *map(_change, changes)])


def _client(profile: ClientProfile) -> str:
    services = ", ".join(profile.services) or "all"
    lines = [fill(f"{profile.key}: {profile.title}", WIDTH), f"services: {services}"]
    if profile.trust_store:
        lines.append(f"trust store in the settings: {profile.trust_store}")
    return "\n".join([*lines, *_facts(profile)])


def _change(change: Change) -> str:
    return "\n".join([fill(f"after {change.key}: {change.title}", WIDTH), *_facts(change)])


def _facts(of: ClientProfile | Change) -> Iterator[str]:
    for name in (field.name for field in fields(of)):
        match getattr(of, name):
            case Fact(value=value, source=source, confidence=confidence):
                yield ""
                yield fill(f"{name}: {_shown(value)}", WIDTH, subsequent_indent=INDENT, break_on_hyphens=False)
                about = f"{confidence}: {source}"
                yield fill(about, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT, break_on_hyphens=False)
            case None if name in EXPECTED and isinstance(of, ClientProfile):
                yield ""
                yield f"{name}: {UNKNOWN}"


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
