"""
Finds and reads the files of target groups that patterns stand for.

Patterns come in, the paths there are now and their bytes go out. A pattern without an asterisk stands for its file,
whether that is there or not; one with an asterisk for what it matches, which may be nothing. Everything here waits for
the disk.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from aescan.errors import ConfigError
from aescan.text import printable

MOST_FILES: Final = 10_000
"""That one pattern may match: more is a slip of the operator's."""


def files(patterns: Iterable[Path]) -> tuple[Path, ...]:
    """Return the files, pattern by pattern, each once; raise ConfigError where there are too many of them."""
    found: dict[Path, None] = {}
    for pattern in patterns:
        if "*" not in pattern.name:
            found[pattern] = None
            continue
        try:
            matched = sorted(path for path in pattern.parent.iterdir() if fnmatchcase(path.name, pattern.name))
        except (FileNotFoundError, NotADirectoryError):  # a disk that is not mounted is no estate that has gone
            raise ConfigError([f"{printable(str(pattern))}: there is no such folder"]) from None
        except OSError as error:
            why = f"the folder cannot be read: {(error.strerror or str(error)).lower()}"
            raise ConfigError([f"{printable(str(pattern))}: {why}"]) from None
        if len(matched) > MOST_FILES:
            raise ConfigError([f"{printable(str(pattern))}: these are more than {MOST_FILES:,} files; merge them"])
        found.update(dict.fromkeys(matched))
    return tuple(found)
