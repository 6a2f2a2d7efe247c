"""rsyslog as a collector: it parses what it gets and writes it down as JSON, on a port that the kernel chooses."""

import json
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from aescan.settings.events import Transport
from tests.tools import tool

PATIENCE = 60.0

CONFIG = """\
global(workDirectory="{folder}" maxMessageSize="8k" {tls})
module(load="mmpstrucdata")
{listening}
template(name="json" type="list" option.jsonf="on") {{
  property(outname="priority" name="pri" format="jsonf")
  property(outname="time" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="host" name="hostname" format="jsonf")
  property(outname="program" name="app-name" format="jsonf")
  property(outname="process" name="procid" format="jsonf")
  property(outname="kind" name="msgid" format="jsonf")
  property(outname="data" name="$!rfc5424-sd" format="jsonf")
  property(outname="text" name="msg" format="jsonf")
}}
ruleset(name="all") {{
  action(type="mmpstrucdata" sd_name.lowercase="off")
  action(type="omfile" file="{folder}/received" template="json")
}}
"""

STREAM = """\
module(load="imtcp" {driver})
input(type="imtcp" port="0" address="127.0.0.1" listenPortFileName="{folder}/port" ruleset="all")
"""

DRIVER = 'StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="x509/certvalid"'

FILES = (
    'defaultNetstreamDriverCAFile="{folder}/ca.pem" defaultNetstreamDriverCertFile="{folder}/server.pem"'
    ' defaultNetstreamDriverKeyFile="{folder}/server.key"'
)

DATAGRAMS = """\
module(load="imudp")
input(type="imudp" port="{port}" address="127.0.0.1" ruleset="all")
"""


class Collector:
    """A running collector."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self._received = folder / "received"

    def received(self, count: int) -> list[dict[str, Any]]:
        """Return what was received, once it is so many messages; the structured data as nested mappings."""
        pause = threading.Event()
        lines: list[str] = []
        for _ in range(int(PATIENCE * 50)):
            if self._received.exists():
                lines = self._received.read_text(encoding="utf-8").splitlines()
            if len(lines) >= count:
                break
            pause.wait(0.02)
        assert len(lines) >= count, lines
        messages = [json.loads(line) for line in lines]
        return [message | {"data": json.loads(message["data"])} for message in messages]


@contextmanager
def rsyslog(folder: Path, transport: Transport) -> Iterator[Collector]:
    """Run a collector; for TLS the folder is to hold ca.pem, server.pem and server.key."""
    program = tool("rsyslogd", "the Debian packages rsyslog and rsyslog-gnutls")
    with ExitStack() as stack:
        if transport is Transport.UDP:
            port = stack.enter_context(_held())
            listening, tls = DATAGRAMS.format(port=port), ""
        else:
            secure = transport is Transport.TLS
            listening = STREAM.format(folder=folder, driver=DRIVER if secure else "")
            tls = FILES.format(folder=folder) if secure else ""
        (folder / "rsyslog.conf").write_text(
            CONFIG.format(folder=folder, listening=listening, tls=tls), encoding="utf-8"
        )
        command = [program, "-n", "-f", str(folder / "rsyslog.conf"), "-i", str(folder / "pid")]
        process = stack.enter_context(subprocess.Popen(command, stderr=subprocess.PIPE))
        stack.callback(process.kill)
        if transport is Transport.UDP:
            _wait(process, lambda: _bound(port) > 1)
        else:
            _wait(process, lambda: (folder / "port").exists() and (folder / "port").read_text(encoding="ascii") != "")
            port = int((folder / "port").read_text(encoding="ascii"))
        yield Collector(folder, port)


@contextmanager
def _held() -> Iterator[int]:
    """Give a UDP port for a server that cannot say which one the kernel chose; what comes goes to the server."""
    with socket.socket(type=socket.SOCK_DGRAM) as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def _bound(port: int) -> int:
    rows = Path("/proc/net/udp").read_text(encoding="ascii").splitlines()[1:]
    return sum(row.split()[1].endswith(f":{port:04X}") for row in rows)


def _wait(process: "subprocess.Popen[bytes]", ready: Any) -> None:  # noqa: ANN401 - any function without arguments
    pause = threading.Event()
    for _ in range(int(PATIENCE * 50)):
        if ready():
            return
        if process.poll() is not None:
            assert process.stderr is not None
            raise AssertionError(process.stderr.read().decode())
        pause.wait(0.02)
    raise AssertionError("rsyslogd is not ready")
