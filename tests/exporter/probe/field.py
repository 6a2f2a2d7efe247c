"""
Five targets of the lab as a Prometheus has them that was set up for another exporter and now asks aescan.

aescan is a process that serves over TLS and asks for a password. One Prometheus discovers targets by its ``/sd`` and
probes them, with the relabelling of blackbox_exporter and ssl_exporter, another scrapes the metrics of the sweep and
records them under the names of blackbox_exporter by the rules of ``config/``.
"""

import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import bcrypt
import yaml
from cryptography import x509

from aescan.lab.answers import Answer, Tls
from aescan.lab.certificates import Identity, Validity, authority, ec_key, issue, name, server
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.servers import Server, loopback, serving
from aescan.scan.schedule import now
from stack.configuration import SAMPLES, hurried, rewrite
from tests.events.credentials import write_credentials
from tests.grafana.prometheus import Prometheus, running_prometheus
from tests.processes import exporter

PAGE = Path(__file__).parents[3] / "docs" / "other-exporters.md"
PASSWORD = "secret"  # noqa: S105  of this test alone
DAYS = {"healthy": 200, "soon": 5, "expired": -10, "unverified": 100}
"""How many days each chain has left; ``unreachable`` is the fifth target, where nothing listens."""
PATIENT = {"scrape_interval": "5s", "scrape_timeout": "5s"}
"""How often Prometheus asks, which bounds how long an answer may take on a busy machine."""


@dataclass(frozen=True, slots=True)
class Estate:
    """
    The five targets, and aescan.

    ``folder``
        Has ca.pem, which aescan's own certificate leads to.
    ``address``
        Where aescan serves.
    ``instances``
        The endpoint that is dialled of each target by its story.
    ``ends``
        When its chain ends, in Unix seconds, where there is a chain.
    """

    folder: Path
    address: str
    instances: Mapping[str, str]
    ends: Mapping[str, int]

    def story(self, instance: str) -> str:
        """Return whose endpoint this is, be it that of the address or that of the host; none of an empty one."""
        ports = {endpoint.rpartition(":")[2]: story for story, endpoint in self.instances.items()}
        return ports[instance.rpartition(":")[2]] if instance else ""


@dataclass(frozen=True, slots=True)
class Field:
    """
    What the tests ask: a Prometheus that has everything of the estate, and since when, in whole Unix seconds.

    All is asked of that moment.
    """

    estate: Estate
    prometheus: Prometheus
    moment: int

    def values(self, expr: str) -> dict[str, list[float]]:
        """Return the values by the story of their ``instance``, those without one by an empty text."""
        found: dict[str, list[float]] = {}
        for row in self.prometheus.rows(expr, self.moment):
            story = self.estate.story(row["metric"].get("instance", ""))
            found.setdefault(story, []).append(float(row["value"][1]))
        return {story: sorted(values) for story, values in found.items()}

    def left(self, story: str) -> int:
        """Return how many seconds the chain of this target lasts."""
        return self.estate.ends[story] - self.moment


def chains(moment: datetime) -> tuple[Identity, dict[str, tuple[Identity, Identity]]]:
    """Return the root that the trust store holds, and what each story presents: a leaf and the CA that signed it."""
    decade = Validity.starting(moment - timedelta(days=365), 3650)
    root, other = (
        issue(name("O=Field", f"CN={which} root"), ec_key(), decade, extensions=authority())
        for which in ("Field", "Other")
    )
    issuing, elsewhere = (
        issue(name("O=Field", f"CN={which} CA"), ec_key(), decade, issuer=above, extensions=authority())
        for which, above in (("Field", root), ("Other", other))
    )
    presented = {}
    for story, days in DAYS.items():
        signer = elsewhere if story == "unverified" else issuing
        host = f"{story}.lab.example"
        lasting = Validity.ending(moment + timedelta(days=days), 365)
        extensions = server(x509.DNSName(host))
        leaf = issue(name(f"CN={host}"), ec_key(), lasting, issuer=signer, extensions=extensions)
        presented[story] = leaf, signer
    return root, presented


def answer(presented: Sequence[Identity]) -> Answer:
    """Return what a server with this chain says."""
    return partial(Tls, context=tls_context(presented, TlsSettings()))


def write(folder: Path, root: Identity, instances: Mapping[str, str]) -> None:
    """Write settings, inventory and web configuration of aescan."""
    write_credentials(folder)
    (folder / "root.pem").write_bytes(root.pem)
    hosts = [
        {
            "host": f"{story}.lab.example",
            "address": instance.partition(":")[0],
            "ports": [{"port": int(instance.partition(":")[2]), "name": story}],
        }
        for story, instance in instances.items()
    ]
    settings = {
        "inventory": "inventory.yml",
        "interval": "10s",
        "host_pause": "0s",
        "trust_stores": [{"name": "field", "files": "root.pem"}],
    }
    web = {
        "tls_server_config": {"cert_file": "server.pem", "key_file": "server.key"},
        "basic_auth_users": {"prometheus": bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()},
    }
    written = {"inventory.yml": {"hosts": hosts}, "aescan.yml": settings, "web.yml": web}
    for file, content in written.items():
        (folder / file).write_text(json.dumps(content), encoding="utf-8")  # JSON is YAML


@contextmanager
def running(folder: Path) -> Iterator[Estate]:
    """Run the targets and aescan until the block is left."""
    root, presented = chains(now().replace(microsecond=0))
    addresses = {story: loopback(number) for number, story in enumerate((*presented, "unreachable"), 1)}
    answers = {story: answer(chain) for story, chain in presented.items()}
    with serving([Server(address, answers.get(story)) for story, address in addresses.items()]) as ports:
        instances = {story: f"{addresses[story]}:{port}" for story, port in zip(addresses, ports, strict=True)}
        ends = {story: int(leaf.validity.not_after.timestamp()) for story, (leaf, _) in presented.items()}
        write(folder, root, instances)
        files = "--config.file", str(folder / "aescan.yml"), "--web.config.file", str(folder / "web.yml")
        with exporter(*files) as aescan:
            assert aescan.process.stderr is not None
            threading.Thread(target=aescan.process.stderr.read, daemon=True).start()  # a full pipe would hold it up
            yield Estate(folder, f"127.0.0.1:{aescan.port}", instances, ends)


def access(estate: Estate) -> dict[str, object]:
    """Return how aescan is reached: the part of a job, and of a discovery, that tells who asks."""
    tls = {"ca_file": str(estate.folder / "ca.pem")}
    return {"basic_auth": {"username": "prometheus", "password": PASSWORD}, "tls_config": tls}


def metrics(estate: Estate) -> dict[str, object]:
    """Return the job that scrapes what the sweep saw."""
    served = [{"targets": [estate.address]}]
    return {"job_name": "aescan", "scheme": "https", **PATIENT, **access(estate), "static_configs": served}


def documented() -> Any:  # noqa: ANN401  YAML
    """Return the job that the documentation has for those who come from another exporter."""
    (sample,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (job,) = yaml.safe_load(sample)["scrape_configs"]
    return job


def probes(estate: Estate) -> dict[str, object]:
    """Return that job for this aescan, which serves over TLS and asks for a password."""
    job = documented()
    (discovery,), relabelling = job["http_sd_configs"], job["relabel_configs"]
    assert (discovery["url"], relabelling[-1]["replacement"]) == ("http://localhost:10722/sd", "localhost:10722")
    discovery |= {"url": f"https://{estate.address}/sd", "refresh_interval": "1s", **access(estate)}
    relabelling[-1]["replacement"] = estate.address
    return {**job, "scheme": "https", **PATIENT, **access(estate)}


def rules(folder: Path, *files: str) -> list[Path]:
    """Write rules of ``config/`` to the folder, evaluated every second, and return where they are."""
    for file in files:
        rewrite(SAMPLES / "prometheus" / file, folder / file, hurried)
    return [folder / file for file in files]


@contextmanager
def probed(estate: Estate, folder: Path) -> Iterator[Field]:
    """Run a Prometheus that scrapes the metrics, probes the targets, and once asks without a password."""
    stranger = {**metrics(estate), "job_name": "stranger", "basic_auth": None}
    own = rules(folder, "aescan.rules.yml")
    with running_prometheus(folder, metrics(estate), probes(estate), stranger, rules=own) as prometheus:
        count = len(estate.instances)
        prometheus.wait_for(f'count(probe_success{{job="blackbox-exporter"}}) == {count}')
        prometheus.wait_for(f'count(aescan_probe_success{{job="aescan"}}) == {count}')
        prometheus.wait_for('up{job="stranger"}')
        prometheus.wait_for("aescan:targets:count")
        yield Field(estate, prometheus, int(now().timestamp()) + 1)


@contextmanager
def recorded(estate: Estate, folder: Path) -> Iterator[Field]:
    """Run a Prometheus that scrapes the metrics, and records under the names of blackbox_exporter what they say."""
    own = rules(folder, "aescan.rules.yml", "blackbox.rules.yml")
    with running_prometheus(folder, metrics(estate), rules=own) as prometheus:
        prometheus.wait_for(f"count(probe_success) == {len(estate.instances)}")
        prometheus.wait_for(f"count(probe_ssl_earliest_cert_expiry) == {len(estate.ends)}")
        yield Field(estate, prometheus, int(now().timestamp()) + 1)
