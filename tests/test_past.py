"""The modes that look back, as their users run them."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from aescan.cli import main
from aescan.history.store import Store
from aescan.scan.schedule import now
from tests.history.samples import ONE, OTHER, at, leaf, pending


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Make a history with a change 10 days ago, and one 40 days ago."""
    path = tmp_path / "history.db"
    store = Store.open(path)
    for days, of, serial in (50, ONE, 1), (40, ONE, 2), (30, OTHER, 3), (10, OTHER, 4):
        store.commit([pending(at(now() - timedelta(days=days), of, leaf(serial)))])
    store.close()
    return path


def said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Run the command and return what it prints."""
    assert main(arguments) == 0
    return capsys.readouterr().out


def mistake(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Run the command, expect status 2 and nothing printed, and return what is wrong."""
    assert main(arguments) == 2
    output = capsys.readouterr()
    assert output.out == ""
    return output.err


def test_history(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the target named, both of its leaves."""
    output = said(["--history-file", str(path), "--history", ONE.name], capsys)

    assert output.startswith(f"{ONE.name} ({ONE.endpoint}, server name {ONE.host})\nlast probe ")
    assert output.count("serial number") == 2
    assert "  the same key, the same issuer\n" in output


def test_file_of_the_settings(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The settings name the file as well."""
    settings = path.with_name("aescan.yml")
    settings.write_text("history: {path: history.db}\n", encoding="utf-8")

    assert ONE.name in said(["--config.file", str(settings), "--history", ONE.name], capsys)


@pytest.mark.parametrize(
    ("since", "names"), [([], [OTHER.name]), (["--since", "45d"], [ONE.name, OTHER.name]), (["--since", "1h"], [])]
)
def test_changes(path: Path, since: list[str], names: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Those of the last 30 days unless told, the oldest first."""
    output = said(["--history-file", str(path), "--changes", *since], capsys)

    assert [line.split("  ")[1] for line in output.splitlines() if not line.startswith(" ")] == names


def test_no_such_target(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was meant is suggested."""
    assert mistake(["--history-file", str(path), "--history", "aes1.example.com"], capsys) == (
        f"aescan: --history aes1.example.com: the history has no target of that name; did you mean {ONE.name}?\n"
    )
    assert mistake(["--history-file", str(path), "--history", "?"], capsys) == (
        "aescan: --history ?: the history has no target of that name\n"
    )


@pytest.mark.parametrize(
    "arguments", [["--changes"], ["--history", "aes1"], ["--once", "--diff", "aes1:1"]], ids=lambda words: words[-1]
)
def test_no_history(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """These modes need a file."""
    argument = next(word for word in arguments if word in {"--changes", "--history", "--diff"})

    assert mistake(arguments, capsys) == (
        f"aescan: {argument} needs a history: name its file with --history-file, or as history in settings\n"
    )


def test_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Looking back makes none."""
    path = tmp_path / "history.db"

    assert mistake(["--history-file", str(path), "--changes"], capsys) == (
        f"aescan: reading the history {path}: there is no such file\n"
    )
    assert not path.exists()


@pytest.mark.parametrize("mode", [["--changes"], ["--history", ONE.name]])
def test_a_file_that_is_damaged(path: Path, mode: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """It is said, and left as it is."""
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE periods")
    connection.close()
    before = path.read_bytes()

    assert mistake(["--history-file", str(path), *mode], capsys) == (
        f"aescan: reading the history {path}: no such table: periods\n"
    )
    assert path.read_bytes() == before


def test_since_that_is_no_length_of_time(capsys: pytest.CaptureFixture[str]) -> None:
    """An argument says what it takes."""
    with pytest.raises(SystemExit):
        main(["--changes", "--since", "yesterday"])

    assert capsys.readouterr().err.splitlines()[-1] == (
        "aescan: error: argument --since: 'yesterday' is not a length of time from 1s to 3650d, such as 30d"
    )
