"""Whatever would give one series twice: the page has each once, Prometheus takes it, and what is lost is said."""

import json
import re
import subprocess
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from aescan.exporter.negotiation import Format
from aescan.lab.answers import Tls
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.servers import Server, serving
from tests import certs
from tests.processes import exporter, metrics, request
from tests.tools import tool

LONG = ".".join(["a" * 63] * 3 + ["b" * 61])
"""The longest name a host may have: with a port longer than the values of most labels."""

SETTINGS = """
inventory: [{file_sd: first.json}, {file_sd: '*.json'}, inventory.yml]
events: {file: told.jsonl, syslog: [{address: '%(long)s:10001'}, {address: '%(long)s:10002'}]}
clock: {servers: ['%(long)s:10001', '%(long)s:10002', 127.0.0.1, '127.0.0.1:123'], timeout: 1s}
timeout: 5s
""" % {"long": LONG}  # noqa: UP031 - braces are YAML's

INVENTORY = """
hosts:
- {host: localhost, ports: [%(port)d], addresses: all, labels: {which: expanded}}
- {host: 127.0.0.1, ports: [{port: %(port)d, name: 'localhost:%(port)d@127.0.0.1'}], labels: {which: named}}
- {host: 127.0.0.1, ports: [{port: %(port)d, name: same}], labels: {release: '8'}, release: '10'}
"""


def group(*targets: str, **labels: str) -> dict[str, Any]:
    """Return a group of targets as ``file_sd`` writes it."""
    return {"targets": targets, "labels": labels}


def write(folder: Path, port: int) -> None:
    """Write settings that name nearly everything twice."""
    here = f"127.0.0.1:{port}"
    taken = {"target": "1", "host": "2", "port": "3", "aes_service": "4", "exported_host": "5", "__address__": "6"}
    first = [group(here, **taken, job="7", instance="8"), group(here, **taken, job="7", instance="8")]
    second = [group(here, site="elsewhere"), group("127.0.0.1:9", __meta_aescan_name="same")]
    torn = [group("127.0.0.1:10", site="a"), group("127.0.0.1:10", site="b")]
    for name, groups in {"first": first, "second": second, "torn": torn}.items():
        (folder / f"{name}.json").write_text(json.dumps(groups), encoding="utf-8")
    (folder / "inventory.yml").write_text(INVENTORY % {"port": port}, encoding="utf-8")
    (folder / "aescan.yml").write_text(SETTINGS, encoding="utf-8")


def series(page: str) -> Counter[str]:
    """Return how often each series stands on the page."""
    return Counter(line.rpartition(" ")[0] for line in page.splitlines() if not line.startswith("#"))


def info(page: str) -> dict[str, str]:
    """Return the labels of each target."""
    return {
        found[1]: found[0]
        for found in re.findall(r'^(aescan_target_info\{.*target="([^"]*)".*\}) ', page, re.MULTILINE)
    }


def test_everything_twice(tmp_path: Path) -> None:
    """Names, labels, certificates, servers and receivers that come twice leave a page with each series once."""
    leaf, above = certs.make_chain(2, keys=(certs.rsa_key(),))
    twice = tls_context((leaf, above, leaf, above, above), TlsSettings())
    with serving([Server("127.0.0.1", partial(Tls, context=twice))]) as (port,):
        write(tmp_path, port)
        with exporter("--config.file", str(tmp_path / "aescan.yml")) as process:
            process.wait_for("(sweep finished)")
            page = metrics(process.port, "aescan_sweep_timestamp_seconds ")
            status, openmetrics = request(process.port, "/metrics", headers={"Accept": Format.OPENMETRICS.value})
            _, probed = request(process.port, "/probe?target=same")
            process.process.terminate()
            assert process.process.stderr is not None
            log = "".join([*process.log, *process.process.stderr])

    for text, parse in (page, parse_text), (openmetrics, parse_openmetrics), (probed, parse_text):
        assert series(text).most_common(1)[0][1] == 1
        assert len(list(parse(text))) > 20
    assert status == 200
    assert f'target="127.0.0.1:{port}"' in page
    assert page.count("aescan_certificate_info{") == 5 * page.count("aescan_tls_info{")
    told = info(page)
    assert 'exported_exported_host="2",exported_host="5"' in told[f"127.0.0.1:{port}"]
    assert 'which="expanded"' in told[f"localhost:{port}@127.0.0.1"]
    assert 'release="10"' in told["same"]
    check = subprocess.run(
        [tool("promtool", "the Debian package prometheus"), "check", "metrics"],
        input=page.encode(),
        capture_output=True,
        check=False,
    )
    assert (check.returncode, check.stdout, check.stderr) == (0, b"", b"")
    for said in (
        f'msg="target left out, its name is taken" target=localhost:{port}@127.0.0.1',
        f'msg="targets left out, their names are taken" source={tmp_path}/second.json targets=2',
        f'problem="{tmp_path}/torn.json:1:58: the target 127.0.0.1:10 is listed twice, first at',
    ):
        assert said in log
