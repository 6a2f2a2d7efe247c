"""
Whether a file is another one than before: paths in, what tells their contents apart out, without reading them.

A file that is replaced within the grain of the clock, by one of the same size, is told by its inode.
"""

from collections.abc import Iterable
from pathlib import Path

Stamp = tuple[int, int, int]
"""Time of the last change in nanoseconds, size in bytes, inode."""


def stamp(path: Path) -> Stamp | None:
    """Return the stamp of the file; None where there is none that can be looked at."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def stamps(paths: Iterable[Path]) -> dict[Path, Stamp | None]:
    """Return the stamp of each file."""
    return {path: stamp(path) for path in paths}
