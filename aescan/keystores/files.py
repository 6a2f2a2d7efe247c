"""
Files and folders of certificates, read from disk: the only place of this room that opens anything.

A path comes in, the files below it or the ``Bundle`` of one go out. Depth, number and size are bounded; symbolic links
to folders are not followed, so no folder is walked for ever.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from aescan.errors import KeystoreError
from aescan.keystores.model import Bundle
from aescan.keystores.read import read

MOST_BYTES: Final = 16 * 1024 * 1024
"""Bytes of one file: a hundred times the trust store of a Java runtime."""
MOST_FILES: Final = 10_000
"""Files below one folder."""
DEEPEST: Final = 16
"""Folders in each other."""


def load(path: Path, password: str | None = None) -> Bundle:
    """Return what the file at ``path`` holds; raises KeystoreError, whose text does not repeat the path."""
    try:
        if not path.exists():
            raise KeystoreError("there is no such file")
        if not path.is_file():  # a pipe or a device might never end
            raise KeystoreError("it is no regular file")
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise KeystoreError(f"it cannot be read: {(error.strerror or str(error)).lower()}") from None
    if len(content) > MOST_BYTES:
        raise KeystoreError(f"it is larger than {MOST_BYTES // 1024 // 1024} MiB", foreign=True)
    if not content:
        raise KeystoreError("it is empty", foreign=True)
    return read(content, password)


def below(folder: Path) -> tuple[Path, ...]:
    """Return the files in ``folder`` and its folders, sorted; raises KeystoreError."""
    found: list[Path] = []
    for path in _walk(folder, DEEPEST):
        found.append(path)
        if len(found) > MOST_FILES:
            raise KeystoreError(f"there are more than {MOST_FILES:,} files below it")
    return tuple(found)


def _walk(folder: Path, depth: int) -> Iterator[Path]:
    if not depth:
        raise KeystoreError(f"folders stand more than {DEEPEST} deep in each other")
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise KeystoreError(f"it cannot be read: {(error.strerror or str(error)).lower()}") from None
    for entry in entries:
        if entry.is_dir():
            if not entry.is_symlink():
                yield from _walk(entry, depth - 1)
        else:
            yield entry
