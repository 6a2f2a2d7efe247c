"""
What it costs to serve a large estate: the real process, scraped while it sweeps.

``python -m benchmarks.serving TARGETS SECONDS`` runs aescan on an estate of that many targets on loopback, each with a
certificate of its own, from one CA that is in two trust stores, up to ``HOSTS``; more targets are more ports of these.
It sweeps all of them as fast as the default settings let it, again and again. Prints one line of JSON with what was
measured

- while it was scraped for so many seconds ten times a second as Prometheus does it, with gzip,
- while the configuration was loaded anew and the first sweep by it ran,
- while ``wrk`` asked on 64 connections as fast as it could for so many seconds, where it is installed,
- and when the process had been ended and started again, with the history that it had kept, until the first sweep was
  through.
"""

import contextlib
import http.client
import json
import queue
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.client import FIRST_ADDRESS
from benchmarks.material import ESTATE_CA, FLIGHTS, host, make_estate
from benchmarks.servers import HERE, answering

HOSTS: Final = 10_000
RATE: Final = 1000
"""Targets in a second: the default of ``connection_rate``."""
SHORTEST: Final = 10
"""Seconds that an interval may have."""
PATIENCE: Final = 300.0
"""Seconds until something is wrong."""
PAUSE: Final = 0.1
"""Seconds between two scrapes."""
WARMING: Final = 15
"""Seconds of the requests without a pause that come before those that count, for what they take of memory at all."""
CONNECTIONS: Final = 64
MOST_SCRAPE: Final = 50.0
MOST_STOP: Final = 50.0
"""Milliseconds."""
MOST_GROWTH: Final = 16.0
MOST_MEMORY: Final = 400.0
"""MiB."""
SETTINGS: Final = """\
interval: {interval}s
history: {{path: history.db}}
trust_stores: [{{name: estate, files: {store}}}, {{name: clients, files: {store}}}]
"""


class Row(NamedTuple):
    """What was measured, the figure, and the most that it may be."""

    title: str
    figure: float
    most: float | None = None


class Process:
    """The process that serves."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "benchmarks.probed", "--web.listen-address", "127.0.0.1:0"]
        command += ["--config.file", str(folder / "aescan.yml"), "--inventory", str(folder / "estate.jsonl")]
        began = time.monotonic()
        self.most = 0.0
        """MiB that were resident at most until the last time somebody asked."""
        self._started = subprocess.Popen(
            command, cwd=HERE.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
        )
        self._log: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()
        self.port = int(self.wait_for(r"listening endpoint=127\.0\.0\.1:(\d+)"))
        self.listening_after = time.monotonic() - began

    def _read(self) -> None:
        for line in self._started.stderr or ():
            self._log.put(line)
        self._log.put("")  # the end

    def wait_for(self, pattern: str) -> str:
        """Read the log up to a line that matches; return its first group."""
        seen = ""
        while line := self._log.get(timeout=PATIENCE):
            seen += line
            if found := re.search(pattern, line):
                return found[1]
        raise SystemExit(f"the exporter ended before it logged {pattern}; it logged\n{seen}")

    def stops(self) -> dict[str, float]:
        """Return how long its loop stopped at most since the last time, in milliseconds."""
        self._started.send_signal(signal.SIGUSR1)
        return dict(json.loads(next(self._started.stdout or iter(()))))

    def reload(self) -> None:
        """Have it load its configuration anew, and wait until that is in force."""
        self._started.send_signal(signal.SIGHUP)
        self.wait_for("(configuration taken up)")

    def mebibytes(self) -> float:
        """Return the most that was resident since the last time."""
        status = Path(f"/proc/{self._started.pid}/status").read_text(encoding="ascii")
        most = int(re.findall(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)[0]) / 1024
        Path(f"/proc/{self._started.pid}/clear_refs").write_text("5", encoding="ascii")  # see proc_pid_clear_refs(5)
        self.most = max(self.most, most)
        return most

    def answer(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Ask once, on a connection of its own; return status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body

    def scrape(self, **headers: str) -> bytes:
        """Return the page of metrics."""
        status, body = self.answer("/metrics", **headers)
        if status != http.HTTPStatus.OK:
            raise SystemExit(f"a scrape was answered {status}")
        return body

    def wait_until_swept(self) -> None:
        """Wait until a sweep that is under way is on the page."""
        self.wait_for("(sweep finished)")
        while self.answer("/-/ready")[0] != http.HTTPStatus.OK:
            time.sleep(PAUSE)

    def end(self) -> None:
        """End it as a supervisor does."""
        self._started.terminate()
        self._started.wait(PATIENCE)

    def kill(self) -> None:
        """End it if it still runs."""
        self._started.kill()
        self._started.wait()


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Process]:
    """Run the exporter on what is in this folder."""
    process = Process(folder)
    try:
        yield process
    finally:
        process.kill()


@contextlib.contextmanager
def estate(folder: Path, targets: int) -> Iterator[None]:
    """Serve so many targets, and write the files that tell aescan of them."""
    hosts = min(targets, HOSTS)
    make_estate(folder, hosts)
    with answering(folder / FLIGHTS, targets // hosts) as ports:
        rows = [
            {
                "host": host(number),
                "address": str(IPv4Address(FIRST_ADDRESS + number)),
                "ports": [{"port": port, "service": "dmcc"} for port in ports],
                "labels": {"site": f"site {number % 40}", "owner": "telephony"},
            }
            for number in range(hosts)
        ]
        (folder / "estate.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        settings = SETTINGS.format(interval=max(targets // RATE, SHORTEST), store=ESTATE_CA)
        (folder / "aescan.yml").write_text(settings, encoding="ascii")
        yield


def scraped(process: Process, seconds: float) -> dict[str, float]:
    """Return how long scrapes took, in milliseconds."""
    took = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.perf_counter()
        process.scrape(**{"Accept-Encoding": "gzip"})
        took.append((time.perf_counter() - began) * 1000)
        time.sleep(PAUSE)
    cuts = statistics.quantiles(took, n=100)
    return {"scrapes": len(took), "p50": cuts[49], "p99": cuts[98]}


def flooded(process: Process, seconds: int) -> dict[str, float]:
    """Return what became of requests without a pause, and by how many MiB the process grew; nothing without wrk."""
    wrk = shutil.which("wrk")
    if wrk is None:
        return {}
    command = [
        wrk,
        f"-c{CONNECTIONS}",
        "-t2",
        "-H",
        "Accept-Encoding: gzip",
        f"http://127.0.0.1:{process.port}/metrics",
    ]
    process.mebibytes()
    subprocess.run([*command, f"-d{WARMING}s"], stdout=subprocess.DEVNULL, check=True)
    before = process.mebibytes()
    said = subprocess.run([*command, f"-d{seconds}s"], capture_output=True, text=True, check=True).stdout
    requests = int(re.findall(r"(\d+) requests in", said)[0])
    errors = sum(map(int, re.findall(r"(?:connect|read|write|timeout|responses:) (\d+)", said)))
    return {"requests": requests, "errors": errors, "grown": process.mebibytes() - before}


def measured(folder: Path, seconds: int) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield what was done, and what it came to."""
    with serving(folder) as process:
        process.scrape()  # the page is kept in the formats that were asked for
        process.wait_until_swept()
        page = process.scrape()
        samples = sum(not line.startswith(b"#") for line in page.splitlines())
        yield "page", {"samples": samples, "mebibytes": len(page) / 1024**2}
        process.stops()
        yield "scraped", scraped(process, seconds) | process.stops()
        process.reload()
        process.wait_until_swept()
        yield "reloaded", process.stops()
        yield "flooded", flooded(process, seconds) | process.stops()
        process.mebibytes()
        most = process.most
        process.end()
    with serving(folder) as process:
        process.stops()  # nobody could ask before it listened
        process.scrape()
        process.wait_until_swept()
        yield "restarted", {"listening": process.listening_after, **process.stops()}
        process.mebibytes()
        yield "memory", {"mebibytes": max(most, process.most)}


def rows(figures: Mapping[str, Any]) -> Iterator[Row]:
    """Yield what ``main`` printed, with limits."""
    scraped, flooded, restarted = figures["scraped"], figures["flooded"], figures["restarted"]
    page = f"/metrics ({figures['page']['samples']} samples, gzip)"
    yield Row(f"{page}, {scraped['scrapes']} scrapes: p99, ms", scraped["p99"], MOST_SCRAPE)
    yield Row(f"{page}: median, ms", scraped["p50"])
    yield from _stops("scraped like that", scraped)
    yield from _stops("a reload", figures["reloaded"])
    yield from _stops("after a start with the history of all", restarted)
    if "requests" in flooded:
        crowd = f"wrk, {CONNECTIONS} connections, {figures['seconds']} s"
        yield Row(f"{crowd}: requests in a second", flooded["requests"] / figures["seconds"])
        yield Row(f"{crowd}: requests that failed", flooded["errors"], 0)
        yield Row(f"{crowd}: growth, MiB", flooded["grown"], MOST_GROWTH)
        yield from _stops(f"wrk, {CONNECTIONS} connections", flooded)
    yield Row("resident memory at most, MiB", figures["memory"]["mebibytes"], MOST_MEMORY)


def _stops(during: str, stops: Mapping[str, float]) -> Iterator[Row]:
    yield Row(f"longest stop of the event loop, {during}, ms of its own doing", stops["own"], MOST_STOP)
    yield Row(f"longest stop of the event loop, {during}, ms by the clock", stops["wall"])


def main() -> None:
    """Measure, and print JSON."""
    targets, seconds = map(int, sys.argv[1:])
    with tempfile.TemporaryDirectory() as name, estate(Path(name), targets):
        print(json.dumps({"targets": targets, "seconds": seconds, **dict(measured(Path(name), seconds))}))


if __name__ == "__main__":
    main()
