"""
GnuTLS's own server, in every version it has, with and without client certificates, read to the last certificate.

``gnutls-serv`` listens on all addresses and cannot be told otherwise, so it runs in a network of its own that holds
nothing but a loopback interface (``unshare``), and aescan with it.
"""

import base64
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from aescan.lab.certificates import Identity
from tests.certs import make_authority, make_certificate, rsa_key
from tests.tools import tool

VERSIONS = {"TLS 1.0": "VERS-TLS1.0", "TLS 1.1": "VERS-TLS1.1", "TLS 1.2": "VERS-TLS1.2", "TLS 1.3": "VERS-TLS1.3"}
KEYS = ("rsa", "ecdsa")
CLIENTS = {"not_requested": ["--disable-client-cert"], "requested": ["--require-client-cert"]}
CIPHERS = {"AES": "+AES-128-CBC:+AES-128-GCM", "3DES": "+3DES-CBC"}

ROWS = [
    (version, key, client, cipher)
    for version in VERSIONS
    for key in KEYS
    for client in CLIENTS
    for cipher in CIPHERS
    if not (cipher == "3DES" and version == "TLS 1.3")
]

PROGRAM = """
import array, fcntl, json, socket, struct, subprocess, sys, time

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:  # ip link set lo up
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh22x", b"lo", 1))
servers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
           for command in json.loads(sys.argv[1])]
try:
    ports = [int(server.args[server.args.index("--port") + 1]) for server in servers]
    for port, server in zip(ports, servers):
        while server.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.02)
    command = [sys.executable, "-m", "aescan", "--once", "--format", "json", "--timeout", "60s"]
    done = subprocess.run([*command, *(f"127.0.0.1:{port}" for port in ports)], stdout=subprocess.PIPE)
    sys.stdout.buffer.write(done.stdout)
finally:
    for server in servers:
        server.kill()
        server.wait()
"""


def server(folder: Path, number: int, row: tuple[str, str, str, str]) -> list[str]:
    """Return the command of the server of one row."""
    version, key, client, cipher = row
    allowed = f"NONE:+{VERSIONS[version]}:{CIPHERS[cipher]}:+SHA1:+AEAD:+SIGN-ALL:+COMP-NULL:+GROUP-ALL"
    exchanges = "+RSA:+ECDHE-RSA:+DHE-RSA:+ECDHE-ECDSA"
    return [
        tool("gnutls-serv", "the Debian package gnutls-bin"),
        *("--port", str(10000 + number), "--quiet", "--http", *CLIENTS[client]),
        *("--priority", f"{allowed}:{exchanges}:%COMPAT:%VERIFY_ALLOW_SIGN_WITH_SHA1"),
        *("--x509certfile", str(folder / f"{key}.pem"), "--x509keyfile", str(folder / f"{key}.key")),
    ]


@pytest.fixture(scope="module")
def chains(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[bytes]]]:
    """Give a folder with a chain of each key, and the certificates in it."""
    folder, found = tmp_path_factory.mktemp("gnutls"), {}
    ca = make_authority(key=rsa_key())
    leaves: dict[str, Identity] = {
        "rsa": make_certificate(issuer=ca, key=rsa_key(2048, 1)),
        "ecdsa": make_certificate(issuer=ca),
    }
    for key, leaf in leaves.items():
        (folder / f"{key}.pem").write_bytes(leaf.pem + ca.pem)
        (folder / f"{key}.key").write_bytes(leaf.key_pem)
        found[key] = [leaf.der, ca.der]
    return folder, found


def test_gnutls(chains: tuple[Path, dict[str, list[bytes]]]) -> None:
    """Each server's whole chain is captured, over one connection up to TLS 1.2, with what it asks of its clients."""
    folder, expected = chains
    commands = [server(folder, number, row) for number, row in enumerate(ROWS)]
    alone = [tool("unshare", "the Debian package util-linux"), "--map-root-user", "--net"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system gives no network of its own (unshare --map-root-user --net)")
    done = subprocess.run(
        [*alone, sys.executable, "-c", PROGRAM, json.dumps(commands)], stdout=subprocess.PIPE, timeout=100, check=True
    )
    seen = {target["port"] - 10000: target for target in json.loads(done.stdout)["targets"]}

    assert len(seen) == len(ROWS)
    for number, (version, key, client, cipher) in enumerate(ROWS):
        target = seen[number]
        assert target["status"] == "seen", (ROWS[number], target)
        told = target["tls"]
        assert (told["version"], told["client_certificate"]) == (version, client), ROWS[number]
        assert re.search(cipher, told["cipher_suite"]), ROWS[number]
        assert target["connections"] == (2 if version == "TLS 1.3" else 1), ROWS[number]
        pem = [certificate["pem"] for certificate in target["certificates"]]
        assert [base64.b64decode("".join(each.splitlines()[1:-1])) for each in pem] == expected[key], ROWS[number]
