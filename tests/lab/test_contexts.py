"""A context serves what it has been given, or is refused when it is made."""

import ssl
import tempfile
from pathlib import Path

import pytest

from aescan.lab.answers import Tls
from aescan.lab.contexts import TlsSettings, lenient_context, tls_context
from tests.certs import make_chain, rsa_key

OLD = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1)


def shake_hands(context: ssl.SSLContext) -> str | None:
    """Let the lenient client meet the server in memory, and return the version they agree on."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = lenient_context().wrap_bio(to_client, to_server)
    server = context.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server, client, server, client):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    return client.version()


@pytest.mark.parametrize(
    ("settings", "version"),
    [
        (TlsSettings(), "TLSv1.3"),
        (TlsSettings((ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2)), "TLSv1.2"),
        (TlsSettings(OLD, "AES128-SHA:@SECLEVEL=0"), "TLSv1"),
    ],
)
def test_versions(settings: TlsSettings, version: str) -> None:
    """The server speaks the highest of its versions, TLS 1.0 among them."""
    assert shake_hands(tls_context(make_chain(2, keys=(rsa_key(1024),)), settings)) == version


def test_client_certificate_is_demanded() -> None:
    """A server that wants a client certificate turns away the client that has none."""
    settings = TlsSettings((ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2), client_certificate=True)
    with pytest.raises(ssl.SSLError) as refused:
        shake_hands(tls_context(make_chain(), settings))
    assert refused.value.reason == "PEER_DID_NOT_RETURN_A_CERTIFICATE"


def test_what_openssl_cannot_serve_is_refused() -> None:
    """A cipher suite that TLS 1.0 does not have makes no server, and says so when the context is made."""
    with pytest.raises(ssl.SSLError) as refused:
        tls_context(make_chain(keys=(rsa_key(),)), TlsSettings(OLD, "AES128-SHA256:@SECLEVEL=0"))
    assert refused.value.reason


def test_key_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the context is made, the private key is in no file."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert Tls(set(), tls_context(make_chain(), TlsSettings())).session is not None
    assert list(tmp_path.iterdir()) == []
