"""Who is let in, and how often; see also the application, which has all of it."""

import asyncio
import ssl
from pathlib import Path

import aiohttp
import pytest
from cryptography import x509

from aescan.exporter.application import application
from aescan.exporter.exporter import Exporter
from aescan.exporter.web.admission import Bucket
from aescan.exporter.web.config import Rate
from aescan.exporter.web.listening import listening
from aescan.exporter.web.live import WebConfigFile
from aescan.lab.certificates import Identity
from tests.certs import make_authority, make_certificate
from tests.exporter.estate import FakeSweep, configuration
from tests.facts import NOW

LOOPBACK = (("127.0.0.1", 0),)


def test_bucket() -> None:
    """After a burst one token comes per interval; a long rest fills no more than the burst."""
    bucket, rate = Bucket(), Rate(interval=2.0, burst=3)

    assert [bucket.take(rate, moment) for moment in (0, 0, 0, 0, 1.9, 2, 2)] == [True] * 3 + [False, False, True, False]
    assert [bucket.take(rate, 1000) for _ in range(4)] == [True, True, True, False]


def of_clients_alone(ca: Identity) -> WebConfigFile:
    """Return a web configuration, in this folder, that lets in one name with a certificate of that CA."""
    own = make_certificate()
    for name, content in ("web.pem", own.pem), ("web.key", own.key_pem), ("ca.pem", ca.pem):
        Path(name).write_bytes(content)
    path = Path("web.yml")
    path.write_text(
        "tls_server_config: {cert_file: web.pem, key_file: web.key, client_ca_file: ca.pem,"
        " client_auth_type: RequireAndVerifyClientCert, client_allowed_sans: [prometheus.example.com]}"
    )
    return WebConfigFile(path)


def client_context(identity: Identity | None) -> ssl.SSLContext:
    """Return how a client with that certificate speaks TLS, whoever answers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if identity is not None:
        path = Path("client.pem")
        path.write_bytes(identity.pem + identity.key_pem)
        context.load_cert_chain(path)
    return context


async def test_clients_with_certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate of the site's CA is wanted, with a name that is let in; a subject counts for nothing."""
    monkeypatch.chdir(tmp_path)
    ca, first = make_authority(), configuration(FakeSweep())
    web_file = of_clients_alone(ca)
    app = application(Exporter(first, lambda: first, lambda: NOW, asyncio.Event()), web_file)
    async with listening(app, LOOPBACK, context=web_file.context()) as (endpoint,), aiohttp.ClientSession() as session:
        for host, path, status in [
            ("prometheus.example.com", "/config", 200),
            ("other.example.com", "/config", 403),
            ("other.example.com", "/-/healthy", 403),
        ]:
            names = x509.SubjectAlternativeName([x509.DNSName(host)])
            context = client_context(make_certificate("CN=prometheus.example.com", issuer=ca, extensions=(names,)))
            async with session.get(f"https://{endpoint}{path}", ssl=context) as response:
                assert response.status == status
        with pytest.raises(aiohttp.ClientError):
            await session.get(f"https://{endpoint}/-/healthy", ssl=client_context(None))
