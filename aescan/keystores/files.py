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
LONGEST_PASSWORD: Final = 1024
"""Bytes."""


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
        raise KeystoreError(_unreadable(error)) from None
    if len(content) > MOST_BYTES:
        raise KeystoreError(f"it is larger than {MOST_BYTES // 1024 // 1024} MiB", foreign=True)
    if not content:
        raise KeystoreError("it is empty", foreign=True)
    return read(content, password)


def password_in(path: Path) -> str:
    """Return the first line of a file that holds a password; raises KeystoreError as ``load`` does."""
    try:
        with path.open("rb") as file:
            line = file.readline(LONGEST_PASSWORD + 1)
    except OSError as error:
        raise KeystoreError(_unreadable(error)) from None
    try:
        password = line.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise KeystoreError("it is no text in UTF-8") from None
    if not password or len(line) > LONGEST_PASSWORD:
        raise KeystoreError(f"its first line is no password of 1 to {LONGEST_PASSWORD} characters")
    return password


def is_folder(path: Path) -> bool:
    """Whether a folder is there; where that cannot be looked at, whoever opens it is told why."""
    try:
        return path.is_dir()
    except OSError:
        return False


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
        raise KeystoreError(_unreadable(error)) from None
    for entry in entries:
        if is_folder(entry):
            if not entry.is_symlink():
                yield from _walk(entry, depth - 1)
        else:
            yield entry


def _unreadable(error: OSError) -> str:
    return f"it cannot be read: {(error.strerror or str(error)).lower()}"
