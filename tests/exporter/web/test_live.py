"""The web configuration follows its files, over real connections."""

import asyncio
import logging
import os
import ssl
from pathlib import Path

import pytest

from aescan.exporter.web.live import WebConfigFile
from aescan.lab.certificates import Identity
from tests.certs import make_certificate
from tests.logged import logged

HASH = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi"
TLS = "tls_server_config: {cert_file: web.pem, key_file: web.key}\n"
PATH = Path("web.yml")
REFUSED = 'msg="web configuration refused, the former one stays in force" file=web.yml problem='


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def renew() -> Identity:
    """Put a new certificate and key into the files, as a renewal does: each file replaced whole."""
    identity = make_certificate()
    for name, content in ("web.pem", identity.pem), ("web.key", identity.key_pem):
        Path("new").write_bytes(content)
        Path("new").replace(name)
    return identity


def written(text: str) -> WebConfigFile:
    """Return the configuration of a file with this text."""
    PATH.write_text(text)
    return WebConfigFile(PATH)


async def served(port: int) -> bytes:
    """Return the certificate that a new connection is served with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    return bytes(certificate)


async def test_renewed_certificate() -> None:
    """A new connection is served with what the files hold now; who is to know of it is told."""
    first = renew()
    file = written(TLS)
    changes: list[None] = []
    file.changed = lambda: changes.append(None)
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=file.context())
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert await served(port) == first.der
        assert changes == []
        second = renew()
        assert await served(port) == second.der
        assert changes == [None]
        assert file.current().certificates[0].file == "web.pem"


def test_half_a_renewal(caplog: pytest.LogCaptureFixture) -> None:
    """While certificate and key do not belong together the former pair is served, and that is logged once."""
    renew()
    PATH.write_text(TLS)
    file = WebConfigFile(PATH)
    before = file.current()
    Path("web.pem").write_bytes(make_certificate().pem + b"\n")
    with caplog.at_level(logging.INFO):
        assert file.current() is before
        assert file.current() is before
    assert logged(caplog) == [REFUSED + '"web.key: this is not the key of the certificate in web.pem"']
    renew()
    assert file.current() is not before


def test_users() -> None:
    """A user added to the file is let in from then on; a broken file changes nothing."""
    PATH.write_text(f"basic_auth_users: {{ann: {HASH}}}")
    file = WebConfigFile(PATH)
    PATH.write_text(f"basic_auth_users: {{ann: {HASH}, bob: {HASH}}}")
    assert set(file.current().config.users) == {"ann", "bob"}
    PATH.write_text("basic_auth_users: {ann: ")
    assert set(file.current().config.users) == {"ann", "bob"}
    PATH.unlink()
    assert set(file.current().config.users) == {"ann", "bob"}


def test_tls_stays(caplog: pytest.LogCaptureFixture) -> None:
    """TLS is not turned off under clients that count on it."""
    renew()
    PATH.write_text(TLS)
    file = WebConfigFile(PATH)
    PATH.write_text("http_server_config: {}")
    assert file.current().context is not None
    assert logged(caplog) == [REFUSED + '"web.yml: TLS cannot be turned on or off while aescan runs; restart it"']


def test_same_time_same_size() -> None:
    """A file replaced within the clock's grain is told by its inode."""
    PATH.write_text(f"basic_auth_users: {{ann: {HASH}}}")
    file = WebConfigFile(PATH)
    status = PATH.stat()
    Path("new").write_text(f"basic_auth_users: {{bob: {HASH}}}")
    os.utime("new", ns=(status.st_atime_ns, status.st_mtime_ns))
    Path("new").replace(PATH)
    assert set(file.current().config.users) == {"bob"}


def test_no_file() -> None:
    """Without a file there is plain HTTP for everybody."""
    file = WebConfigFile(None)
    assert file.context() is None
    assert file.current().config.users == {}
