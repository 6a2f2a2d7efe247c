"""
Servers that this machine may have: nginx and Java's JSSE, one for each row of the matrix.

Rows come in, a port for each goes out, chosen by the kernel; everything is gone on leaving. ``gnutls-serv``, which
cannot be told to listen on loopback only, has a network of its own in ``test_gnutls``.
"""

import base64
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization

from tests.certs import HOST
from tests.ports import reserved
from tests.probe.matrix import Client, Key, Name, Peer, Row, Version, chain

PROGRAMS: Final = {Peer.NGINX: "nginx", Peer.JSSE: "javac"}
PACKAGES: Final = {Peer.NGINX: "nginx-light", Peer.JSSE: "default-jdk-headless"}
"""What is to be on PATH, and its package; ``java`` takes a source file only where its compiler is there too."""
OTHER: Final = "other.example.com"
SOURCE: Final = Path(__file__).with_name("Jsse.java")


@contextmanager
def running(command: Sequence[str], folder: Path, *, ready: bytes) -> Iterator[None]:
    """Run a server from when it says that it is ready."""
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            assert process.stdout is not None
            said = b""
            for line in process.stdout:
                said += line
                if re.search(ready, line):
                    break
            else:
                raise RuntimeError(f"{command[0]} did not start: {said.decode(errors='replace')}")
            yield
        finally:
            process.kill()


@contextmanager
def nginx_servers(folder: Path, rows: Sequence[Row]) -> Iterator[dict[Row, int]]:
    """Run one nginx for all rows."""
    with ExitStack() as stack:
        ports = [stack.enter_context(reserved()) for _ in rows]
        servers = "".join(_nginx_server(folder, row, port) for row, port in zip(rows, ports, strict=True))
        temporary = "".join(
            f"{kind}_temp_path {folder}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            f"daemon off; master_process off; pid {folder}/pid; error_log stderr notice; events {{}}\n"
            f"http {{ access_log off; {temporary}\n{servers} }}\n",
            encoding="ascii",
        )
        command = [PROGRAMS[Peer.NGINX], "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"]
        stack.enter_context(running(command, folder, ready=rb'using the ".+" event method'))
        yield dict(zip(rows, ports, strict=True))


def _nginx_server(folder: Path, row: Row, port: int) -> str:
    leaf, root = chain(row.key, row.digest)
    own = f"{folder}/{port}"
    Path(f"{own}.pem").write_bytes(leaf.pem + root.pem)
    Path(f"{own}.key").write_bytes(leaf.key_pem)
    Path(f"{own}.root").write_bytes(root.pem)
    version = row.version.replace(" ", "v").removesuffix(".0")
    speaks = f"ssl_protocols {version}; ssl_ciphers ALL:@SECLEVEL=0; ssl_ecdh_curve X25519:prime256v1;"
    asks = {Client.NO: "off", Client.ASKED: "optional", Client.REQUIRED: "on"}[row.client]
    presents = (
        f"{speaks} ssl_certificate {own}.pem; ssl_certificate_key {own}.key; "
        f"ssl_client_certificate {own}.root; ssl_verify_client {asks};"
    )
    listens = f"listen 127.0.0.1:{port} ssl"
    if row.name is Name.NEEDED:
        return (
            f"server {{ {listens} default_server; {speaks} ssl_reject_handshake on; }}\n"
            f"server {{ {listens}; server_name {HOST}; {presents} }}\n"
        )
    return f"server {{ {listens}; {presents} }}\n"


@contextmanager
def jsse_servers(rows: Sequence[Row]) -> Iterator[dict[Row, int]]:
    """Run one Java for all rows."""
    with subprocess.Popen(
        ["java", "-XX:TieredStopAtLevel=1", "-Xshare:auto", str(SOURCE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            for row in rows:
                process.stdin.write(_jsse_line(row).encode() + b"\n")
            process.stdin.flush()
            yield {row: int(process.stdout.readline()) for row in rows}
        finally:
            process.kill()


def _jsse_line(row: Row) -> str:
    leaf, root = chain(row.key, row.digest)
    key = leaf.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    algorithm = {Key.ECDSA: "EC", Key.DSA: "DSA"}.get(row.key, "RSA")
    protocol = "SSLv3" if row.version is Version.SSL3 else row.version.replace(" ", "v").removesuffix(".0")
    known = re.escape(OTHER) if row.name is Name.FATAL else "-"
    ders = (base64.b64encode(der).decode() for der in (key, leaf.der, root.der))
    return " ".join((protocol, row.cipher, row.client, known, algorithm, *ders))
