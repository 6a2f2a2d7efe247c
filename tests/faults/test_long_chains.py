"""Servers that present five hundred certificates, or more bytes than a flight may have: what is read, what is said."""

import html
import re
import ssl
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from cryptography import x509
from prometheus_client.parser import text_string_to_metric_families as parse

from aescan.lab.answers import Tls
from aescan.lab.certificates import Identity
from aescan.lab.servers import Server, serving
from tests import certs
from tests.processes import Exporter, exporter, metrics, request, value

PRESENTED = 500
READ = 100
"""Certificates of a message that are looked at."""
SHOWN = 10
"""Those that have series of their own."""

EVERY = 12
"""Targets that the same server is."""
MOST_MEMORY = 30 * 1024
"""Kilobytes that all of them may cost: what they present is more than twice as much."""


def presenting(folder: Path, chain: Sequence[Identity], version: ssl.TLSVersion) -> Server:
    """Return a server of this chain, which OpenSSL sends though no client of its own takes it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = version
    path = folder / "chain.pem"
    path.write_bytes(b"".join(identity.pem for identity in chain) + chain[0].key_pem)
    context.load_cert_chain(path)
    return Server("127.0.0.1", partial(Tls, context=context))


def remarks(page: str) -> str:
    """Return a page of a target as text."""
    return html.unescape(re.sub(r"<[^>]*>", "", page))


def peak(process: Exporter) -> int:
    """Return the kilobytes of memory that the process had at its most (proc(5))."""
    status = Path(f"/proc/{process.process.pid}/status").read_text(encoding="utf-8")
    return int(re.findall(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)[0])


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_long_chain(tmp_path: Path, version: ssl.TLSVersion) -> None:
    """Of it a hundred certificates count and ten have series; that there are more is said; both pages are whole."""
    chain = list(certs.make_chain(PRESENTED))
    first_end = certs.NOT_AFTER - timedelta(days=100)
    chain[READ - 1] = certs.make_certificate("CN=The last one read", not_after=first_end)
    chain[READ] = certs.make_certificate("CN=The next", not_after=first_end - timedelta(days=1))
    with serving([presenting(tmp_path, chain, version)]) as (port,), exporter(f"127.0.0.1:{port}") as process:
        page = metrics(process.port, "aescan_sweep_timestamp_seconds ")
        _, target = request(process.port, f"/target?name=127.0.0.1:{port}")
        status, probed = request(process.port, f"/probe?target=127.0.0.1:{port}")
    positions = re.findall(r'^aescan_certificate_info\{.*position="(\d+)"', page, re.MULTILINE)

    assert list(parse(page))
    assert positions == [str(position) for position in range(SHOWN)]
    assert (
        value(page, f'aescan_chain_not_after_timestamp_seconds{{target="127.0.0.1:{port}"}}') == first_end.timestamp()
    )
    assert "more than 100 certificates, the rest is left out" in remarks(target)
    assert "CN=The last one read" in remarks(target)
    assert "CN=The next" not in remarks(target)
    assert (status, value(probed, "probe_success")) == (200, 1)
    assert value(probed, "probe_ssl_earliest_cert_expiry") == first_end.timestamp()


def test_more_bytes_than_a_flight_may_have(tmp_path: Path) -> None:
    """What has come by then is kept, and the cut is said; many servers like that cost little memory."""
    names = x509.SubjectAlternativeName([x509.DNSName(f"aes{number}.example.com") for number in range(500)])
    large = certs.make_certificate("CN=Large", extensions=[names])
    chain, inventory = [certs.make_certificate(), *[large] * PRESENTED], tmp_path / "inventory.yml"
    assert len(large.der) * PRESENTED > 5_000_000
    with serving([presenting(tmp_path, chain, ssl.TLSVersion.TLSv1_2)]) as (port,):
        entries = [
            f"{{host: 127.0.0.1, address: 127.0.0.1, ports: [{{port: {port}, name: aes{n}}}]}}" for n in range(EVERY)
        ]
        inventory.write_text(f"hosts: [{entries[0]}]", encoding="utf-8")
        with exporter("--inventory", str(inventory)) as process:
            process.wait_for("(sweep finished)")
            _, target = request(process.port, "/target?name=aes0")
            before = peak(process)
            inventory.write_text(f"hosts: [{', '.join(entries)}]", encoding="utf-8")
            assert request(process.port, "/-/reload", "POST")[0] == 200
            page = metrics(process.port, lambda page: page.count("\naescan_probe_success{") == EVERY)
            after = peak(process)

    assert re.search(r"certificate message longer than the limit, cut after \d{6} bytes", remarks(target))
    assert re.search(r"certificate \d+ is cut short and left out", remarks(target))
    assert "duplicate_in_chain" in remarks(target)
    assert len(list(parse(page))) > SHOWN
    assert len(re.findall(r'^aescan_probe_success\{target="aes\d+"\} 1\.0$', page, re.MULTILINE)) == EVERY
    assert after - before < MOST_MEMORY
