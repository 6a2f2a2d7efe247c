"""
The processes of a stack: started one after the other, each when the one before is ready, and ended in reverse.

Commands come in, running processes go out while a block lasts. Each has a session of its own, so that a Ctrl-C in the
terminal reaches only who started them, and a log in the run's folder. They are ended by their own ids, and none is
left behind, whatever fails.
"""

import http
import http.client
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final, Self

READY: Final = 60.0
"""Seconds after which a process that is not ready is given up: many times what any of them takes."""

GRACE: Final = 15.0
"""Seconds that a process has to end in order before it is killed."""

PAUSE: Final = 0.1
"""Seconds between two looks at a process."""

LAST_LINES: Final = 15
"""How much of its log is shown of a process that failed."""


class StackError(Exception):
    """The stack cannot run; the text says what was being done, what was seen, and what to do."""


class Stopped(Exception):  # noqa: N818  no error: the operator wants it so
    """The operator stopped the stack before it was whole."""


@dataclass(frozen=True, slots=True)
class Program:
    """
    What to start.

    ``address``, ``ready``
        ``host:port`` that it listens on, and the path that answers 200 once it is ready.
    """

    name: str
    command: Sequence[str | Path]
    address: str
    ready: str = "/-/ready"


class Process:
    """One program that runs; ``with`` ends it."""

    def __init__(self, program: Program, folder: Path) -> None:
        self.program = program
        self.log = folder / f"{program.name}.log"
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                program.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, start_new_session=True
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.popen.terminate()
        try:
            self.popen.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()

    def look(self) -> None:
        """Raise StackError, with the end of its log, where it has ended by itself."""
        if (status := self.popen.poll()) is not None:
            raise self._failed(f"ended by itself with status {status}")

    def wait_until_ready(self, stop: Event) -> None:
        """Return when it is ready; Stopped once ``stop`` is set, StackError where it ends or takes too long."""
        for _ in range(int(READY / PAUSE)):
            self.look()
            if _answers(self.program):
                return
            if stop.wait(PAUSE):
                raise Stopped
        raise self._failed(f"did not become ready within {READY:.0f} seconds")

    def _failed(self, what: str) -> StackError:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:]
        return StackError("\n".join([f"{self.program.name} {what}; its log ends:", *(f"    {line}" for line in lines)]))


def _answers(program: Program) -> bool:
    connection = http.client.HTTPConnection(program.address, timeout=5)
    try:
        connection.request("GET", program.ready)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def watch(processes: Sequence[Process], stop: Event) -> None:
    """Return when ``stop`` is set; StackError where a process ends by itself."""
    while not stop.wait(PAUSE * 5):
        for process in processes:
            process.look()
