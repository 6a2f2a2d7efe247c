"""
Every query of the dashboards has rows in a real Prometheus that scrapes a real exporter of the lab's estate.

The exporter has everything that a dashboard shows: a history, trust stores, a clock to hold its own against, events, a
certificate of its own, and targets asked for their protocol versions.
"""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import time

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from aescan.lab.estate import Estate, running_estate
from aescan.scan.schedule import now
from tests.certs import make_authority, make_certificate
from tests.grafana.dashboards import ALL, FILES, Asked, asked, events, interpolated
from tests.grafana.prometheus import PATIENCE, Prometheus, running_prometheus
from tests.probe.ntp import answer
from tests.processes import exporter

EXPRESSIONS = [one for file in FILES for one in asked(file)]
EVENTS = [one for file in FILES for one in events(file)]


@contextmanager
def time_server() -> Iterator[int]:
    """Answer NTP requests on loopback with the right time; gives the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                request, sender = server.recvfrom(512)
                if not request:
                    return
                server.sendto(answer(request[40:48], now()), sender)

        serving = threading.Thread(target=serve)
        serving.start()
        try:
            yield server.getsockname()[1]
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", server.getsockname())
            serving.join()


def written_settings(folder: Path, estate: Estate, clock: int) -> Path:
    """Write settings and an inventory of the running estate, and return the settings."""
    hosts = [
        {
            "host": target.host,
            "address": target.address,
            "ports": [{"port": target.port, "service": target.service, "name": target.name}]
            if target.service
            else [target.port],
            "labels": dict(target.labels),
            "protocols": True,
        }
        for target in estate.targets
    ]
    root = make_authority("CN=Some root")
    (folder / "root.pem").write_bytes(root.pem)
    settings = {
        "inventory": "inventory.yml",
        "timeout": "2s",
        "connect_timeout": "2s",
        "interval": "10s",
        "host_pause": "0s",
        "clock": {"servers": [f"127.0.0.1:{clock}"]},
        "history": {"path": str(folder / "history.db")},
        "events": {"file": str(folder / "events.jsonl")},
        "trust_stores": [{"name": "some", "files": "root.pem"}],
    }
    (folder / "inventory.yml").write_text(json.dumps({"hosts": hosts}), encoding="utf-8")  # JSON is YAML
    (folder / "aescan.yml").write_text(json.dumps(settings), encoding="utf-8")
    own = make_certificate("CN=127.0.0.1", issuer=root)
    (folder / "own.pem").write_bytes(own.pem)
    key = own.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "own.key").write_bytes(key)
    tls = {"tls_server_config": {"cert_file": "own.pem", "key_file": "own.key"}}
    (folder / "web.yml").write_text(json.dumps(tls), encoding="utf-8")
    return folder / "aescan.yml"


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """Give a Prometheus that has scraped the estate after a whole sweep, more than once."""
    folder = tmp_path_factory.mktemp("stack")
    with ExitStack() as stack:
        clock = stack.enter_context(time_server())
        estate = stack.enter_context(running_estate(now()))
        settings = written_settings(folder, estate, clock)
        web = str(folder / "web.yml")
        served = stack.enter_context(exporter("--config.file", str(settings), "--web.config.file", web))
        assert served.process.stderr is not None
        threading.Thread(target=served.process.stderr.read, daemon=True).start()  # a full pipe would hold it up
        scraped = {
            "job_name": "aescan",
            "scheme": "https",
            "tls_config": {"insecure_skip_verify": True},
            "static_configs": [{"targets": [f"127.0.0.1:{served.port}"]}],
        }
        asking = stack.enter_context(running_prometheus(folder, scraped))
        asking.wait_for("aescan_sweep_timestamp_seconds")
        asking.wait_for("sum(rate(aescan_probe_failures_total[10s])) > 0")
        yield asking


def values(prometheus: Prometheus) -> dict[str, str]:
    """Return what the variables stand for, as Grafana puts them in."""
    (row, *_) = prometheus.rows("aescan_build_info")
    instance = row["metric"]["instance"].replace(".", r"\\.")
    return ALL | {"instance": f"({instance})", "host": "aes11.lab.example", "target": "(aes11.*)"}


@pytest.mark.parametrize("one", EXPRESSIONS, ids=str)
def test_query_has_rows(prometheus: Prometheus, one: Asked) -> None:
    """Prometheus understands every expression, and has something to show for it."""
    expr = interpolated(one.expr, values(prometheus))
    found = prometheus.course(expr, time() - PATIENCE, time(), 1) if one.course else prometheus.rows(expr)

    assert found


@pytest.mark.parametrize("one", EVENTS, ids=str)
def test_event_is_understood(prometheus: Prometheus, one: Asked) -> None:
    """Prometheus understands every annotation; what they have to show, test_meaning.py tells."""
    assert prometheus.course(interpolated(one.expr, values(prometheus)), time() - 10, time(), 1) is not None


def test_choices_of_the_variables(prometheus: Prometheus) -> None:
    """The variables have something to choose from: the labels of the inventory, the services, the hosts."""
    names = ("site", "owner", "aes_service", "host")
    found = {name: len(prometheus.rows(f"count by ({name}) (aescan_target_info)")) for name in names}

    assert all(count > 1 for count in found.values()), found
