"""The verdicts on current clients, held against those clients: the openssl command and a Java, on real servers."""

import asyncio
import base64
import ssl
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, partial
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from aescan.certificates.chain import decode
from aescan.certificates.trust import verdict
from aescan.findings.clients import compatibilities
from aescan.findings.model import Evidence
from aescan.findings.names import names_host
from aescan.inventory.model import Target
from aescan.keystores.model import TrustStore
from aescan.lab.answers import Tls
from aescan.lab.certificates import MD5, SHA1, Identity, authority, server
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.servers import Server, serving
from aescan.probe.probe import Prober
from aescan.scan.schedule import now
from aescan.settings.policy import Policy
from tests import certs
from tests.certs import HOST
from tests.findings.clients import SHIPPED
from tests.tools import tool

JAVA_SOURCE = Path(__file__).with_name("JsseClient.java")
MOMENT = now().replace(microsecond=0)
DAY = timedelta(days=1)
TLS10 = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1)
TLS12 = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2)
TLS13 = (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3)
CLIENT_ONLY = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])

ORDINARY = TlsSettings(TLS12)

Verdicts = dict[str, bool | None]
WORK: Verdicts = {"java": True, "openssl": True}
FAIL: Verdicts = {"java": False, "openssl": False}


@cache
def root(number: int = 0) -> Identity:
    """Return one of two roots that are valid now."""
    return certs.make_certificate(
        f"CN=Example CA {number}",
        key=certs.rsa_key(2048, number),
        not_before=MOMENT - 100 * DAY,
        not_after=MOMENT + 100 * DAY,
        extensions=authority(),
    )


make_leaf = partial(certs.make_certificate, issuer=root(), not_before=MOMENT - 10 * DAY, not_after=MOMENT + 10 * DAY)


def named(*names: str) -> tuple[x509.ExtensionType, ...]:
    """Return the extensions of a server of these names."""
    return server(*map(x509.DNSName, names))


@dataclass(frozen=True, slots=True)
class Case:
    """A server, and what each client is to meet: None where that cannot be told."""

    leaf: Callable[[], Identity]
    expected: Verdicts
    settings: TlsSettings = ORDINARY
    trusted: int = 0


RSA_KEY = partial(make_leaf, key=certs.rsa_key(2048, 2))
PURPOSELESS = (*(one for one in named(HOST) if not isinstance(one, x509.ExtendedKeyUsage)), CLIENT_ONLY)
CASES = {
    "sound": Case(RSA_KEY, WORK),
    "elliptic curve": Case(make_leaf, WORK),
    "TLS 1.2 and 1.3": Case(make_leaf, WORK, TlsSettings()),
    "TLS 1.0 only": Case(RSA_KEY, FAIL, TlsSettings(TLS10)),
    "TLS 1.3 only": Case(make_leaf, WORK, TlsSettings(TLS13)),
    "RSA key exchange only": Case(
        RSA_KEY, {"java": None, "openssl": True}, TlsSettings(TLS12, "AES128-SHA256:@SECLEVEL=0")
    ),
    "RSA 1024": Case(partial(make_leaf, key=certs.rsa_key(1024)), {"java": True, "openssl": False}),
    "SHA-1": Case(partial(RSA_KEY, digest=SHA1), {"java": True, "openssl": False}),
    "MD5": Case(partial(RSA_KEY, digest=MD5), FAIL),
    "no server": Case(partial(make_leaf, extensions=PURPOSELESS), FAIL),
    "ended": Case(partial(make_leaf, not_after=MOMENT - DAY), FAIL),
    "not begun": Case(partial(make_leaf, not_before=MOMENT + DAY), FAIL),
    "another name": Case(partial(make_leaf, "CN=aes2", extensions=named("aes2.example.com")), FAIL),
    "wildcard": Case(partial(make_leaf, extensions=named("*.example.com")), WORK),
    "second name": Case(partial(make_leaf, extensions=named("aes2.example.com", HOST)), WORK),
    "common name only": Case(partial(make_leaf, extensions=server()), dict.fromkeys(WORK)),
    "another root": Case(make_leaf, FAIL, trusted=1),
    "client certificate": Case(make_leaf, dict.fromkeys(WORK), TlsSettings(TLS12, client_certificate=True)),
}


def clients(case: Case, port: int) -> Verdicts:
    """Return what aescan says of each client, whose trust store is the case's root."""
    target = Target("lab", "127.0.0.1", port, server_name=HOST)
    capture = asyncio.run(Prober().probe(target))
    chain = decode(capture)
    profiles = tuple(replace(SHIPPED[key], trust_store="lab") for key in WORK)
    evidence = Evidence(chain, Policy(clients=profiles), capture, MOMENT, target.host, HOST)
    store = TrustStore("lab", (root(case.trusted).der,), required=False, check_names=True)
    told = verdict(chain, store, MOMENT, HOST, named=names_host(chain.leaf, HOST))
    return {one.client: one.works for one in compatibilities(evidence, [told])}


def openssl(cases: Sequence[tuple[Case, int]], folder: Path) -> list[str]:
    """Return "works" for each server that the openssl command connects to, else what it said."""
    said = []
    for case, port in cases:
        trusted = folder / "root.pem"
        trusted.write_bytes(root(case.trusted).pem)
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", HOST, "-brief"]
        demands = ["-CAfile", str(trusted), "-verify_return_error", "-verify_hostname", HOST]
        run = subprocess.run([*command, *demands], input=b"", capture_output=True, check=False, timeout=30)
        said.append("works" if run.returncode == 0 else run.stderr.decode(errors="replace"))
    return said


def java(cases: Sequence[tuple[Case, int]], _: Path) -> list[str]:
    """Return the same of Java."""
    lines = [f"{HOST} {port} {base64.b64encode(root(case.trusted).der).decode()}\n" for case, port in cases]
    command = ["java", "-XX:TieredStopAtLevel=1", "-Xshare:auto", str(JAVA_SOURCE)]
    run = subprocess.run(command, input="".join(lines), capture_output=True, check=True, text=True, timeout=60)
    return run.stdout.splitlines()


PACKAGES = {"openssl": "the Debian package openssl", "javac": "the Debian package default-jdk-headless"}
CLIENTS = {"openssl": (openssl, "openssl"), "java": (java, "javac")}
"""What a client is asked by, and the program that has to be on PATH; ``java`` takes a source only beside ``javac``."""


@pytest.mark.parametrize("client", CLIENTS)
def test_verdicts_hold(client: str, tmp_path: Path) -> None:
    """What is said to work does, what is said to fail does not, and the cases are told as far as the bytes tell."""
    ask, program = CLIENTS[client]
    tool(program, PACKAGES[program])
    contexts = [tls_context([case.leaf(), root()], case.settings) for case in CASES.values()]
    servers = [Server("127.0.0.1", partial(Tls, context=context)) for context in contexts]
    with serving(servers) as ports:
        asked = list(zip(CASES.values(), ports, strict=True))
        judged = [clients(case, port)[client] for case, port in asked]
        answers = ask(asked, tmp_path)

    assert dict(zip(CASES, judged, strict=True)) == {name: case.expected[client] for name, case in CASES.items()}
    for name, works, answer in zip(CASES, judged, answers, strict=True):
        assert works is None or works is (answer == "works"), f"{name}: {answer}"
