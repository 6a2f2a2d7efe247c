"""The exporter as a process of its own, and its page."""

import http.client
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

COMMAND = [sys.executable, "-m", "aescan"]
LISTENING = ["--web.listen-address", "127.0.0.1:0", "--web.enable-lifecycle"]
PATIENCE = 90.0
"""Seconds that a test waits for a process before it fails: many times what it takes."""


def request(port: int, path: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Return the status and the text of the answer to a request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request(method, path, headers=headers or {})
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text


def metrics(port: int, awaited: str | Callable[[str], bool]) -> str:
    """
    Return the page of metrics once it has what is awaited, or is as that says.

    It is rendered a moment after a sweep ends.
    """
    pause = threading.Event()
    for _ in range(int(PATIENCE * 50)):
        _, page = request(port, "/metrics")
        if awaited(page) if callable(awaited) else awaited in page:
            return page
        pause.wait(0.02)
    raise AssertionError(f"{awaited} never came up:\n{page}")


def value(page: str, series: str) -> float | None:
    """Return the value of the series that is written so, None where the page has it not."""
    found = re.findall(rf"^{re.escape(series)} (.*)$", page, re.MULTILINE)
    assert len(found) <= 1, f"{series} stands there {len(found)} times"
    return float(found[0]) if found else None


class Exporter:
    """The exporter as a process, with what it logs."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.log: list[str] = []
        self.port = int(self.wait_for(r"listening endpoint=127\.0\.0\.1:(\d+)"))

    def wait_for(self, pattern: str) -> str:
        """Read the log until a line matches, and return its first group."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log.append(line)
            if found := re.search(pattern, line):
                return found[1]
        raise AssertionError(f"{pattern} was never logged: {self.log}")

    def wait_until_logged(self, pattern: str) -> str:
        """As ``wait_for``, but what was read before counts: for lines that may stand on either side of another."""
        for line in self.log:
            if found := re.search(pattern, line):
                return found[1]
        return self.wait_for(pattern)


def sweep_again(process: Exporter) -> None:
    """Have the exporter scan all targets at once, and wait until it has."""
    status, _ = request(process.port, "/-/sweep", "POST")
    assert status == http.HTTPStatus.ACCEPTED
    process.wait_for("(sweep finished)")


@contextmanager
def exporter(
    *arguments: str, under: tuple[str, ...] = (), environment: Mapping[str, str] | None = None
) -> Iterator[Exporter]:
    """
    Run the exporter on a port that the kernel chooses; it is killed if the test does not end it.

    ``under``
        The command that is to run it, and not this process by itself.
    ``environment``
        Variables that it has besides those of this process.
    """
    command = [*under, *COMMAND, *LISTENING, *arguments]
    known = {**os.environ, **(environment or {})}
    with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8", env=known) as process:
        try:
            yield Exporter(process)
        finally:
            process.kill()
