"""The web configuration: every key of the shared format, every mistake told, and no secret in a message."""

import ssl
import subprocess
from pathlib import Path

import pytest

from aescan.errors import ConfigError
from aescan.exporter.web.config import Rate, TlsServer, WebConfig, read_web_config
from aescan.exporter.web.tls import build_context
from tests.certs import make_authority, make_certificate
from tests.tools import tool

CONFIG = Path(__file__).parents[3] / "config"

HASH = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi"

WHOLE = f"""\
tls_server_config:
  cert_file: web.pem
  key_file: /etc/aescan/web.key
  client_ca_file: clients.pem
  client_auth_type: RequireAndVerifyClientCert
  client_allowed_sans: [prometheus.example.com]
  min_version: TLS12
  max_version: TLS13
  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
  curve_preferences: [CurveP256]
  prefer_server_cipher_suites: false
http_server_config:
  http2: false
  headers:
    Strict-Transport-Security: max-age=31536000
basic_auth_users:
  prometheus: {HASH}
"""

NEWER = "  client_allowed_sans: [prometheus.example.com]\n"
"""What the checker of Debian 12 does not know yet."""

TLS = "tls_server_config: {cert_file: web.pem, key_file: web.key"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def load(text: str) -> WebConfig:
    """Return what a file with this text says."""
    path = Path("web.yml")
    path.write_text(text)
    config, problems = read_web_config(path)
    if problems:
        raise ConfigError(problems)
    return config


def test_whole() -> None:
    """Every key is read; paths are those beside the file."""
    assert load(WHOLE + "rate_limit: {interval: 250ms, burst: 4}\n") == WebConfig(
        tls=TlsServer(
            certificate=Path("web.pem"),
            key=Path("/etc/aescan/web.key"),
            client_ca=Path("clients.pem"),
            client_authentication="RequireAndVerifyClientCert",
            client_allowed_sans=("prometheus.example.com",),
            cipher_suites=("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",),
            curves=("CurveP256",),
            prefer_server_order=False,
        ),
        headers={"Strict-Transport-Security": "max-age=31536000"},
        users={"prometheus": HASH},
        rate=Rate(0.25, 4),
    )


def test_what_is_shown() -> None:
    """All of it but users with their hashes, and a key that is written out."""
    shown = load(WHOLE).written
    assert (shown["basic_auth_users"], shown["tls_server_config"]["key_file"]) == ("<secret>", "/etc/aescan/web.key")
    pem = "tls_server_config: {cert: '-----BEGIN CERTIFICATE-----', key: '-----BEGIN PRIVATE KEY-----'}"
    assert load(pem).written == {"tls_server_config": {"cert": "-----BEGIN CERTIFICATE-----", "key": "<secret>"}}
    assert load("tls_server_config: null").written == {"tls_server_config": None}


def test_files() -> None:
    """The files that decide about TLS are known; text written out is none."""
    config = load(WHOLE)
    assert config.files == (Path("web.pem"), Path("/etc/aescan/web.key"), Path("clients.pem"))
    written = "tls_server_config: {cert: '-----BEGIN CERTIFICATE-----', key: '-----BEGIN PRIVATE KEY-----'}"
    assert load(written).files == ()
    assert load("rate_limit: {interval: 1m}") == WebConfig(rate=Rate(60, 1))


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        (WHOLE.replace("/etc/aescan/web.key", "web.key").replace(NEWER, ""), True),
        ((CONFIG / "web.yml").read_text(encoding="utf-8"), True),
        (f"basic_auth_users: {{ann: {HASH}}}", True),
        ("tls_server: {}", False),
        ("http_server_config: {headers: {X-Powered-By: x}}", False),
        (TLS + ", min_version: SSL3}", False),
        (TLS + ", client_ca_file: clients.pem}", False),
    ],
)
def test_another_reader(text: str, *, sound: bool) -> None:
    """The family's own checker takes what is taken here, and refuses what is refused here."""
    own, ca = make_certificate(), make_authority()
    for file, content in ("web.pem", own.pem), ("web.key", own.key_pem), ("clients.pem", ca.pem):
        Path(file).write_bytes(content)
    Path("web.yml").write_text(text)
    promtool = tool("promtool", "the Debian package prometheus")
    ran = subprocess.run([promtool, "check", "web-config", "web.yml"], capture_output=True, text=True, check=False)
    assert (ran.returncode == 0) is sound, ran.stderr
    if sound:
        tls = load(text).tls
        assert tls is None or build_context(tls).minimum_version >= ssl.TLSVersion.TLSv1_2
        return
    with pytest.raises(ConfigError):
        load(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("tls_server_config: {}", "web.yml:1:1: tls_server_config: the key cert_file is missing"),
        (TLS + ", cert: '-----BEGIN '}", ": tls_server_config.cert_file: cert is there already\n"),
        (TLS.replace("web.key", "'-----BEGIN hunter2'") + "}", ".key_file: this is PEM text, not the path of a file\n"),
        (TLS + ", key: secret}", ": tls_server_config.key: this is not PEM text\n"),
        (TLS + ", cert_path: x}", ": tls_server_config.cert_path: there is no such key\n"),
        (TLS + ", min_version: SSL3}", "min_version: SSL3 is not one of TLS10, TLS11, TLS12, TLS13"),
        (TLS + ", min_version: TLS13, max_version: TLS12}", "min_version: TLS13 is above max_version, TLS12"),
        (
            TLS + ", client_auth_type: RequireAnyClientCert}",
            "client_auth_type: a certificate that nobody verifies proves nothing\n    write RequireAndVerifyClientCert",
        ),
        (
            TLS + ", client_auth_type: VerifyClientCertIfGiven}",
            "VerifyClientCertIfGiven needs client_ca_file, the CAs that clients' certificates are verified by",
        ),
        (TLS + ", client_ca_file: ca.pem}", "client_ca_file is there, but NoClientCert verifies no certificate\n"),
        (TLS + ", client_allowed_sans: [x]}", "names can be asked of verified certificates only"),
        ("http_server_config: {headers: {X-Powered-By: x}}", "X-Powered-By is not one of Content-Security-Policy"),
        ("http_server_config: {http2: maybe}", "maybe is not true or false"),
        ("basic_auth_users: {ann: hunter2}", "basic_auth_users.ann: this is not a bcrypt hash\n    make one with: "),
        ("basic_auth_users:\n  ann: hunter2\n", "web.yml:2:8: basic_auth_users.ann: this is not a bcrypt hash\n"),
        ("tls_server_config: 1", "tls_server_config: 1 is not a mapping of keys to values"),
        ("basic_auth_users: hunter2", "this is not a mapping of user names to bcrypt hashes"),
        ("basic_auth_users: {'a:b': x}", "this is not a user name\n    a name is text without a colon"),
        ("basic_auth_users:\n  ann: [hunter2\n", "web.yml:2:8: this [ is never closed"),
        ("rate_limit: {interval: 0s}", "0s is not a length of time, such as 100ms or 1s"),
        ("rate_limit: {burst: 1}", "rate_limit: the key interval is missing"),
        ("tls_server: {}", "web.yml:1:1: tls_server: there is no such key\n"),
        ("basic_auth_user: {ann: hunter2}", "web.yml:1:1: basic_auth_user: there is no such key\n    did you mean"),
        ("{rate_limit: {interval: 0s}, basic_auth_users: {ann: hunter2}}", "0s is not a length of time"),
    ],
)
def test_mistakes(text: str, problem: str) -> None:
    """Each mistake is told with its place; what is secret is not."""
    with pytest.raises(ConfigError) as refused:
        load(text)
    told = "\n".join(refused.value.problems)
    assert problem in told
    assert "hunter2" not in told
    assert "secret" not in told


def test_no_such_file() -> None:
    """A file that is not there is named."""
    assert read_web_config(Path("none.yml")) == (WebConfig(), ["none.yml: there is no such file"])
