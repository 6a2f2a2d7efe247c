"""
The file of ``--web.config.file``, in the format that the exporters of the Prometheus family share, to plain data.

A path comes in; what can be used goes out and every mistake, an unknown key being one. What the file keeps secret
(hashes, a key written out) never stands in a message: no line of it is shown. No certificate is read here and nothing
is served. The format: https://github.com/prometheus/exporter-toolkit, docs/web-configuration.md.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, PlainValidator

from aescan.errors import ConfigError
from aescan.settings.document import Document, read
from aescan.settings.fields import Line, one_of, whole
from aescan.settings.fields import path as path_of
from aescan.settings.problems import Expected, Mistake
from aescan.settings.validation import Entry, check
from aescan.settings.written import SECRET, without_secrets

KEYS: Final = "keys such as tls_server_config and basic_auth_users"

CLIENT_AUTHENTICATION: Final = (
    "NoClientCert",
    "RequestClientCert",
    "RequireAnyClientCert",
    "VerifyClientCertIfGiven",
    "RequireAndVerifyClientCert",
)
"""Go's names, in rising order of what they ask."""

VERSIONS: Final = ("TLS10", "TLS11", "TLS12", "TLS13")

CURVES: Final = ("CurveP256", "CurveP384", "CurveP521", "X25519", "X25519MLKEM768")

HEADERS: Final = (
    "Content-Security-Policy",
    "X-Frame-Options",
    "X-Content-Type-Options",
    "X-XSS-Protection",
    "Strict-Transport-Security",
)
"""The headers that the format lets a site set."""

LONGEST_PEM: Final = 256 * 1024
"""Characters of a certificate or key written out in the file."""

_HASH: Final = re.compile(r"\$2[aby]\$(0[4-9]|1[0-9]|2[0-9]|3[01])\$[./A-Za-z0-9]{53}", re.ASCII)

_GO_DURATION: Final = re.compile(r"([0-9]{1,6})(ms|s|m|h)", re.ASCII)

_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True)
class TlsServer:
    """
    How to serve TLS; PEM is a path, or the text itself where the file has it written out.

    ``client_authentication``
        One of ``CLIENT_AUTHENTICATION``.
    ``client_allowed_sans``
        Subject alternative names of which a client's certificate must have one; any where empty.
    ``cipher_suites``
        IANA names for TLS 1.2 and below; the platform's choice where empty.
    """

    certificate: Path | str
    key: Path | str
    client_ca: Path | str | None = None
    client_authentication: str = "NoClientCert"
    client_allowed_sans: tuple[str, ...] = ()
    minimum_version: str = "TLS12"
    maximum_version: str = "TLS13"
    cipher_suites: tuple[str, ...] = ()
    curves: tuple[str, ...] = ()
    prefer_server_order: bool = True


@dataclass(frozen=True, slots=True)
class Rate:
    """One request per ``interval`` seconds, and up to ``burst`` at once after a rest."""

    interval: float
    burst: int


@dataclass(frozen=True, slots=True)
class WebConfig:
    """
    The file as plain data; the default is plain HTTP for everybody.

    ``users``
        bcrypt hash of the password by user name; everybody is let in where empty.
    ``rate``
        None for no limit.
    ``written``
        What the file says, without secrets, to be shown.
    """

    tls: TlsServer | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    users: Mapping[str, str] = field(default_factory=dict)
    rate: Rate | None = None
    written: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that it leads to."""
        if self.tls is None:
            return ()
        return tuple(
            each for each in (self.tls.certificate, self.tls.key, self.tls.client_ca) if isinstance(each, Path)
        )


def _pem(written: object) -> str:
    if isinstance(written, str) and "-----BEGIN " in written and len(written) <= LONGEST_PEM:
        return written
    raise Mistake("this is not PEM text", "write the whole text from -----BEGIN, or name a file by the key with _file")


def _hash(written: object) -> str:
    if isinstance(written, str) and _HASH.fullmatch(written):
        return written
    raise Mistake("this is not a bcrypt hash", "make one with: htpasswd -nBC 10 '' | tr -d ':\\n'")


def _user(written: object) -> str:
    if isinstance(written, str) and written and ":" not in written and written.isprintable():
        return written
    raise Mistake("this is not a user name", "a name is text without a colon (RFC 7617 section 2)")


def _users(written: object) -> object:
    if isinstance(written, dict):
        return written
    raise Mistake("this is not a mapping of user names to bcrypt hashes")


def _header(written: object) -> str:
    if isinstance(written, str) and written in HEADERS:
        return written
    raise Expected(f"one of {', '.join(HEADERS)}", known=HEADERS)


def _interval(written: object) -> float:
    found = _GO_DURATION.fullmatch(written) if isinstance(written, str) else None
    if found is None or not int(found[1]):
        raise Expected("a length of time, such as 100ms or 1s")
    return int(found[1]) * _UNITS[found[2]]


def _pem_path(written: object) -> str:
    text = path_of(written)
    if "-----BEGIN " in text:
        raise Mistake("this is PEM text, not the path of a file", "write it under the key without _file")
    return text


Pem = Annotated[str, PlainValidator(_pem)]
PemPath = Annotated[str, PlainValidator(_pem_path)]


class TlsEntry(Entry):
    """The section ``tls_server_config``."""

    cert: Pem = ""
    cert_file: PemPath = ""
    key: Pem = ""
    key_file: PemPath = ""
    client_ca: Pem = ""
    client_ca_file: PemPath = ""
    client_auth_type: Annotated[str, one_of(CLIENT_AUTHENTICATION)] = "NoClientCert"
    client_allowed_sans: tuple[Line, ...] = ()
    min_version: Annotated[str, one_of(VERSIONS)] = "TLS12"
    max_version: Annotated[str, one_of(VERSIONS)] = "TLS13"
    cipher_suites: tuple[Line, ...] = ()
    curve_preferences: tuple[Annotated[str, one_of(CURVES)], ...] = ()
    prefer_server_cipher_suites: bool = True


class HttpEntry(Entry):
    """The section ``http_server_config``."""

    http2: bool = True
    headers: dict[Annotated[str, PlainValidator(_header)], Line] = Field(default_factory=dict)


class RateEntry(Entry):
    """The section ``rate_limit``."""

    interval: Annotated[float, PlainValidator(_interval)]
    burst: Annotated[int, whole(1, 1_000_000)] = 1


Users = Annotated[
    dict[Annotated[str, PlainValidator(_user)], Annotated[str, PlainValidator(_hash)]], BeforeValidator(_users)
]


class WebFile(Entry):
    """The whole file."""

    tls_server_config: TlsEntry | None = None
    http_server_config: HttpEntry = HttpEntry()
    basic_auth_users: Users = Field(default_factory=dict)
    rate_limit: RateEntry | None = None


def read_web_config(path: Path) -> tuple[WebConfig, list[str]]:
    """Return what the file at ``path`` says, its paths resolved from its own folder, and every mistake in it."""
    try:
        document = read(path, KEYS)
    except ConfigError as error:  # a line with a mistake of form may be the one with the secret
        return WebConfig(), [problem.splitlines()[0] for problem in error.problems]
    document.lines = ()
    file = check(WebFile, document, salvage=True) or WebFile()
    config = WebConfig(
        tls=_tls(file.tls_server_config, document, path.parent) if file.tls_server_config is not None else None,
        headers=MappingProxyType(file.http_server_config.headers),
        users=MappingProxyType(file.basic_auth_users),
        rate=Rate(file.rate_limit.interval, file.rate_limit.burst) if file.rate_limit else None,
        written={} if document.problems else _shown(document.data),
    )
    return config, document.texts()


def _shown(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the file says, no user and no key in it."""
    found: dict[str, Any] = without_secrets(data)
    if found.get("basic_auth_users"):
        found["basic_auth_users"] = SECRET
    if "key" in (tls := found.get("tls_server_config") or {}):
        tls["key"] = SECRET
    return found


def _tls(entry: TlsEntry, document: Document, folder: Path) -> TlsServer | None:
    """Return how to serve TLS, noting which keys do not go together; None without a certificate or a key."""
    here = ("tls_server_config",)

    def one(name: str) -> Path | str | None:
        text, file = getattr(entry, name), getattr(entry, f"{name}_file")
        if text and file:
            document.add((*here, f"{name}_file"), f"{name} is there already", "keep one of the two", on_key=True)
        return text or (folder / file if file else None)

    certificate, key, client_ca = one("cert"), one("key"), one("client_ca")
    for name, value in (("cert_file", certificate), ("key_file", key)):
        if value is None:
            document.add(here, f"the key {name} is missing", on_key=True)
    _check_client_authentication(entry, document, has_ca=client_ca is not None)
    if VERSIONS.index(entry.min_version) > VERSIONS.index(entry.max_version):
        document.add((*here, "min_version"), f"{entry.min_version} is above max_version, {entry.max_version}")
    if certificate is None or key is None:
        return None
    return TlsServer(
        certificate=certificate,
        key=key,
        client_ca=client_ca,
        client_authentication=entry.client_auth_type,
        client_allowed_sans=entry.client_allowed_sans,
        minimum_version=entry.min_version,
        maximum_version=entry.max_version,
        cipher_suites=entry.cipher_suites,
        curves=entry.curve_preferences,
        prefer_server_order=entry.prefer_server_cipher_suites,
    )


def _check_client_authentication(entry: TlsEntry, document: Document, *, has_ca: bool) -> None:
    where = ("tls_server_config", "client_auth_type")
    wanted = entry.client_auth_type
    verifies = wanted in {"VerifyClientCertIfGiven", "RequireAndVerifyClientCert"}
    if wanted == "RequireAnyClientCert":
        document.add(where, "a certificate that nobody verifies proves nothing", "write RequireAndVerifyClientCert")
    elif verifies and not has_ca:
        document.add(where, f"{wanted} needs client_ca_file, the CAs that clients' certificates are verified by")
    elif has_ca and not verifies:
        document.add(
            ("tls_server_config",),
            f"client_ca_file is there, but {wanted} verifies no certificate",
            "write client_auth_type: RequireAndVerifyClientCert",
            on_key=True,
        )
    elif entry.client_allowed_sans and wanted != "RequireAndVerifyClientCert":
        where = ("tls_server_config", "client_allowed_sans")
        document.add(where, "names can be asked of verified certificates only", on_key=True)
