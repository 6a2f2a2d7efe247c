"""``/sd`` serves what Prometheus, and aescan itself, can read."""

import asyncio
import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import aiohttp
import bcrypt
import pytest
from aiohttp import web

from aescan.exporter import discovery as module
from aescan.exporter.discovery import Discovery, group, render
from aescan.exporter.web.listening import listening
from aescan.inventory.expand import first_level
from aescan.inventory.groups import read_groups
from aescan.inventory.model import Target
from aescan.inventory.services import load_services
from aescan.settings.policy import Thresholds
from tests.events.credentials import write_credentials
from tests.exporter.estate import LOST, ODD, SOUND
from tests.grafana.prometheus import running_prometheus
from tests.ports import reserved
from tests.processes import exporter

CHOSEN = replace(LOST, name="paris", address="192.0.2.1", release="10.1", server_name="aes.example.com")


def test_each_target_is_a_group() -> None:
    """With what is known of it, and the address that is dialled."""
    assert group(SOUND) == {
        "targets": ["aes1.example.com:4722"],
        "labels": {
            "__meta_aescan_name": "aes1.example.com:4722",
            "__meta_aescan_service": "dmcc",
            "__meta_aescan_server_name": "aes1.example.com",
            "__meta_aescan_label_site": "Stockholm",
            "__meta_aescan_label_owner": "telephony",
        },
    }
    assert group(CHOSEN) == {
        "targets": ["192.0.2.1:8443"],
        "labels": {
            "__meta_aescan_name": "paris",
            "__meta_aescan_service": "oam",
            "__meta_aescan_release": "10.1",
            "__meta_aescan_server_name": "aes.example.com",
            "__meta_aescan_label_site": "Berlin",
        },
    }
    assert group(Target("six", "2001:db8::1", 443)) == {
        "targets": ["[2001:db8::1]:443"],
        "labels": {"__meta_aescan_name": "six"},
    }


def test_aescan_reads_what_it_serves() -> None:
    """Names, services, releases, names to send and labels come out as they went in."""
    services = load_services()
    known = (SOUND, CHOSEN, replace(LOST, labels={"exported_host": "x"}))
    found = read_groups("sd", render(known), first_level(Thresholds(), services), services).targets

    def facts(targets: Sequence[Target]) -> list[object]:
        return [(each.name, each.port, each.service, each.release, each.server_name, each.labels) for each in targets]

    assert facts(found) == facts(known)
    assert [each.host for each in found] == ["aes1.example.com", "192.0.2.1", "aes2.example.com"]


async def test_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole, plain or packed, made once for as long as the inventory stays; an empty one is an empty list."""
    made: list[int] = []

    def counted(targets: tuple[Target, ...]) -> bytes:
        made.append(len(targets))
        return render(targets)

    monkeypatch.setattr(module, "render", counted)
    inventory: list[tuple[Target, ...]] = [(SOUND, ODD)]
    app = web.Application()
    app.add_routes([web.get("/sd", Discovery(lambda: inventory[0]).answer)])
    async with (
        listening(app, (("127.0.0.1", 0),)) as endpoints,
        aiohttp.ClientSession(f"http://{endpoints[0]}", auto_decompress=False) as session,
    ):

        async def ask(coding: str) -> bytes:
            async with session.get("/sd", headers={"Accept-Encoding": coding}) as response:
                assert response.status == 200
                assert response.headers["Content-Type"] == "application/json"
                assert response.headers["Vary"] == "Accept-Encoding"
                assert response.headers.get("Content-Encoding", "identity") == coding
                return await response.read()

        plain, packed = await asyncio.gather(ask("identity"), ask("gzip"))
        assert gzip.decompress(packed) == plain
        assert json.loads(plain) == [group(SOUND), group(ODD)]
        assert made == [2]

        inventory[0] = ()
        assert await ask("identity") == b"[]"
        assert made == [2, 0]


@pytest.fixture
def closed() -> Iterator[int]:
    """Give a port that nobody listens on."""
    with reserved() as port:
        yield port


def test_prometheus_discovers_by_it(tmp_path: Path, closed: int) -> None:
    """Over TLS and with a password, and probes what it found, with the labels of the inventory."""
    write_credentials(tmp_path)
    word = bcrypt.hashpw(b"secret", bcrypt.gensalt(4)).decode()
    web_config = {
        "tls_server_config": {"cert_file": "server.pem", "key_file": "server.key"},
        "basic_auth_users": {"prometheus": word},
    }
    (tmp_path / "web.yml").write_text(json.dumps(web_config), encoding="utf-8")  # JSON is YAML
    (tmp_path / "targets.csv").write_text(f"host,port,name,labels.site\n127.0.0.1,{closed},first,paris\n")
    access = {
        "basic_auth": {"username": "prometheus", "password": "secret"},
        "tls_config": {"ca_file": "ca.pem"},
    }
    with exporter(
        "--web.config.file", str(tmp_path / "web.yml"), "--inventory", str(tmp_path / "targets.csv")
    ) as running:
        address = f"127.0.0.1:{running.port}"
        scraped = {
            "job_name": "on demand",
            "scheme": "https",
            "metrics_path": "/probe",
            **access,
            "http_sd_configs": [{"url": f"https://{address}/sd", "refresh_interval": "1s", **access}],
            "relabel_configs": [
                {"source_labels": ["__address__"], "target_label": "__param_target"},
                {"source_labels": ["__meta_aescan_name"], "target_label": "target"},
                {"regex": "__meta_aescan_label_(.+)", "action": "labelmap"},
                {"target_label": "__address__", "replacement": address},
            ],
        }
        with running_prometheus(tmp_path, scraped) as prometheus:
            prometheus.wait_for('probe_success{target=~"first:.+", site="paris"}')
