"""The command as its users run it, with NTP servers and TSAPI name services beside the targets."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from aescan.cli import main
from aescan.lab.answers import Tls
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.servers import Server, serving
from aescan.probe.acs import request
from aescan.scan.schedule import now
from tests import certs
from tests.logged import logged
from tests.probe import name_service
from tests.probe.ntp import answer


@pytest.fixture
def port() -> Iterator[int]:
    """Run a TLS server and give its port."""
    chain = certs.make_chain(2)
    with serving([Server("127.0.0.1", partial(Tls, context=tls_context(chain, TlsSettings())))]) as (number,):
        yield number


@contextmanager
def listing(*listed: name_service.Listed) -> Iterator[tuple[int, list[bytes]]]:
    """Give the port of a name service that lists this to its first client, and what it was asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                asked.append(connection.recv(100))
                connection.sendall(name_service.reply(*listed))
                connection.recv(100)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], asked
        thread.join()


def test_once_asks_for_the_time_first(port: int, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The NTP servers of the settings are asked before the sweep; a clock that is off is told and counts."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        settings = tmp_path / "aescan.yml"
        settings.write_text(f"clock: {{servers: '127.0.0.1:{server.getsockname()[1]}'}}\n", encoding="utf-8")

        def serve() -> None:
            asked, client = server.recvfrom(100)
            server.sendto(answer(asked[40:48], now() + timedelta(days=50 * 365)), client)

        thread = threading.Thread(target=serve)
        thread.start()
        report = tmp_path / "report.json"
        arguments = ["--config.file", str(settings), "--format", "json", "--output", str(report), "--once"]
        status = main([*arguments, f"127.0.0.1:{port}"])
        thread.join()

    assert status == 1
    assert "but this clock is 50 years behind, by NTP it expired" in report.read_text(encoding="utf-8")
    assert "this machine's clock is 50 years behind, by its NTP servers" in " ".join(logged(caplog))


def test_discover(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    """What a name service lists goes to standard output; what is none is told there too, and is status 3."""
    with listing(name_service.ENCRYPTED, name_service.PLAIN) as (number, asked):
        status = main(["--discover", f"127.0.0.1:{number}"])

    assert (status, asked) == (0, [request()])
    assert "   1066  TLS        AVAYA#CM1#CSTA-S#AES1\n" in capsys.readouterr().out
    assert main(["--discover", "--timeout", "2s", f"127.0.0.1:{port}"]) == 3
    assert "never tried against a real AE Services server" in capsys.readouterr().out


def test_once_scans_what_is_discovered(port: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From the inventory to the report: the TLINK that is listed, its name as a label, its plain-text twin."""
    with listing(("AVAYA#CM1#CSTA-S#AES1", port, "192.0.2.7"), name_service.PLAIN) as (number, _):
        (tmp_path / "services.yml").write_text(
            "services:\n  - key: tsapi\n    title: TSAPI\n    ports:\n"
            f"      - {{port: {number}, tls: false, lists_ports: true, confidence: sourced, source: this test}}\n"
            "      - {port: 1066, tls: true, confidence: sourced, source: this test}\n",
            encoding="utf-8",
        )
        (tmp_path / "inventory.yml").write_text(
            "hosts: [{host: 127.0.0.1, services: [tsapi], discover: tsapi}]\n", encoding="utf-8"
        )
        settings = tmp_path / "aescan.yml"
        settings.write_text("inventory: inventory.yml\nservices: services.yml\n", encoding="utf-8")
        main(["--once", "--config.file", str(settings), "--format", "json"])

    (target,) = json.loads(capsys.readouterr().out)["targets"]
    assert target["target"] == f"127.0.0.1:{port}"
    assert target["labels"] == {"tlink": "AVAYA#CM1#CSTA-S#AES1"}
    assert "the host offers the same without TLS on port 1050 (AVAYA#CM1#CSTA#AES1)" in [
        finding["sentence"] for finding in target["findings"]
    ]
