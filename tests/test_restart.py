"""The exporter as a process, ended and harmed in every way: its history loses little, its monitoring nothing."""

import asyncio
import json
import re
import resource
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from aescan.history.store import Store
from aescan.lab.answers import Answer, Connections, Silent, Tls
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.servers import Server, serving
from tests import certs
from tests.processes import COMMAND, LISTENING, PATIENCE, Exporter, exporter, metrics, sweep_again

FACTS = re.compile(r"^aescan_(?:probe_[a-z_]*|chain|certificate|tls|finding|target)[a-z_]*\{.*$", re.MULTILINE)
UP = "\naescan_history_up 1.0\n"
DOWN = "\naescan_history_up 0.0\n"


class Peer:
    """A TLS server that can be told to answer in another way."""

    def __init__(self) -> None:
        self.answer: Answer = self.presenting(1)
        self.port = 0

    def __call__(self, connections: Connections) -> asyncio.Protocol:
        """Answer a connection."""
        return self.answer(connections)

    @staticmethod
    def presenting(serial: int) -> Answer:
        """Return the way to answer with a certificate of that serial number."""
        identity = certs.make_certificate(serial=serial, key=certs.rsa_key())
        return partial(Tls, context=tls_context((identity,), TlsSettings()))


@pytest.fixture
def peer() -> Iterator[Peer]:
    """Run a server."""
    peer = Peer()
    with serving([Server("127.0.0.1", peer)]) as (port,):
        peer.port = port
        yield peer


@contextmanager
def swept(peer: Peer, path: Path, *arguments: str) -> Iterator[Exporter]:
    """Run the exporter with a history until it has swept once."""
    with exporter(f"127.0.0.1:{peer.port}", "--history-file", str(path), *arguments) as process:
        process.wait_for('(sweep finished" targets=1)')
        yield process


def stop(process: Exporter) -> None:
    """End the exporter as a service manager does."""
    process.process.send_signal(signal.SIGTERM)
    assert process.process.wait(PATIENCE) == 0


def changes(page: str) -> float:
    """Return how often the leaf of the only target changed."""
    (count,) = re.findall(r"^aescan_certificate_changes_total\{.*\} (.*)$", page, re.MULTILINE)
    return float(count)


def test_a_restart_serves_the_last_facts(peer: Peer, tmp_path: Path) -> None:
    """Before its first sweep is over a new process has every series of the old one, with the same ages."""
    path = tmp_path / "history.db"
    with swept(peer, path) as process:
        before = metrics(process.port, "aescan_sweep_timestamp_seconds ")
        stop(process)
    peer.answer = Silent
    arguments = f"127.0.0.1:{peer.port}", "--history-file", str(path), "--timeout", "1h"
    with exporter(*arguments) as process:
        after = metrics(process.port, "")

    assert FACTS.findall(after) == FACTS.findall(before)
    assert len(FACTS.findall(after)) > 15
    assert "aescan_sweep_timestamp_seconds" not in after
    assert UP in after


def test_a_change_over_a_restart(peer: Peer, tmp_path: Path) -> None:
    """A renewal while nobody looked is a change, and is counted once."""
    path = tmp_path / "history.db"
    with swept(peer, path) as process:
        assert changes(metrics(process.port, "aescan_sweep_timestamp_seconds ")) == 0
        stop(process)
    peer.answer = peer.presenting(2)
    for _ in range(2):
        with swept(peer, path) as process:
            assert changes(metrics(process.port, "aescan_sweep_timestamp_seconds ")) == 1
            stop(process)


def test_events_over_a_restart(peer: Peer, tmp_path: Path) -> None:
    """What changed while nobody looked is told by the first sweep, once, and what was known is not."""
    told, collector = tmp_path / "events.jsonl", socket.socket(type=socket.SOCK_DGRAM)
    collector.bind(("127.0.0.1", 0))
    collector.settimeout(PATIENCE)
    syslog = f"[{{address: '127.0.0.1:{collector.getsockname()[1]}'}}]"
    (tmp_path / "aescan.yml").write_text(
        f"history: {{path: history.db}}\nevents: {{file: events.jsonl, rate: 1000, syslog: {syslog}}}\n",
        encoding="utf-8",
    )
    arguments = "--config.file", str(tmp_path / "aescan.yml"), f"127.0.0.1:{peer.port}"
    for serial in 1, 1, 2, 2:
        peer.answer = peer.presenting(serial)
        with exporter(*arguments) as process:
            process.wait_for('(sweep finished" targets=1)')
            metrics(process.port, "aescan_sweep_timestamp_seconds ")
            stop(process)
    changed, raised = [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()]

    assert (changed["event"], changed["target"]) == ("certificate_changed", f"127.0.0.1:{peer.port}")
    assert (changed["facts"]["serial_number"], changed["facts"]["same_key"]) == ("2", "true")
    assert (raised["event"], raised["facts"]["code"]) == ("finding_raised", "renewed_with_same_key")
    with collector:
        assert [collector.recv(2000).split()[5] for _ in range(2)] == [b"certificate_changed", b"finding_raised"]


def test_hellos_over_a_restart(peer: Peer, tmp_path: Path) -> None:
    """The hello that a server wants is known to the next process, which needs one connection."""
    path, only = tmp_path / "history.db", TlsSettings(versions=(ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3))
    peer.answer = partial(Tls, context=tls_context(certs.make_chain(2), only))
    for connections in 2, 1:
        with swept(peer, path) as process:
            page = metrics(process.port, "aescan_sweep_timestamp_seconds ")
            stop(process)
        assert f'aescan_probe_connections{{target="127.0.0.1:{peer.port}"}} {connections}.0' in page


def test_a_kill_between_two_sweeps(peer: Peer, tmp_path: Path) -> None:
    """What a complete sweep saw is in the history a moment later, whatever happens to the process then."""
    path = tmp_path / "history.db"
    with swept(peer, path) as process:
        wait_for_rows(path)
        process.process.kill()
    store = Store.open(path)
    (known,) = store.load()
    store.close()

    assert known.success is not None


def wait_for_rows(path: Path) -> None:
    """Wait until something stands in the history."""
    code = (
        "import sys, time; from pathlib import Path; from aescan.history.store import Store\n"
        "path = Path(sys.argv[1])\n"
        "while not (path.exists() and path.stat().st_size and Store.open(path).load()): time.sleep(0.02)"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], timeout=PATIENCE, check=True)


COMMITTING = """
import sys, time
from dataclasses import replace
from pathlib import Path
from aescan.history.store import Store
from tests.facts import target
from tests.history.samples import after, at, leaf, pending

store = Store.open(Path(sys.argv[1]))
targets = [target(f"aes{number}.example.com") for number in range(2000)]
store.commit([pending(at(after(hours=1), one, leaf(1))) for one in targets])
steps = 0

def pause():
    global steps
    steps += 1
    if steps == int(sys.argv[2]):
        print("in the middle", flush=True)
        time.sleep(3600)
    return 0

store._connection.execute("PRAGMA cache_size = 10")  # so that pages reach the disk before the end
store._connection.set_progress_handler(pause, 1000)
store.commit([pending(at(after(hours=2), one, leaf(2))) for one in targets])
"""


@pytest.mark.parametrize("steps", [1, 40, 150])
def test_a_kill_in_the_middle_of_a_commit(tmp_path: Path, steps: int) -> None:
    """The sweep in flight is lost, every one before it is there, and the file is sound."""
    path = tmp_path / "history.db"
    command = [sys.executable, "-c", COMMITTING, str(path), str(steps)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"in the middle\n"
        process.kill()
    store = Store.open(path)
    known = store.load()
    (integrity,) = store._connection.execute("PRAGMA integrity_check").fetchone()
    store.close()

    assert integrity == "ok"
    assert len(known) == 2000
    assert len({one.moment for one in known}) == 1
    assert {one.changes for one in known} == {0}


def test_a_history_that_is_deleted(peer: Peer, tmp_path: Path) -> None:
    """Monitoring goes on, and a new history begins."""
    path = tmp_path / "history.db"
    with swept(peer, path) as process:
        wait_for_rows(path)
        path.unlink()
        sweep_again(process)
        process.wait_until_logged("(history was deleted or replaced, another is begun)")
        wait_for_rows(path)
        page = metrics(process.port, UP)
        stop(process)

    assert f'aescan_probe_success{{target="127.0.0.1:{peer.port}"}} 1.0' in page


def test_a_history_that_is_damaged(peer: Peer, tmp_path: Path) -> None:
    """It is set aside, and a new one begins."""
    path = tmp_path / "history.db"
    path.write_bytes(b"\x00garbage" * 4096)
    with swept(peer, path) as process:
        wait_for_rows(path)
        page = metrics(process.port, UP)
        stop(process)

    assert f'aescan_probe_success{{target="127.0.0.1:{peer.port}"}} 1.0' in page
    assert (tmp_path / "history.db.damaged-1").read_bytes() == b"\x00garbage" * 4096


def test_a_history_that_cannot_be_written(peer: Peer) -> None:
    """A place where nobody can write costs the history alone: a metric and one line of the log say so."""
    with swept(peer, Path("/proc/aescan/history.db")) as process:
        page = metrics(process.port, DOWN)
        sweep_again(process)
        process.process.send_signal(signal.SIGTERM)
        assert process.process.stderr is not None
        log = [*process.log, *process.process.stderr]

    assert f'aescan_probe_success{{target="127.0.0.1:{peer.port}"}} 1.0' in page
    assert ["history" in line for line in log].count(True) == 1


def test_a_disk_that_is_full(peer: Peer, tmp_path: Path) -> None:
    """Monitoring goes on without a history, which is written as soon as there is room."""
    path = tmp_path / "history.db"
    command = ["sh", "-c", 'ulimit -S -f 4; exec "$0" "$@"', *COMMAND, *LISTENING]
    with subprocess.Popen(
        [*command, f"127.0.0.1:{peer.port}", "--history-file", str(path)], stderr=subprocess.PIPE, encoding="utf-8"
    ) as started:
        try:
            process = Exporter(started)
            process.wait_for('(sweep finished" targets=1)')
            page = metrics(process.port, DOWN)
            unlimited = resource.RLIM_INFINITY
            resource.prlimit(started.pid, resource.RLIMIT_FSIZE, (unlimited, unlimited))
            sweep_again(process)
            assert metrics(process.port, UP)
            stop(process)
        finally:
            started.kill()
    store = Store.open(path)
    (known,) = store.load()
    store.close()

    assert f'aescan_probe_success{{target="127.0.0.1:{peer.port}"}} 1.0' in page
    assert known.success is not None
