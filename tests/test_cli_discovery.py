"""The command reads what discovers targets: once with --once, only the files with --check-config."""

import json
from pathlib import Path

import pytest

from aescan.cli import main


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("sd.json").write_text('[{"targets": ["127.0.0.1:9"], "labels": {"site": "paris"}}]')
    Path("aescan.yml").write_text("{timeout: 1s, inventory: [{file_sd: sd.json}]}")


def test_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Discovered targets are scanned beside the others, with what the arguments ask of all."""
    arguments = ["--once", "--config.file", "aescan.yml", "--format", "json", "--protocols", "127.0.0.1:10"]
    assert main(arguments) == 3
    report = json.loads(capsys.readouterr().out)
    assert {each["target"]: each["labels"] for each in report["targets"]} == {
        "127.0.0.1:9": {"site": "paris"},
        "127.0.0.1:10": {},
    }


def test_once_without_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    """A report in which half an estate is missing is none."""
    Path("sd.json").write_text('[{"targets": ["127.0.0.1"]}]')
    assert main(["--once", "--config.file", "aescan.yml", "127.0.0.1:10"]) == 2
    assert "aescan: sd.json:1:15: targets[0]: 127.0.0.1 has no port" in capsys.readouterr().err


def test_check_config(capsys: pytest.CaptureFixture[str]) -> None:
    """Mistakes in the files are told, and no server is asked."""
    Path("aescan.yml").write_text("inventory: [{file_sd: sd.json}, {http_sd: {url: 'http://192.0.2.1/'}}]")
    assert main(["--check-config", "--config.file", "aescan.yml", "127.0.0.1:10"]) == 0
    assert capsys.readouterr().out == "settings and inventory are sound: 2 targets\n"

    Path("sd.json").write_text("{}")
    assert main(["--check-config", "--config.file", "aescan.yml"]) == 2
    assert "aescan: sd.json:1:1: this cannot be the whole file" in capsys.readouterr().err


def test_demo_asks_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    """The lab is the whole estate of a demo, whatever the settings discover."""
    Path("aescan.yml").write_text("inventory: [{file_sd: none.json}]")
    assert main(["--once", "--config.file", "aescan.yml", "--demo", "--quiet"]) == 1
    assert "none.json" not in capsys.readouterr().err
