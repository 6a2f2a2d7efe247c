"""The exporter as a process without an inventory: it answers what it is asked, as exporters of probes do."""

import http.client
from functools import partial
from pathlib import Path

from aescan.lab.answers import Tls
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.servers import Server, serving
from tests import certs
from tests.processes import PATIENCE, exporter


def get(port: int, path: str) -> tuple[int, str]:
    """Return status and text of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text


def test_no_inventory(tmp_path: Path) -> None:
    """It is ready at once, and probes what it may."""
    settings = tmp_path / "aescan.yml"
    settings.write_text("probe: {allow: [127.0.0.0/30]}\n", encoding="utf-8")
    context = tls_context(certs.make_chain(2), TlsSettings())
    with (
        serving([Server("127.0.0.1", partial(Tls, context=context))]) as (port,),
        exporter("--config.file", str(settings)) as process,
    ):
        assert get(process.port, "/-/ready") == (200, "aescan is ready\n")
        status, page = get(process.port, f"/probe?target=127.0.0.1:{port}")
        assert (status, "\nprobe_success 1.0\n" in page) == (200, True)
        assert get(process.port, "/probe?target=127.0.0.9:443")[0] == http.HTTPStatus.FORBIDDEN
        assert "The inventory is empty" in get(process.port, "/")[1]
        assert get(process.port, "/metrics")[0] == http.HTTPStatus.OK
