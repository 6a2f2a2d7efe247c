"""
A file's settings written out again, as they are in force: with the default of each key that was left out.

What the file said comes in with its model; plain data goes out that the same model takes, and that means the same.
Secrets never stand in it: the file names the files that hold them, and what an address has behind its path is left out.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from aescan.settings import duration
from aescan.settings.model import Settings
from aescan.settings.validation import Entry

SECRET: Final = "<secret>"  # noqa: S105 - the very opposite
"""What stands in the place of a secret, as in Prometheus."""


def written(model: type[Entry], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys of ``model`` in its order: what ``data`` says, else the default, where there is one to write."""
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        part = field.annotation
        if name not in data:
            value = plain(field.get_default(call_default_factory=True))
        elif isinstance(part, type) and issubclass(part, Entry) and isinstance(data[name], Mapping):
            value = written(part, data[name])
        else:
            value = without_secrets(data[name])
        if value not in (None, ""):
            found[name] = value
    return found


def in_force(settings: Settings, history: Path | None, inventories: Iterable[Path]) -> dict[str, Any]:
    """
    Return the settings written out with what the command line says otherwise of the history and the inventory.

    Its paths are not those of the file's folder, and so written in full.
    """
    found = dict(settings.written)
    found["timeout"] = duration.show(timedelta(seconds=settings.timeout))
    found["connect_timeout"] = duration.show(timedelta(seconds=settings.connect_timeout))
    found |= {"concurrency": settings.concurrency, "full_handshake": settings.full_handshake}
    if history is not None:
        found["history"] = {**found["history"], "path": str(history.absolute())}
    files = found["inventory"] if settings.inventory else []
    files = [files] if isinstance(files, str | dict) else files
    found["inventory"] = [*files, *(str(path.absolute()) for path in inventories)]
    return found


def plain(value: Any) -> Any:  # noqa: ANN401 (a default may be anything)
    """Return a default as the file would write it; None for nothing to write."""
    match value:
        case Entry():
            parts = {name: plain(getattr(value, name)) for name in type(value).model_fields}
            return {name: part for name, part in parts.items() if part not in (None, "")}
        case timedelta():
            return duration.show(value)
        case None | bool() | int() | float():
            return value
        case () | {}:
            return [] if value == () else {}
        case _:
            return str(value)


def without_secrets(value: Any, key: str = "") -> Any:  # noqa: ANN401 (whatever the file says)
    """Return what a file says, lists as lists; of an address no user and no query, which may hold a password."""
    if isinstance(value, Mapping):
        return {name: without_secrets(each, name) for name, each in value.items()}
    if isinstance(value, tuple):
        return [without_secrets(each, key) for each in value]
    if key == "url" and isinstance(value, str):
        parts = urlsplit(value)
        return parts._replace(query=SECRET if parts.query else "", fragment="").geturl()
    return value
