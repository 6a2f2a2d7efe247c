"""Clients that mean ill: others are answered meanwhile, memory stays bounded, and nobody holds up the end."""

import contextlib
import gzip
import re
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families as parse

from tests.processes import Exporter, exporter, metrics, request

LABELS = 20
TARGETS = 1022
"""Hosts of 127.4.0.0/22; with their labels a page of more than five megabytes, which no socket holds."""

WRITTEN_WITHIN = 0.2
"""Seconds that a client tries to get rid of what the exporter does not read."""
ENDED_WITHIN = 25.0
"""Seconds for the end of a process: far more than it takes, and less than a client has to take its answer."""

GET = b"GET /metrics HTTP/1.1\r\nHost: aescan\r\n"
POST = b"POST /-/sweep HTTP/1.1\r\nHost: aescan\r\n"
MEGABYTES = b"x" * 8_000_000

ILL = {
    "reads nothing": (GET + b"\r\n", 30),
    "asks again and again and reads nothing": ((GET + b"\r\n") * 1000, 30),
    "says nothing": (b"", 550),
    "begins a request": (b"GET /metr", 550),
    "begins a header": (GET + b"X-Forwarded", 550),
    "sends half a body": (POST + b"Content-Length: 10000\r\n\r\n" + b"x" * 5000, 550),
    "sends a body without end": (POST + b"Content-Length: 99999999999\r\n\r\n" + MEGABYTES, 40),
    "sends a chunk without end": (POST + b"Transfer-Encoding: chunked\r\n\r\nfffffff\r\n" + MEGABYTES, 40),
    "sends a header without end": (GET + b"X: " + MEGABYTES, 40),
    "sends headers without end": (GET + b"X: x\r\n" * 1_000_000, 40),
    "sends a line without end": (b"GET /" + MEGABYTES, 40),
    "sends no request at all": (MEGABYTES, 40),
    "sends more than it asked to": (GET + b"Connection: upgrade\r\nUpgrade: websocket\r\n\r\n" + MEGABYTES, 40),
    "sends what grows": (
        POST + b"Content-Encoding: gzip\r\nContent-Length: 99999\r\n\r\n" + gzip.compress(bytes(50_000_000)),
        40,
    ),
}
"""What each client sends before it falls silent, and how many clients do so."""

MOST_MEMORY = 100 * 1024
"""Kilobytes that each kind of client may cost; without bounds most would cost more."""


def leave(client: socket.socket) -> None:
    """Close by a reset, as clients that crash do."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    client.close()


def connect(port: int, sent: bytes) -> socket.socket:
    """Return a client that sends this, as far as it is taken, and reads nothing."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    client.settimeout(WRITTEN_WITHIN)
    with contextlib.suppress(OSError):  # it is cut off, or not read
        client.sendall(sent)
    return client


def memory(process: Exporter) -> int:
    """Return the kilobytes that the process has in memory (proc(5))."""
    status = Path(f"/proc/{process.process.pid}/status").read_text(encoding="utf-8")
    return int(re.findall(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)[0])


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an inventory with a large page."""
    path = tmp_path_factory.mktemp("large") / "inventory.yml"
    labels = ", ".join(f"note_{number}: {'x' * 250}" for number in range(LABELS))
    path.write_text(f"{{hosts: [{{host: 127.4.0.0/22, ports: [9], labels: {{{labels}}}}}]}}", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def running(large: Path) -> Iterator[Exporter]:
    """Run the exporter with a large page."""
    with exporter("--inventory", str(large)) as process:
        process.wait_for("(sweep finished)")
        yield process


@pytest.mark.parametrize("kind", ILL)
def test_clients_that_mean_ill(running: Exporter, kind: str) -> None:
    """A scrape is whole and a request is answered while they are there, and they cost no memory to speak of."""
    sent, count = ILL[kind]
    whole = metrics(running.port, lambda page: page.count("\naescan_probe_success{") == TARGETS)
    before = memory(running)
    with ExitStack() as held:
        for _ in range(count):
            held.callback(leave, connect(running.port, sent))
        assert len(whole) > 5_000_000
        assert request(running.port, "/-/healthy") == (200, "aescan is running\n")
        assert metrics(running.port, "").count("\naescan_probe_success{") == TARGETS
        assert memory(running) - before < MOST_MEMORY
    assert request(running.port, "/-/healthy") == (200, "aescan is running\n")


def test_the_log_of_all_that(running: Exporter) -> None:
    """Nothing of it is an event that anybody has to look at."""
    assert request(running.port, "/-/sweep", "POST")[0] == 202
    running.wait_for("(sweep finished)")

    assert not [line for line in running.log if "level=ERROR" in line or "Traceback" in line]


def test_the_end_among_them(large: Path) -> None:
    """A signal ends the exporter though all of them hang on it."""
    with exporter("--inventory", str(large)) as process, ExitStack() as held:
        process.wait_for("(sweep finished)")
        for sent, _ in ILL.values():
            for _ in range(10):
                held.enter_context(closing(connect(process.port, sent)))
        process.process.send_signal(signal.SIGTERM)

        assert process.process.wait(ENDED_WITHIN) == 0


def test_a_page_for_slow_readers(running: Exporter) -> None:
    """Who takes the page a little at a time gets all of it."""
    with closing(connect(running.port, GET + b"Connection: close\r\n\r\n")) as client:
        client.settimeout(60)
        page = b"".join(iter(lambda: client.recv(4096), b"")).partition(b"\r\n\r\n")[2]

    assert len(list(parse(page.decode()))) > 5
    assert page.count(b"\naescan_probe_success{") == TARGETS
