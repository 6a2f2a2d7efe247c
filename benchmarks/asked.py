"""
What one probe on demand costs an exporter: Prometheus's blackbox_exporter, where it is installed, and aescan itself.

Both are asked over HTTP. The port of a TLS server and a number of endpoints come in, seconds of CPU of the exporter's
process go out. Each target is asked for by itself, and answered with a page of metrics.
"""

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from benchmarks.client import targets

NAMES: Final = ("prometheus-blackbox-exporter", "blackbox_exporter")
"""Of the program: Debian's, and that of the project's own releases."""
BLACKBOX: Final = """\
modules:
  chain:
    prober: tcp
    timeout: 30s
    tcp: {tls: true, preferred_ip_protocol: ip4, tls_config: {insecure_skip_verify: true}}
"""
AESCAN: Final = """\
probe:
  allow: [127.0.0.0/8]
  modules: {chain: {timeout: 25s}}
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


def of_blackbox(folder: Path, port: int, endpoints: int) -> tuple[int, float]:
    """Return how many of so many endpoints blackbox_exporter probed well, and the seconds of CPU which that took."""
    config, own = folder / "blackbox.yml", _free_port()
    config.write_text(BLACKBOX, encoding="utf-8")
    command = [program() or "", f"--config.file={config}", f"--web.listen-address=127.0.0.1:{own}", "--log.level=error"]
    return _cpu(command, own, [f"{target.address}:{port}" for target in targets(endpoints, port)])


def of_aescan(folder: Path, port: int, endpoints: int) -> tuple[int, float]:
    """Return the same of aescan."""
    config, own = folder / "aescan-probe.yml", _free_port()
    config.write_text(AESCAN, encoding="utf-8")
    command = [sys.executable, "-m", "aescan", "--config.file", str(config)]
    command += ["--web.listen-address", f"127.0.0.1:{own}", "--log.level", "error"]
    return _cpu(command, own, [f"{target.address}:{port}" for target in targets(endpoints, port)])


def _cpu(command: list[str], own: int, endpoints: list[str]) -> tuple[int, float]:
    asked = [f"/probe?module=chain&target={endpoint}" for endpoint in endpoints]
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
