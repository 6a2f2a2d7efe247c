"""Processes are awaited, watched, and ended whatever happens."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Event

import pytest

from stack.processes import Process, Program, StackError, Stopped, watch
from tests.ports import reserved

SERVING = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/-/ready" else 404)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def program(code: str, port: int = 9, ready: str = "/-/ready") -> Program:
    """Return a program made of this code."""
    return Program("sample", [sys.executable, "-c", code, str(port)], f"127.0.0.1:{port}", ready)


def statuses(processes: Sequence[Process]) -> list[int | None]:
    """Return how each ended."""
    return [process.popen.returncode for process in processes]


def test_ready_watched_ended(tmp_path: Path) -> None:
    """A process that answers is ready; it is ended by SIGTERM when the block is left."""
    stop = Event()
    with reserved() as port, Process(program(SERVING, port), tmp_path) as process:
        process.wait_until_ready(stop)
        process.look()
        stop.set()
        watch([process], stop)

    assert statuses([process]) == [-15]


def test_one_that_ends_is_told_of_with_its_log(tmp_path: Path) -> None:
    """While it is awaited, and afterwards."""
    failing = program("import sys; sys.exit('no such file')")
    with Process(failing, tmp_path) as process:
        message = re.escape("sample ended by itself with status 1; its log ends:\n    no such file")
        with pytest.raises(StackError, match=f"^{message}$"):
            process.wait_until_ready(Event())
        with pytest.raises(StackError, match=f"^{message}$"):
            watch([process], Event())


def test_stopping_while_it_is_awaited(tmp_path: Path) -> None:
    """The operator need not wait for what is not ready."""
    stop = Event()
    stop.set()
    with (
        reserved() as port,
        Process(program(SERVING, port, "/elsewhere"), tmp_path) as process,
        pytest.raises(Stopped),
    ):
        process.wait_until_ready(stop)

    assert statuses([process]) == [-15]


def test_one_that_is_never_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given up."""
    monkeypatch.setattr("stack.processes.READY", 0.3)
    with (
        Process(program("import time; time.sleep(600)"), tmp_path) as process,
        pytest.raises(StackError, match=r"^sample did not become ready within 0 seconds; its log ends:$"),
    ):
        process.wait_until_ready(Event())


def test_one_that_does_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its grace is over."""
    monkeypatch.setattr("stack.processes.GRACE", 0.3)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SERVING
    with reserved() as port, Process(program(deaf, port), tmp_path) as process:
        process.wait_until_ready(Event())

    assert statuses([process]) == [-9]
