"""The command is gentle: whole handshakes where they are wanted, what worked kept, nothing dialled but the targets."""

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from aescan.cli import main
from aescan.lab.answers import Connections, Tls
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.estate import TLS13_ONLY
from aescan.lab.servers import Server, serving
from tests import certs
from tests.processes import PATIENCE, exporter, metrics, sweep_again

DIALLED = """
import json, sys
calls = []

def hear(event, arguments):
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        calls.append([event, *arguments[-1][:2]])
    elif event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}:
        calls.append([event, arguments[0], 0])

sys.addaudithook(hear)
from aescan.cli import main
main([*sys.argv[1:], "--once", "--demo", "--format", "json"])
print(json.dumps(calls), file=sys.stderr)
"""
"""Every call of this process that reaches out: Python tells of it whoever makes it, and cannot be told to be quiet."""


class Counting(Tls):
    """A server of TLS that counts its connections."""

    made = 0

    def __init__(self, connections: Connections, **settings: object) -> None:
        super().__init__(connections, **settings)  # type: ignore[arg-type] # whatever Tls takes
        Counting.made += 1


def test_whole_handshakes(capsys: pytest.CaptureFixture[str]) -> None:
    """Asked for on the command line, handshakes are finished."""
    context = tls_context(certs.make_chain(2), TlsSettings())
    with serving([Server("127.0.0.1", partial(Tls, context=context))]) as (port,):
        assert main(["--once", f"127.0.0.1:{port}", "--full-handshake", "--format", "json"]) == 0
    (target,) = json.loads(capsys.readouterr().out)["targets"]

    assert (target["tls"]["hello"], target["connections"]) == ("handshake", 1)


def test_what_worked_outlives_a_reload(tmp_path: Path) -> None:
    """A server of TLS 1.3 costs two connections once; after the configuration is read anew it costs one."""
    inventory = tmp_path / "inventory.yml"
    context = tls_context(certs.make_chain(2), TLS13_ONLY)
    Counting.made = 0
    with serving([Server("127.0.0.1", partial(Counting, context=context))]) as (port,):
        inventory.write_text(f"hosts: [{{host: 127.0.0.1, ports: [{port}]}}]\n", encoding="utf-8")
        with exporter("--inventory", str(inventory)) as process:
            process.wait_for("(sweep finished)")
            before = Counting.made
            process.process.send_signal(1)
            process.wait_for("(configuration taken up)")
            sweep_again(process)
            metrics(process.port, "aescan_probes_total 2.0")

    assert (before, Counting.made) == (2, 3)


@pytest.mark.parametrize("options", [[], ["--full-handshake", "--protocols"]], ids=["", "with all that may be asked"])
def test_nothing_but_the_targets_is_dialled(options: list[str]) -> None:
    """A whole run connects to each target and to nothing else, and looks no name up where addresses are known."""
    done = subprocess.run(
        [sys.executable, "-c", DIALLED, *options], capture_output=True, check=True, timeout=PATIENCE, encoding="utf-8"
    )
    targets = json.loads(done.stdout)["targets"]
    calls = json.loads(done.stderr.splitlines()[-1])
    endpoints = {tuple(call[1:]) for call in calls}

    assert {event for event, *_ in calls} == {"socket.connect"}
    assert {port for _, port in endpoints} == {target["port"] for target in targets}
    assert len(endpoints) == len(targets)
    assert len(calls) == sum(target["connections"] for target in targets)
    seen = {(target["tls"]["address"], target["port"]) for target in targets if target["status"] == "seen"}
    assert seen
    assert seen <= endpoints
