"""File descriptors run out: that is said as this machine's own fault, ends nothing, and is over when there are some."""

import http.client
import re
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path

from aescan.lab.answers import Tls
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.servers import Server, serving
from tests import certs
from tests.processes import PATIENCE, Exporter, exporter, metrics, sweep_again, value

HOSTS = 40
FEW = ("sh", "-c", 'ulimit -n 100; exec "$@"', "sh")
"""What runs a command that may have a hundred files open: clients and probes share what its own 64 leave."""

LACKED = "connecting: EMFILE: this machine ran out of file descriptors; lower the concurrency or raise the limit"
WINDOW = 1.0
"""Seconds in which a process that has nothing to do is watched."""


@contextmanager
def estate() -> Iterator[list[str]]:
    """Run TLS servers on addresses of their own, and give the targets."""
    answer = partial(Tls, context=tls_context((certs.make_certificate(key=certs.rsa_key()),), TlsSettings()))
    addresses = [f"127.0.6.{number}" for number in range(1, HOSTS + 1)]
    with serving([Server(address, answer) for address in addresses]) as ports:
        yield [f"{address}:{port}" for address, port in zip(addresses, ports, strict=True)]


def rows(page: str) -> dict[str, float]:
    """Return whether the last probe of each target succeeded."""
    found = re.findall(r'^aescan_probe_success\{target="(.*)"\} (.*)$', page, re.MULTILINE)
    return {target: float(success) for target, success in found}


def seconds(process: Exporter) -> float:
    """Return the processor time that the process took so far (proc(5))."""
    fields = Path(f"/proc/{process.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def idle(port: int, count: int, held: ExitStack) -> None:
    """Connect so many clients that say nothing."""
    for _ in range(count):
        held.enter_context(closing(socket.create_connection(("127.0.0.1", port))))


def test_idle_clients_and_few_descriptors() -> None:
    """Clients take no descriptor that a probe needs, and the page is there for whoever asks."""
    with estate() as targets, exporter(*targets, under=FEW) as process, ExitStack() as held:
        idle(process.port, 200, held)
        process.wait_for("(sweep finished)")
        idle(process.port, 200, held)
        sweep_again(process)
        page = metrics(process.port, lambda page: (value(page, "aescan_probes_total") or 0) >= 2 * HOSTS)

    assert rows(page) == dict.fromkeys(targets, 1.0)
    assert 'msg="fewer connections at once, the limit of open files is too low" usable=18 wanted=500' in process.log[0]
    assert not [line for line in process.log if "level=ERROR" in line or "Traceback" in line]


def facts(page: str) -> list[str]:
    """Return what the page says of certificates and of when they were seen."""
    return re.findall(r"^aescan_(?:certificate|chain|probe_last_success).*$", page, re.MULTILINE)


@contextmanager
def nothing_left(process: Exporter) -> Iterator[None]:
    """Let the process open no more files than it has open, and fill what gaps there are among them."""
    number, limits = process.process.pid, resource.prlimit(process.process.pid, resource.RLIMIT_NOFILE)
    highest = max(int(one.name) for one in Path(f"/proc/{number}/fd").iterdir())
    resource.prlimit(number, resource.RLIMIT_NOFILE, (highest + 1, limits[1]))
    with ExitStack() as held:
        while not cut_off(held.enter_context(socket.create_connection(("127.0.0.1", process.port)))):
            pass
        yield
        resource.prlimit(number, resource.RLIMIT_NOFILE, limits)


def cut_off(client: socket.socket) -> bool:
    """Whether a client is turned away; one that is let in gets an answer."""
    try:
        client.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: aescan\r\n\r\n")
        return client.recv(1) == b""
    except ConnectionError:
        return True


def ask(connection: http.client.HTTPConnection, method: str, path: str) -> tuple[int, str]:
    """Return status and text of the answer to a request on a connection that is open already."""
    connection.request(method, path)
    response = connection.getresponse()
    return response.status, response.read().decode()


def test_no_descriptor_at_all() -> None:
    """Targets fail by this machine's fault and keep their facts, nothing spins, and it is over when there are some."""
    with estate() as targets, exporter(*targets) as process:
        process.wait_for("(sweep finished)")
        before = metrics(process.port, lambda page: rows(page) == dict.fromkeys(targets, 1.0))
        with closing(http.client.HTTPConnection("127.0.0.1", process.port, timeout=PATIENCE)) as scrape:
            assert ask(scrape, "GET", "/-/healthy")[0] == 200
            with nothing_left(process), ExitStack() as held:
                assert ask(scrape, "POST", "/-/sweep")[0] == 202
                told = [process.wait_for(r'msg="target could not be probed" .* error="(.*)"') for _ in targets]
                process.wait_for("(sweep finished)")
                idle(process.port, 20, held)
                status, during = ask(scrape, "GET", "/metrics")
                began = seconds(process)
                time.sleep(WINDOW)
                spent = seconds(process) - began
                lines = len(process.log)
        sweep_again(process)
        metrics(process.port, lambda page: rows(page) == dict.fromkeys(targets, 1.0))

    assert told == [LACKED] * HOSTS
    assert (status, facts(during)) == (200, facts(before))
    assert spent < WINDOW / 2
    assert lines < HOSTS + 10
    assert not [line for line in process.log if "level=ERROR" in line or "Traceback" in line]
