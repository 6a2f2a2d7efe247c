"""A file that was changed in any way has another stamp."""

import os
from pathlib import Path

from aescan.exporter.stamps import stamp, stamps


def test_stamp(tmp_path: Path) -> None:
    """Contents, time and the file itself all count; a file that is not there has none."""
    path = tmp_path / "file"
    assert stamp(path) is None
    path.write_text("a")
    first = stamp(path)
    assert stamp(path) == first
    path.write_text("ab")
    assert stamp(path) != first


def test_same_time_same_size(tmp_path: Path) -> None:
    """A file put in the place of another is another, whatever its date says."""
    path, other = tmp_path / "file", tmp_path / "other"
    path.write_text("a")
    first, status = stamp(path), path.stat()
    other.write_text("b")
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)
    assert stamp(path) != first


def test_stamps(tmp_path: Path) -> None:
    """Each path has its own."""
    path = tmp_path / "file"
    path.write_text("a")
    assert stamps([path, tmp_path / "none"]) == {path: stamp(path), tmp_path / "none": None}
