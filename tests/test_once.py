"""One sweep, one report: where it goes, what ends it."""

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from aescan.certificates.memory import LEAST, Room
from aescan.errors import ConfigError
from aescan.findings.model import Severity
from aescan.inventory.model import Target
from aescan.observation import Observation
from aescan.once import Sweep, Wanted, gather, once
from aescan.report.formats import renderer
from tests.facts import failed, finding, seen, target

TARGETS = tuple(target(f"aes{number}.example.com") for number in range(3))
WANTED = Wanted(render=renderer("json"), output=None, fail_on=Severity.CRITICAL, progress=False, simulated=False)


def content(folder: Path) -> list[Path]:
    """Return what is in a folder."""
    return list(folder.iterdir())


async def clean(targets: tuple[Target, ...]) -> AsyncIterator[Observation]:
    """Sweep an estate with nothing wrong."""
    for one in targets:
        yield seen(one)


async def with_failure(targets: tuple[Target, ...]) -> AsyncIterator[Observation]:
    """Sweep an estate with one target that gave no chain."""
    yield failed(targets[0])
    for one in targets[1:]:
        yield seen(one)


async def with_warning(targets: tuple[Target, ...]) -> AsyncIterator[Observation]:
    """Sweep an estate with one warning."""
    yield seen(targets[0], findings=(finding(severity=Severity.WARNING),))
    for one in targets[1:]:
        yield seen(one)


@pytest.mark.parametrize(
    ("sweep", "fail_on", "status"),
    [
        (clean, Severity.CRITICAL, 0),
        (with_failure, Severity.CRITICAL, 3),
        (with_warning, Severity.CRITICAL, 0),
        (with_warning, Severity.WARNING, 1),
    ],
)
async def test_status(sweep: Sweep, fail_on: Severity, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit status tells what the report holds, and the report goes to standard output."""
    assert await once(TARGETS, sweep, replace(WANTED, fail_on=fail_on)) == status

    output = capsys.readouterr()
    assert len(json.loads(output.out)["targets"]) == 3
    assert output.err == ""


async def test_room_for_all_chains(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Chains are remembered for as many targets as there are."""
    monkeypatch.setattr("aescan.once.ROOM", room := Room())
    await once(TARGETS * LEAST, lambda _: clean(TARGETS), replace(WANTED, output=tmp_path / "report.json"))
    assert room.chains == 4 * LEAST


async def test_a_file_appears_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The former report stays until the new one is complete, and nothing else is left in the folder."""
    path = tmp_path / "report.json"
    path.write_text("the former one", encoding="utf-8")

    async def watching(targets: tuple[Target, ...]) -> AsyncIterator[Observation]:
        assert path.read_text(encoding="utf-8") == "the former one"
        async for observation in clean(targets):
            yield observation

    assert await once(TARGETS, watching, replace(WANTED, output=path)) == 0
    assert len(json.loads(path.read_text(encoding="utf-8"))["targets"]) == 3
    assert content(tmp_path) == [path]
    assert capsys.readouterr().out == ""


async def test_a_bug_leaves_the_former_report(tmp_path: Path) -> None:
    """What breaks off leaves neither half a report nor an unfinished file."""
    path = tmp_path / "report.json"
    path.write_text("the former one", encoding="utf-8")

    async def broken(targets: tuple[Target, ...]) -> AsyncIterator[Observation]:
        yield seen(targets[0])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await once(TARGETS, broken, replace(WANTED, output=path))

    assert path.read_text(encoding="utf-8") == "the former one"
    assert content(tmp_path) == [path]


async def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """A place that cannot be written to is said before anything is scanned."""
    path = tmp_path / "missing" / "report.json"

    async def never(targets: tuple[Target, ...]) -> AsyncIterator[Observation]:
        raise AssertionError(targets)
        yield

    with pytest.raises(ConfigError) as caught:
        await once(TARGETS, never, replace(WANTED, output=path))

    assert caught.value.problems == (f"writing the report to {path}: No such file or directory",)


@pytest.mark.parametrize(("mode", "found"), [(None, 0o600), (0o644, 0o644)])
async def test_mode(mode: int | None, found: int, tmp_path: Path) -> None:
    """A file that others are to read can be read by them whatever the umask; other reports keep to it."""
    path = tmp_path / "report"
    former = os.umask(0o077)
    try:
        await once(TARGETS, clean, replace(WANTED, output=path, mode=mode))
    finally:
        os.umask(former)

    assert path.stat().st_mode & 0o777 == found


async def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    """What is no file is not replaced by one."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with subprocess.Popen(["cat", str(path)], stdout=subprocess.PIPE) as reader:  # noqa: ASYNC220 - a test may wait
        assert await once(TARGETS, clean, replace(WANTED, output=path)) == 0
        read, _ = reader.communicate()

    assert len(json.loads(read)["targets"]) == 3
    assert path.is_fifo()


@pytest.mark.parametrize("number", [None, signal.SIGTERM])
async def test_what_was_gathered_is_reported(number: signal.Signals | None, capsys: pytest.CaptureFixture[str]) -> None:
    """A sweep that is stopped still gives a report, said to be incomplete, and never status 0."""
    task = asyncio.current_task()
    assert task is not None

    async def stopped(targets: tuple[Target, ...]) -> AsyncIterator[Observation]:
        yield seen(targets[0])
        if number is None:
            task.cancel()
        else:
            os.kill(os.getpid(), number)
        await asyncio.Event().wait()

    assert await once(TARGETS, stopped, WANTED) == 3
    report = json.loads(capsys.readouterr().out)
    assert (len(report["targets"]), report["complete"]) == (1, False)


async def test_progress_goes_to_standard_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bar never mixes with the report."""
    monkeypatch.setenv("FORCE_COLOR", "1")  # or the bar stays away from what is no terminal
    observations, complete = await gather(3, clean(TARGETS), progress=True)
    output = capsys.readouterr()

    assert (len(observations), complete, output.out) == (3, True, "")
    assert "scanning" in output.err


@pytest.mark.parametrize(
    ("environment", "terminal", "colour"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"TERM": "dumb"}, True, False),
    ],
)
async def test_colour(
    environment: dict[str, str],
    terminal: bool,
    colour: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Escape codes go to terminals that want them and nowhere else."""
    for name in "NO_COLOR", "FORCE_COLOR", "COLUMNS":
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    await once(TARGETS, with_failure, replace(WANTED, render=renderer("text")))

    assert ("\x1b[" in capsys.readouterr().out) is colour


@pytest.mark.parametrize(("columns", "least", "most"), [("80", 61, 80), ("200", 121, 200), ("nonsense", 81, 120)])
async def test_width(
    columns: str, least: int, most: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The text fits the terminal; where its width cannot be told it is 120 columns."""
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    await once(TARGETS, with_failure, replace(WANTED, render=renderer("text")))
    lines = capsys.readouterr().out.splitlines()

    assert least <= max(map(len, lines)) <= most
