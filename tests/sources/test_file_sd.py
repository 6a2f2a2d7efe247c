"""Patterns stand for the files that are there now."""

from pathlib import Path

import pytest

from aescan.errors import ConfigError
from aescan.sources import file_sd as module
from aescan.sources.file_sd import files


def test_patterns_and_names(tmp_path: Path) -> None:
    """In order, each file once; a name stands for itself even where there is no such file."""
    for name in ("b.json", "a.json", "a.yml", ".c.json"):
        (tmp_path / name).write_text("[]")
    found = files([tmp_path / "none.json", tmp_path / "b.json", tmp_path / "*.json", tmp_path / "x*.yml"])

    assert [path.name for path in found] == ["none.json", "b.json", ".c.json", "a.json"]


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    """Is no folder without files."""
    with pytest.raises(ConfigError, match=r"/none/\*\.json: there is no such folder$"):
        files([tmp_path / "none" / "*.json"])


def test_a_folder_that_cannot_be_read(tmp_path: Path) -> None:
    """Nor is one that the system does not show."""
    with pytest.raises(ConfigError, match=r"/\*\.json: the folder cannot be read: file name too long$"):
        files([tmp_path / ("x" * 300) / "*.json"])
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"/file/\*\.json: there is no such folder$"):
        files([tmp_path / "file" / "*.json"])


def test_there_is_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pattern that matches far too much is a slip."""
    monkeypatch.setattr(module, "MOST_FILES", 1)
    for name in ("b.json", "a.json"):
        (tmp_path / name).write_text("[]")
    with pytest.raises(ConfigError, match=r"\*\.json: these are more than 1 files; merge them$"):
        files([tmp_path / "*.json"])
