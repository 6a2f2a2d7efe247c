"""
What one probe costs Prometheus's blackbox_exporter, where it is installed: CPU of its process, asked over HTTP.

The port of a TLS server and a number of endpoints come in, seconds of CPU go out. That the exporter is asked for each
target by itself, and answers with a page of metrics, is how it works and is in the figure.
"""

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from benchmarks.client import targets

NAMES: Final = ("prometheus-blackbox-exporter", "blackbox_exporter")
"""Of the program: Debian's, and that of the project's own releases."""
MODULE: Final = """\
modules:
  chain:
    prober: tcp
    timeout: 30s
    tcp: {tls: true, preferred_ip_protocol: ip4, tls_config: {insecure_skip_verify: true}}
"""
AT_ONCE: Final = 16
"""Probes that are asked for at a time; more only wait for the servers."""
PATIENCE: Final = 10.0
"""Seconds that it may take to start."""
FIRST: Final = 100
"""Probes before those that count."""


def program() -> str | None:
    """Return where the exporter is, None where it is not installed."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def cpu(exporter: str, folder: Path, port: int, endpoints: int) -> tuple[int, float]:
    """Return how many of so many endpoints were probed well, and the seconds of CPU which that took."""
    config = folder / "blackbox.yml"
    config.write_text(MODULE, encoding="utf-8")
    own = _free_port()
    command = [exporter, f"--config.file={config}", f"--web.listen-address=127.0.0.1:{own}", "--log.level=error"]
    asked = [f"/probe?module=chain&target={target.address}:{port}" for target in targets(endpoints, port)]
    with _running(command, own) as process:
        _probe(own, asked[:FIRST])
        before = _seconds(process)
        chains = _probe(own, asked)
        return chains, _seconds(process) - before


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextlib.contextmanager
def _running(command: list[str], port: int) -> Iterator[int]:
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as exporter:
        try:
            until = time.monotonic() + PATIENCE
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except ConnectionRefusedError:
                    if exporter.poll() is not None or time.monotonic() > until:
                        raise SystemExit(f"{command[0]} does not start") from None
                    time.sleep(0.05)
            yield exporter.pid
        finally:
            exporter.terminate()


def _probe(port: int, paths: list[str]) -> int:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(lambda part: _fetch(port, part), (paths[start::AT_ONCE] for start in range(AT_ONCE))))


def _fetch(port: int, paths: Iterable[str]) -> int:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        found = 0
        for path in paths:
            connection.request("GET", path)
            found += b"\nprobe_ssl_earliest_cert_expiry " in connection.getresponse().read()
        return found


def _seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # utime and stime, proc(5)
