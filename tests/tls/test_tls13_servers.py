"""
Servers of TLS 1.3 over real sockets: ``openssl s_server`` with every suite, group and kind of key.

What they log of our leaving is looked at too: nothing in it may look like an attack or a fault.
"""

import os
import re
import socket
import subprocess
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

from aescan.tls.capture import ClientCertificate
from aescan.tls.flight import Answer
from aescan.tls.hellos import Tls13Hello
from aescan.tls.tls13 import Tls13Flight
from tests.certs import HOST, openssl

KEYS = {
    "rsa": ("RSA", "rsa_keygen_bits:2048"),
    "rsa_1024": ("RSA", "rsa_keygen_bits:1024"),
    "rsa_pss": ("RSA-PSS", "rsa_keygen_bits:2048"),
    "p256": ("EC", "ec_paramgen_curve:P-256"),
    "p384": ("EC", "ec_paramgen_curve:P-384"),
    "p521": ("EC", "ec_paramgen_curve:P-521"),
    "ed25519": ("ED25519",),
    "ed448": ("ED448",),
}
"""For each kind of key, algorithm and option of ``openssl genpkey``."""
SUITES = (
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_AES_128_CCM_SHA256",
    "TLS_AES_128_CCM_8_SHA256",
)
DEMANDING = ("-Verify", "3")


@cache
def identity(kind: str) -> tuple[str, bytes]:
    """Return private key and certificate of a kind of key, in PEM, and the certificate in DER."""
    algorithm, *options = KEYS[kind]
    key = openssl("genpkey", "-algorithm", algorithm, *(f"-pkeyopt={option}" for option in options))
    subject = ("-subj", f"/CN={HOST}", "-days", "30")
    pem = openssl("req", "-x509", "-key", "/dev/stdin", *subject, given=key.encode())
    der = subprocess.run(["openssl", "x509", "-outform", "DER"], input=pem.encode(), capture_output=True, check=True)
    return key + pem, der.stdout


def capture(folder: Path, kind: str, *options: str) -> tuple[Answer, str]:
    """Return what a capture from ``openssl s_server`` brings, and what that server logged."""
    (folder / "server.pem").write_text(identity(kind)[0], "ascii")
    command = ["openssl", "s_server", "-accept", "127.0.0.1:0", "-naccept", "1", "-cert", "server.pem", "-tls1_3"]
    command += ["-cipher", "DEFAULT:@SECLEVEL=0", *options]
    with subprocess.Popen(
        command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if listening := re.match(rb"ACCEPT .*:(\d+)$", line):
                answer = talk(int(listening[1]))
                return answer, process.communicate(timeout=60)[0].decode()
    raise RuntimeError(f"openssl s_server {options} did not start")


def talk(port: int) -> Answer:
    """Return the answer of the server on that port, and part from it in order."""
    flight, answer = Tls13Flight(Tls13Hello(HOST, os.urandom(32), os.urandom(32))), None
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(flight.data_to_send())
        while answer is None:
            received = connection.recv(4096)
            assert received, flight.end()
            answer = flight.feed(received)
            connection.sendall(flight.data_to_send())
        with suppress(OSError):  # it may have closed meanwhile
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass
    return answer


@pytest.mark.parametrize("kind", KEYS)
def test_keys(tmp_path: Path, kind: str) -> None:
    """Every kind of key that a server of TLS 1.3 may sign with, weak ones included."""
    answer, _ = capture(tmp_path, kind)
    assert answer.certificates == (identity(kind)[1],)
    assert answer.client_certificate is ClientCertificate.NOT_REQUESTED


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("group", ["X25519", "P-256", "P-384", "P-521"])
def test_suites_and_groups(tmp_path: Path, suite: str, group: str) -> None:
    """Every suite with every group, be its key share in the first hello or asked for."""
    answer, log = capture(tmp_path, "p256", "-ciphersuites", suite, "-groups", group)
    assert (answer.cipher_suite, answer.version, answer.remarks) == (suite, "TLS 1.3", ())
    assert answer.certificates == (identity("p256")[1],)
    assert "bad record mac" not in log
    assert "decryption failed" not in log


@pytest.mark.parametrize("options", [(), DEMANDING, ("-groups", "P-384", *DEMANDING)])
def test_what_the_server_logs(tmp_path: Path, options: tuple[str, ...]) -> None:
    """OpenSSL logs our leaving without a single error of its library, whether it wants a certificate from us or not."""
    answer, log = capture(tmp_path, "rsa", *options)
    asked = ClientCertificate.REQUESTED if options else ClientCertificate.NOT_REQUESTED
    assert answer.client_certificate is asked
    assert not re.search(r"^[0-9A-F]+:error:", log, re.MULTILINE), log


@pytest.mark.parametrize("length", ["512", "1000"])
def test_short_records(tmp_path: Path, length: str) -> None:
    """A server that cuts its messages into short records."""
    answer, _ = capture(tmp_path, "rsa", "-max_send_frag", length)
    assert answer.certificates == (identity("rsa")[1],)
