"""A target to its chain, on real servers."""

import asyncio
import re
import socket
import ssl
import subprocess
from functools import partial
from pathlib import Path

import pytest

from aescan.errors import ProbeError, Reason
from aescan.inventory.model import Target
from aescan.lab.answers import Tls
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.servers import Server, serving
from aescan.probe.probe import Prober
from aescan.probe.resolve import Resolver
from aescan.tls.capture import Capture, ClientCertificate
from tests import certs, flights
from tests.peers import openssl_server, scripted, swallowing, tlslite_server

CHAIN = certs.make_chain(3, keys=(certs.rsa_key(),))
DERS = tuple(identity.der for identity in CHAIN)


def probe(port: int, host: str = "127.0.0.1", prober: Prober | None = None) -> Capture:
    """Probe a port of loopback under the name of the test certificates."""
    target = Target(f"{host}:{port}", host, port, server_name=certs.HOST)
    return asyncio.run((prober or Prober()).probe(target))


@pytest.mark.parametrize(
    ("settings", "version", "hello", "asked"),
    [
        (TlsSettings(), "TLS 1.2", "tls12", ClientCertificate.NOT_REQUESTED),
        (
            TlsSettings(versions=(ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1)),
            "TLS 1.0",
            "tls12",
            ClientCertificate.NOT_REQUESTED,
        ),
        (
            TlsSettings(versions=(ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2), client_certificate=True),
            "TLS 1.2",
            "tls12",
            ClientCertificate.REQUESTED,
        ),
        (
            TlsSettings(versions=(ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3)),
            "TLS 1.3",
            "tls13",
            ClientCertificate.NOT_REQUESTED,
        ),
        (
            TlsSettings(versions=(ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3), client_certificate=True),
            "TLS 1.3",
            "tls13",
            ClientCertificate.REQUESTED,
        ),
    ],
    ids=["1.2+1.3", "1.0", "1.2 client certificate", "1.3", "1.3 client certificate"],
)
def test_versions_and_client_certificates(
    settings: TlsSettings, version: str, hello: str, asked: ClientCertificate
) -> None:
    """Whatever a server speaks or demands, its whole chain comes back byte for byte, in order."""
    with serving([Server("127.0.0.1", partial(Tls, context=tls_context(CHAIN, settings)))]) as (port,):
        capture = probe(port)

    assert capture.certificates == DERS
    assert (capture.version, capture.hello, capture.client_certificate) == (version, hello, asked)
    assert (capture.connections, capture.address) == (2 if hello == "tls13" else 1, "127.0.0.1")


def showcerts(port: int, *options: str) -> tuple[bytes, ...]:
    """Return the chain as ``openssl s_client -showcerts`` sees it."""
    output = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-showcerts", *options],
        input=b"", capture_output=True, check=False,
    ).stdout.decode()  # fmt: skip
    blocks = re.findall(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", output, re.DOTALL)
    return tuple(ssl.PEM_cert_to_DER_cert(block) for block in blocks)


@pytest.mark.parametrize("options", [(), ("-no_tls1_3",), ("-tls1_3",), ("-Verify", "1", "-no_tls1_3")])
def test_the_same_as_openssl_shows(tmp_path: Path, options: tuple[str, ...]) -> None:
    """OpenSSL's own server: the chain is the one that OpenSSL's own client prints."""
    with openssl_server(tmp_path, CHAIN, *options) as port:
        assert probe(port).certificates == showcerts(port) == DERS


@pytest.mark.parametrize("key", ["ed25519", "rsa-pss", "rsa:1024"])
def test_unusual_keys(tmp_path: Path, key: str) -> None:
    """No kind of key keeps a TLS 1.2 server from answering the first hello."""
    command = ["openssl", "req", "-x509", "-newkey", key, "-nodes", "-subj", "/CN=odd", "-keyout", "odd.key"]
    subprocess.run([*command, "-out", "odd.pem"], cwd=tmp_path, check=True, capture_output=True)
    odd = ("-cert", "odd.pem", "-key", "odd.key", "-no_tls1_3", "-cipher", "ALL:@SECLEVEL=0")
    with openssl_server(tmp_path, CHAIN, *odd) as port:
        capture = probe(port)

    assert (capture.hello, capture.connections) == ("tls12", 1)
    assert capture.certificates[0] == ssl.PEM_cert_to_DER_cert((tmp_path / "odd.pem").read_text(encoding="ascii"))


@pytest.mark.parametrize(
    ("settings", "version", "suite"),
    [
        (
            {"minVersion": (3, 0), "maxVersion": (3, 0), "cipherNames": ["3des"]},
            "SSL 3.0",
            "3DES_EDE_CBC_SHA",
        ),
        ({"minVersion": (3, 0), "maxVersion": (3, 0), "cipherNames": ["rc4"]}, "SSL 3.0", "RC4_128"),
        ({"minVersion": (3, 1), "maxVersion": (3, 1), "cipherNames": ["3des"]}, "TLS 1.0", "3DES_EDE_CBC_SHA"),
        ({"minVersion": (3, 2), "maxVersion": (3, 2), "cipherNames": ["rc4"]}, "TLS 1.1", "RC4_128"),
    ],
)
def test_servers_that_no_modern_client_reaches(settings: dict[str, object], version: str, suite: str) -> None:
    """SSL 3.0, RC4 and 3DES are compiled out of today's libraries; the certificate is in clear all the same."""
    with tlslite_server(CHAIN, **settings) as port:
        capture = probe(port)

    assert capture.certificates == DERS
    assert capture.version == version
    assert suite in capture.cipher_suite


def test_the_next_address_of_a_name() -> None:
    """A name's second address is tried when the first refuses, and the capture says which one answered."""
    prober = Prober(resolver=Resolver(lambda host: ("127.0.0.2", "127.0.0.1")))
    with serving([Server("127.0.0.1", partial(Tls, context=tls_context(CHAIN, TlsSettings())))]) as (port,):
        capture = probe(port, "aes1.example.com", prober)

    assert (capture.address, capture.connections) == ("127.0.0.1", 2)


def test_the_next_address_where_the_first_swallows_packets() -> None:
    """An address that never answers, as IPv6 behind many firewalls, costs the connect timeout and no more."""
    prober = Prober(connect_timeout=0.1, resolver=Resolver(lambda host: ("127.0.0.2", "127.0.0.1")))
    server = Server("127.0.0.1", partial(Tls, context=tls_context(CHAIN, TlsSettings())))
    with serving([server]) as (port,), swallowing("127.0.0.2", port):
        capture = probe(port, "aes1.example.com", prober)

    assert (capture.address, capture.connections) == ("127.0.0.1", 2)


def test_a_pinned_address_is_not_looked_up() -> None:
    """A target with an address is dialled there, whatever its host resolves to."""

    def never(host: str) -> tuple[str, ...]:
        raise AssertionError(host)

    with serving([Server("127.0.0.1", partial(Tls, context=tls_context(CHAIN, TlsSettings())))]) as (port,):
        target = Target("one", "aes1.example.com", port, address="127.0.0.1")

        assert asyncio.run(Prober(resolver=Resolver(never)).probe(target)).certificates == DERS


async def failing(target: Target, prober: Prober | None = None) -> ProbeError:
    """Return the error that probing ends with."""
    with pytest.raises(ProbeError) as caught:
        await (prober or Prober()).probe(target)
    return caught.value


async def test_an_alert_on_every_rung() -> None:
    """A server that refuses every hello: the last alert, the rungs and the connections are told."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(bytes.fromhex("15 0303 0002 0228"))

    async with scripted(refuse) as port:
        error = await failing(Target("one", "127.0.0.1", port))

    assert (error.reason, error.connections) == (Reason.ALERT, 4)
    assert error.detail == (
        "the server answered with handshake_failure (40) (ssl3 hello, after tls12: handshake_failure (40), "
        "tls13: handshake_failure (40), tls10: handshake_failure (40))"
    )


async def test_one_deadline_for_all_rungs() -> None:
    """A server that refuses the first hello and is silent to the second ends with its deadline."""
    connections = 0

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        if connections == 1:
            writer.write(bytes.fromhex("15 0301 0002 0246"))
        await reader.read()

    async with scripted(script) as port:
        error = await failing(Target("one", "127.0.0.1", port), Prober(timeout=0.2))

    assert (error.reason, error.connections, connections) == (Reason.TIMEOUT, 2, 2)


async def test_a_request_that_comes_late() -> None:
    """Java sends each message by itself: a CertificateRequest just behind the certificate still counts."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(5)
        writer.write(flights.HELLO + flights.CERTIFICATE)
        await writer.drain()
        await reader.read()
        writer.write(flights.REQUEST + flights.DONE)

    async with scripted(script) as port:
        capture = await Prober().probe(Target("one", "127.0.0.1", port))

    assert capture.client_certificate is ClientCertificate.REQUESTED


async def test_plain_text() -> None:
    """A port that speaks something else shows what it said."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 aes1 ESMTP \x1b[31m\r\n")
        await reader.read()

    async with scripted(script) as port:
        error = await failing(Target("one", "127.0.0.1", port))

    assert (error.reason, error.detail) == (
        Reason.PLAINTEXT,
        'the port answered the ClientHello without TLS: "220 aes1 ESMTP \\x1b[31m\\x0d\\x0a"',
    )


async def test_one_byte_at_a_time() -> None:
    """A server that drips gives its chain if the deadline lasts."""
    flight = bytes.fromhex("16 0303 002a 02 000026 0303") + bytes(32) + bytes.fromhex("00 002f 00")
    body = b"".join(len(der).to_bytes(3) + der for der in DERS)
    certificate = b"\x0b" + (len(body) + 3).to_bytes(3) + len(body).to_bytes(3) + body
    flight += b"\x16\x03\x03" + len(certificate).to_bytes(2) + certificate

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for byte in flight:
            writer.write(bytes((byte,)))
            await writer.drain()
        await reader.read()

    async with scripted(script) as port:
        capture = await Prober().probe(Target("one", "127.0.0.1", port))

    assert capture.certificates == DERS
    assert capture.client_certificate is ClientCertificate.UNKNOWN


async def test_ipv6() -> None:
    """Addresses of IPv6 are dialled like others."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError as error:
        pytest.skip(f"this system has no ::1: {error.strerror}")

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-x\r\n")
        await reader.read()

    async with scripted(script, "::1") as port:
        with pytest.raises(ProbeError) as caught:
            await Prober().probe(Target("one", "::1", port))

    assert caught.value.reason is Reason.PLAINTEXT
