"""Contexts are proved by handshakes, refusals by whole messages."""

import ssl
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from aescan.errors import ConfigError
from aescan.exporter.web.config import TlsServer
from aescan.exporter.web.tls import OwnCertificate, build_context, own_certificates
from aescan.lab.certificates import Identity
from tests.certs import NOT_AFTER, make_authority, make_certificate

PEM = Path("web.pem")
KEY = Path("web.key")
PLAIN = TlsServer(PEM, KEY)


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Identity:
    """Give the certificate and key that the files hold."""
    monkeypatch.chdir(tmp_path)
    identity = make_certificate()
    PEM.write_bytes(identity.pem)
    KEY.write_bytes(identity.key_pem)
    return identity


def shake(server: ssl.SSLContext, client: ssl.SSLContext | None = None) -> ssl.SSLObject:
    """Return the client's side of a finished handshake in memory."""
    if client is None:
        client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours, theirs = client.wrap_bio(to_client, to_server), server.wrap_bio(to_server, to_client, server_side=True)
    waiting = [ours, theirs]
    for _ in range(10):
        for side in list(waiting):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            waiting.remove(side)
    assert not waiting
    return ours


def client(**settings: object) -> ssl.SSLContext:
    """Return a client that verifies nothing, with these attributes."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for name, value in settings.items():
        setattr(context, name, value)
    return context


def test_certificate(own: Identity) -> None:
    """The certificate of the file is served."""
    assert shake(build_context(PLAIN)).getpeercert(binary_form=True) == own.der


def test_text(own: Identity, tmp_path: Path) -> None:
    """Certificate and key may be written out; nothing of them stays on disk."""
    before = sorted(tmp_path.iterdir())
    tls = TlsServer(own.pem.decode(), own.key_pem.decode())
    assert shake(build_context(tls)).getpeercert(binary_form=True) == own.der
    assert sorted(tmp_path.iterdir()) == before
    assert own_certificates(tls) == (OwnCertificate("(web configuration)", NOT_AFTER.replace(microsecond=0)),)


def test_versions() -> None:
    """Versions are those asked for."""
    tls13 = build_context(replace(PLAIN, minimum_version="TLS13"))
    assert shake(tls13).version() == "TLSv1.3"
    with pytest.raises(ssl.SSLError):
        shake(tls13, client(maximum_version=ssl.TLSVersion.TLSv1_2))
    tls12 = build_context(replace(PLAIN, maximum_version="TLS12"))
    assert shake(tls12).version() == "TLSv1.2"


def test_cipher_suites() -> None:
    """Suites are given by their IANA names; those of TLS 1.3 may be among them and are on in any case."""
    names = ("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256")
    context = build_context(replace(PLAIN, cipher_suites=names, maximum_version="TLS12"))
    cipher = shake(context).cipher()
    assert cipher is not None
    assert cipher[0] == "ECDHE-ECDSA-AES256-GCM-SHA384"
    build_context(replace(PLAIN, cipher_suites=("TLS_AES_128_GCM_SHA256",)))


def test_curve() -> None:
    """One curve is taken over; of several the platform chooses."""
    context = build_context(replace(PLAIN, curves=("CurveP384",), maximum_version="TLS12"))
    only_p256 = client()
    only_p256.set_ecdh_curve("prime256v1")
    with pytest.raises(ssl.SSLError):
        shake(context, only_p256)
    shake(build_context(replace(PLAIN, curves=("CurveP384", "CurveP256"))), only_p256)


def test_order() -> None:
    """The server's order of suites counts unless it is told otherwise."""
    assert build_context(PLAIN).options & ssl.OP_CIPHER_SERVER_PREFERENCE
    assert not build_context(replace(PLAIN, prefer_server_order=False)).options & ssl.OP_CIPHER_SERVER_PREFERENCE


def test_client_certificates(tmp_path: Path) -> None:
    """A certificate of the site's CA is let in, none is refused, as is another CA's."""
    ca, stranger = make_authority(), make_authority("CN=Other CA")
    Path("clients.pem").write_bytes(ca.pem)
    tls = replace(
        PLAIN,
        client_ca=Path("clients.pem"),
        client_authentication="RequireAndVerifyClientCert",
        maximum_version="TLS12",  # where the server verifies before the client is done
    )
    context = build_context(tls)
    with pytest.raises(ssl.SSLError):
        shake(context, client())
    for issuer, right in (ca, True), (stranger, False):
        certificate = make_certificate("CN=client", issuer=issuer, extensions=())
        (tmp_path / "client.pem").write_bytes(certificate.pem + certificate.key_pem)
        ours = client()
        ours.load_cert_chain("client.pem")
        if right:
            shake(context, ours)
            continue
        with pytest.raises(ssl.SSLError):
            shake(context, ours)
    shake(build_context(replace(tls, client_authentication="VerifyClientCertIfGiven")), client())


def test_own_certificates() -> None:
    """The end of the served certificate is told; a file that cannot be read tells none."""
    assert own_certificates(PLAIN) == (OwnCertificate("web.pem", NOT_AFTER.replace(microsecond=0)),)
    assert NOT_AFTER - own_certificates(PLAIN)[0].not_after < timedelta(seconds=1)
    PEM.write_bytes(b"nothing")
    assert own_certificates(PLAIN) == ()
    PEM.unlink()
    assert own_certificates(PLAIN) == ()


def encrypt(own: Identity) -> None:
    """Encrypt the key in its file."""
    KEY.write_bytes(
        own.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )


def problem(tls: TlsServer) -> str:
    """Return the one problem there is with it."""
    with pytest.raises(ConfigError) as refused:
        build_context(tls)
    (told,) = refused.value.problems
    return told


def test_refusals(own: Identity) -> None:
    """What cannot be used is told with the file it is in; nobody is asked for a password."""
    assert problem(TlsServer(Path("none.pem"), KEY)) == "none.pem: there is no such file"
    assert problem(TlsServer(PEM, Path())) == ".: the file cannot be read: is a directory"
    assert problem(replace(PLAIN, cipher_suites=("TLS_X", "\x1b[m"))) == (
        "tls_server_config.cipher_suites: OpenSSL has no TLS_X, \\x1b[m here; take it out"
    )
    verify = replace(PLAIN, client_authentication="RequireAndVerifyClientCert")
    assert problem(replace(verify, client_ca=KEY)) == "web.key: there are no certificates of CAs in PEM in it"
    assert problem(replace(verify, client_ca=Path("none"))) == "none: there is no such file"
    encrypt(own)
    assert problem(PLAIN) == "web.key: the key is encrypted; write it without a password, readable by aescan alone"
    KEY.write_bytes(make_certificate().key_pem)
    assert problem(PLAIN) == "web.key: this is not the key of the certificate in web.pem"
    KEY.write_bytes(b"nothing")
    assert problem(PLAIN).startswith("web.pem, web.key: certificate and key cannot be used: ")
