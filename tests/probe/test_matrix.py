"""
Every kind of server that there is a peer for: the chain byte for byte, the version, the client certificate asked for.

{SSL 3.0, TLS 1.0, 1.1, 1.2, 1.3} x {RSA-1024, RSA-2048, ECDSA, DSA} x {SHA-1, SHA-256} x {RC4, 3DES, AES} x {client
certificate: no, asked, required} x {server name: ignored, warned, fatal, needed}, played by OpenSSL, tlslite-ng,
nginx and Java. Of the hundreds of combinations that exist the tests take a covering choice, pairwise: every two
values that go together anywhere meet in a row, and so do every peer and each value it can play; once for the peers that
are always there, and once for those that the machine may lack.
"""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest

from aescan.inventory.model import Target
from aescan.probe.probe import Prober
from aescan.tls.capture import ClientCertificate
from aescan.tls.codepoints import VERSIONS
from tests import certs
from tests.peers import openssl_server, tlslite_server
from tests.probe.daemons import OTHER, PACKAGES, PROGRAMS, jsse_servers, nginx_servers
from tests.probe.matrix import Cipher, Client, Name, Peer, Row, Version, chain, covering, pairs, possible, rows
from tests.tools import tool

ALWAYS = (Peer.OPENSSL, Peer.TLSLITE)
WHERE_PRESENT = (Peer.NGINX, Peer.JSSE)
ROWS = covering(ALWAYS)
MORE_ROWS = covering(WHERE_PRESENT)


def label(row: Row) -> str:
    """Return a row as the operator of this test reads it."""
    return " ".join(row)


def present(peer: Peer) -> bool:
    """Whether this machine has the peer's program."""
    return shutil.which(PROGRAMS[peer]) is not None


def openssl(folder: Path, row: Row) -> AbstractContextManager[int]:
    """Run OpenSSL's own server."""
    other = certs.make_certificate(f"CN={OTHER}", key=certs.rsa_key())
    (folder / "other.pem").write_bytes(other.pem + other.key_pem)
    knows = ("-servername", OTHER, "-cert2", "other.pem", "-key2", "other.pem")
    names = {Name.IGNORED: (), Name.WARNED: knows, Name.FATAL: (*knows, "-servername_fatal")}
    clients = {Client.NO: (), Client.ASKED: ("-verify", "1"), Client.REQUIRED: ("-Verify", "1")}
    version = "-" + row.version.replace(" ", "").lower().removesuffix(".0").replace(".", "_")
    options = (version, "-cipher", "ALL:@SECLEVEL=0", *names[row.name], *clients[row.client])
    return openssl_server(folder, chain(row.key, row.digest), *options)


def tlslite(row: Row) -> AbstractContextManager[int]:
    """Run tlslite-ng's server."""
    number = (3, list(Version).index(row.version))
    ciphers = {Cipher.RC4: ["rc4"], Cipher.TRIPLE_DES: ["3des"], Cipher.AES: ["aes128", "aes128gcm"]}
    asks = row.client is not Client.NO
    settings = {"minVersion": number, "maxVersion": number, "cipherNames": ciphers[row.cipher]}
    return tlslite_server(chain(row.key, row.digest), **settings, request_certificate=asks)


@pytest.fixture(scope="module")
def daemons(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Row, int]]:
    """Give the ports of nginx and Java, as far as they are there."""
    with ExitStack() as stack:
        ports: dict[Row, int] = {}
        if present(Peer.NGINX):
            folder = tmp_path_factory.mktemp("nginx")
            ports |= stack.enter_context(nginx_servers(folder, [row for row in MORE_ROWS if row.peer is Peer.NGINX]))
        if present(Peer.JSSE):
            ports |= stack.enter_context(jsse_servers([row for row in MORE_ROWS if row.peer is Peer.JSSE]))
        yield ports


async def check(row: Row, port: int) -> None:
    """Probe the server of a row and hold what comes back against it."""
    capture = await Prober().probe(Target("one", "127.0.0.1", port, server_name=certs.HOST, protocols=True))

    assert capture.certificates == tuple(identity.der for identity in chain(row.key, row.digest))
    assert capture.version == row.version
    assert {one.version: one.supported for one in capture.protocols} == {
        version: version == row.version for version in VERSIONS.values()
    }
    assert row.cipher in capture.cipher_suite or capture.cipher_suite == "TLS_CHACHA20_POLY1305_SHA256"
    assert capture.client_certificate is (
        ClientCertificate.NOT_REQUESTED if row.client is Client.NO else ClientCertificate.REQUESTED
    )
    assert capture.hello.endswith("-nameless") == (row.name is Name.FATAL)
    assert capture.hello.startswith("tls13") == (row.version is Version.TLS13)
    assert capture.remarks == (("the server warned: unrecognized_name (112)",) if row.name is Name.WARNED else ())


@pytest.mark.parametrize("row", ROWS, ids=label)
async def test_peers_of_python(tmp_path: Path, row: Row) -> None:
    """OpenSSL and tlslite-ng."""
    with openssl(tmp_path, row) if row.peer is Peer.OPENSSL else tlslite(row) as port:
        await check(row, port)


@pytest.mark.parametrize("row", MORE_ROWS, ids=label)
async def test_peers_of_the_machine(daemons: dict[Row, int], row: Row) -> None:
    """Nginx and Java, where they are."""
    tool(PROGRAMS[row.peer], f"the Debian package {PACKAGES[row.peer]}")
    await check(row, daemons[row])


@pytest.mark.parametrize(("peers", "chosen"), [(ALWAYS, ROWS), (WHERE_PRESENT, MORE_ROWS)], ids=["always", "more"])
def test_every_pair_is_there(peers: tuple[Peer, ...], chosen: list[Row]) -> None:
    """The choice covers every two values that go together in any server of these peers, in a tenth of the rows."""
    every = rows(peers)

    assert set().union(*map(pairs, chosen)) == set().union(*map(pairs, every))
    assert all(map(possible, chosen))
    assert len(chosen) * 5 < len(every)
