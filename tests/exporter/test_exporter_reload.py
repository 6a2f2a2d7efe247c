"""What a reload no longer wants to know is gone from the page at once, whatever the servers do meanwhile."""

import asyncio
import http.client
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from aescan.lab.answers import Answer, Connections, Silent, Tls
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.servers import Server, serving
from tests import certs
from tests.probe.test_views import by_name
from tests.processes import PATIENCE, Exporter, exporter, metrics

HOST = """hosts:
  - host: 127.0.0.1
    ports: [{port}]
    services: []
    sni: {name}
    protocols: {protocols}
    views: {views}
"""


END = "aescan_chain_not_after_timestamp_seconds"


class Peer:
    """A server with a certificate for clients that send a name, and one that has ended for the others; or silence."""

    def __init__(self) -> None:
        ended = datetime.now(UTC) - timedelta(days=2)
        chains = (certs.make_certificate(key=certs.rsa_key()),), (certs.make_certificate(not_after=ended),)
        named, nameless = (tls_context(chain, TlsSettings()) for chain in chains)
        self.answer: Answer = partial(Tls, context=by_name(nameless, {certs.HOST: named}))

    def __call__(self, connections: Connections) -> asyncio.Protocol:
        """Answer a connection."""
        return self.answer(connections)


def reload(process: Exporter) -> None:
    """Have the configuration loaded anew, and wait until it is in force."""
    connection = http.client.HTTPConnection("127.0.0.1", process.port, timeout=PATIENCE)
    connection.request("POST", "/-/reload")
    assert connection.getresponse().status == http.HTTPStatus.OK
    connection.close()


def of(page: str, metric: str) -> list[str]:
    """Return the series of a metric on a page."""
    return [line for line in page.splitlines() if line.startswith(f"{metric}{{")]


def test_views_and_protocols_that_are_not_wanted_any_more(tmp_path: Path) -> None:
    """Their series vanish with the reload though the server says nothing any more; a restart brings none back."""
    inventory, peer = tmp_path / "inventory.yml", Peer()
    arguments = "--inventory", str(inventory), "--history-file", str(tmp_path / "history.db"), "--timeout", "20s"
    with serving([Server("127.0.0.1", peer)]) as (port,):
        wanted = {"port": port, "name": certs.HOST}
        inventory.write_text(HOST.format(**wanted, protocols="true", views="[no_sni]"))
        with exporter(*arguments) as process:
            before = metrics(process.port, "aescan_sweep_timestamp_seconds ")
            peer.answer = Silent
            inventory.write_text(HOST.format(**wanted, protocols="false", views="[]"))
            reload(process)
            after = metrics(process.port, "")
            process.process.terminate()
            process.process.wait(PATIENCE)
        with exporter(*arguments) as process:
            restarted = metrics(process.port, "")

    assert len(of(before, "aescan_tls_protocol_supported")) > 3
    assert 'code="expired"' in before
    for page in after, restarted:
        assert of(page, "aescan_tls_protocol_supported") == []
        assert 'code="expired"' not in page
        assert of(page, "aescan_certificate_info") == of(before, "aescan_certificate_info")
        assert of(page, "aescan_chain_not_after_timestamp_seconds") != of(
            before, "aescan_chain_not_after_timestamp_seconds"
        )
