"""
One sweep, one report.

Targets come in, the report is written, an exit status goes out. Results go to standard output or a file, progress to
standard error. Whatever ends the sweep early, what was gathered is reported, and said to be incomplete.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from aescan import __version__
from aescan.certificates.memory import ROOM
from aescan.errors import ConfigError
from aescan.findings.model import Severity
from aescan.inventory.model import Target
from aescan.observation import Observation
from aescan.report.formats import Render
from aescan.report.model import Report, exit_status
from aescan.scan.estate import judged
from aescan.scan.schedule import now
from aescan.settings.policy import Policy

Sweep = Callable[[tuple[Target, ...]], AsyncIterator[Observation]]

DEFAULT_WIDTH: Final = 120
"""Columns of a report that goes to no terminal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """
    What the operator asked for.

    ``render``
        Makes the report's text.
    ``output``
        Where to; None is standard output.
    ``fail_on``
        What fails; None is nothing.
    ``mode``
        Who may read a new file, as ``chmod`` has it; None leaves that to the umask.
    """

    render: Render
    output: Path | None
    fail_on: Severity | None
    progress: bool
    simulated: bool
    mode: int | None = None
    policy: Policy = field(default_factory=Policy)


async def once(targets: tuple[Target, ...], sweep: Sweep, wanted: Wanted, files: tuple[Observation, ...] = ()) -> int:
    """Scan ``targets`` by ``sweep``, report them with ``files``, and return the exit status; raises ConfigError."""
    with destination(wanted.output, wanted.mode) as file:  # first: it must not fail after the work is done
        ROOM.make(len(targets))
        observations, complete = await gather(len(targets), sweep(targets), progress=wanted.progress)
        terminal = file.isatty()
        moment = now()
        report = Report(
            observations=(
                *files,
                *judged(observations, len(targets), wanted.policy, moment),
            ),  # no file is of the estate
            moment=moment,
            expected=len(files) + len(targets),
            version=__version__,
            simulated=wanted.simulated,
            complete=complete,
            policy=wanted.policy,
            fail_on=wanted.fail_on,
            width=width() if terminal else DEFAULT_WIDTH,
            colour=colour(terminal=terminal),
        )
        for piece in wanted.render(report):
            file.write(piece)
    return exit_status(report)


async def gather(
    expected: int, observations: AsyncIterator[Observation], *, progress: bool
) -> tuple[tuple[Observation, ...], bool]:
    """Return all observations, or those made before SIGINT or SIGTERM, and whether they are all."""
    gathered: list[Observation] = []
    task = asyncio.current_task()
    with _ended_by_sigterm(task), _progress(expected, shown=progress) as advance:
        try:
            async for observation in observations:
                gathered.append(observation)
                advance()
        except asyncio.CancelledError:
            if task is not None:
                task.uncancel()
            return tuple(gathered), False
    return tuple(gathered), True


@contextlib.contextmanager
def _ended_by_sigterm(task: "asyncio.Task[object] | None") -> Iterator[None]:
    """Let SIGTERM end the sweep as SIGINT does, which asyncio's runner already turns into a cancellation."""
    loop = asyncio.get_running_loop()
    if task is None or sys.platform == "win32":
        yield
        return
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


@contextlib.contextmanager
def _progress(expected: int, *, shown: bool) -> Iterator[Callable[[], None]]:
    if not shown:
        yield lambda: None
        return
    columns = TextColumn("scanning"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        scanned = bar.add_task("", total=expected)
        yield lambda: bar.advance(scanned)


@contextlib.contextmanager
def destination(path: Path | None, mode: int | None = None) -> Iterator[TextIO]:
    """Give what to write the report to; a file appears whole or not at all, and an old one stays until then."""
    if path is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    try:
        # A device or a pipe is written to, not replaced.
        direct = path.exists() and not path.is_file()
        unfinished = path if direct else path.with_name(f".{path.name}.{os.getpid()}.unfinished")
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            try:
                yield file
                file.flush()
                if not direct:
                    if mode is not None:
                        os.fchmod(file.fileno(), mode)
                    os.fsync(file.fileno())
                    unfinished.replace(path)
            except BaseException:
                if not direct:
                    unfinished.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise ConfigError([f"writing the report to {path}: {error.strerror or error}"]) from error


def width() -> int:
    """Return the columns of the terminal."""
    with contextlib.suppress(OSError, ValueError):
        return int(os.environ.get("COLUMNS") or 0) or os.get_terminal_size(sys.stdout.fileno()).columns
    return DEFAULT_WIDTH


def colour(*, terminal: bool) -> bool:
    """Whether to colour: https://no-color.org and FORCE_COLOR, else a terminal that is not dumb."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (terminal and os.environ.get("TERM") != "dumb")
