"""
The exporter's own certificate to an ``ssl.SSLContext``, and the moment at which that certificate ends.

Plain data of ``config`` comes in; a context goes out, or ConfigError with what cannot be used. Files are read here.
Nothing about the scanned endpoints is done here: this is the TLS that aescan itself serves.
"""

import ssl
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509

from aescan.errors import ConfigError
from aescan.exporter.web.config import TlsServer
from aescan.text import printable
from aescan.tls.suites import CIPHER_SUITES

_VERSIONS: Final = {
    "TLS10": ssl.TLSVersion.TLSv1,
    "TLS11": ssl.TLSVersion.TLSv1_1,
    "TLS12": ssl.TLSVersion.TLSv1_2,
    "TLS13": ssl.TLSVersion.TLSv1_3,
}

_CURVES: Final = {"CurveP256": "prime256v1", "CurveP384": "secp384r1", "CurveP521": "secp521r1", "X25519": "X25519"}
"""Go's names of groups as OpenSSL calls those that a context can be told."""

_VERIFY: Final = {
    "VerifyClientCertIfGiven": ssl.CERT_OPTIONAL,
    "RequireAndVerifyClientCert": ssl.CERT_REQUIRED,
}

IN_FILE: Final = "(web configuration)"
"""What stands for the name of a certificate that is written out in the configuration."""


@dataclass(frozen=True, slots=True)
class OwnCertificate:
    """A certificate that the exporter serves with: the file as the operator wrote it, and when it ends."""

    file: str
    not_after: datetime


def build_context(tls: TlsServer) -> ssl.SSLContext:
    """Return a server's context for ``tls``; raises ConfigError with all that is wrong."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version, context.maximum_version = _VERSIONS[tls.minimum_version], _VERSIONS[tls.maximum_version]
    context.set_alpn_protocols(["http/1.1"])
    if not tls.prefer_server_order:
        context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE
    if len(tls.curves) == 1 and tls.curves[0] in _CURVES:  # Python's ssl takes one or none
        context.set_ecdh_curve(_CURVES[tls.curves[0]])
    problems: list[str] = []
    for load in _load_suites, _load_own, _load_clients:
        try:
            load(context, tls)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return context


def own_certificates(tls: TlsServer) -> tuple[OwnCertificate, ...]:
    """Return the certificate served with; empty where it cannot be read, which ``build_context`` reports."""
    try:
        content = tls.certificate.read_bytes() if isinstance(tls.certificate, Path) else tls.certificate.encode()
        first = x509.load_pem_x509_certificates(content)[0]
    except (OSError, ValueError):
        return ()
    return (OwnCertificate(_name(tls.certificate), first.not_valid_after_utc),)


def _load_suites(context: ssl.SSLContext, tls: TlsServer) -> None:
    if names := _openssl_names(tls.cipher_suites):
        context.set_ciphers(":".join(names))


def _load_own(context: ssl.SSLContext, tls: TlsServer) -> None:
    _check_readable(tls.certificate, tls.key)
    with _file(tls.certificate) as certificate, _file(tls.key) as key:
        try:
            # Without a function OpenSSL asks for an encrypted key's password on the terminal, for ever in a service.
            context.load_cert_chain(certificate, key, password=_no_password)
        except ssl.SSLError as error:
            raise ConfigError([_key_problem(tls, error)]) from None
        except _EncryptedKeyError:
            problem = f"{_name(tls.key)}: the key is encrypted; write it without a password, readable by aescan alone"
            raise ConfigError([problem]) from None


def _load_clients(context: ssl.SSLContext, tls: TlsServer) -> None:
    if tls.client_ca is None or tls.client_authentication not in _VERIFY:
        return
    _check_readable(tls.client_ca)
    with _file(tls.client_ca) as path:
        try:
            context.load_verify_locations(cafile=path)
        except OSError as error:
            raise ConfigError([f"{_name(tls.client_ca)}: {_why(error, 'certificates of CAs')}"]) from None
    context.verify_mode = _VERIFY[tls.client_authentication]


def _check_readable(*files: Path | str) -> None:
    """Raise ConfigError with each file that cannot be read."""
    problems = []
    for pem in files:
        if isinstance(pem, Path):
            try:
                pem.open("rb").close()
            except OSError as error:
                problems.append(f"{_name(pem)}: {_why(error, '')}")
    if problems:
        raise ConfigError(problems)


class _EncryptedKeyError(Exception):
    pass


def _no_password() -> str:
    raise _EncryptedKeyError


def _key_problem(tls: TlsServer, error: ssl.SSLError) -> str:
    if error.reason in {"KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH"}:
        return f"{_name(tls.key)}: this is not the key of the certificate in {_name(tls.certificate)}"
    why = printable(error.reason or "no PEM in it").lower().replace("_", " ")
    return f"{_name(tls.certificate)}, {_name(tls.key)}: certificate and key cannot be used: {why}"


def _why(error: OSError, wanted: str) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, ssl.SSLError):
        return f"there are no {wanted} in PEM in it"
    return f"the file cannot be read: {(error.strerror or str(error)).lower()}"


def _name(pem: Path | str) -> str:
    return printable(str(pem)) if isinstance(pem, Path) else IN_FILE


@contextmanager
def _file(pem: Path | str) -> Iterator[Path]:
    """Give a file with that content: ``ssl`` takes keys from files only. Its own is gone with the block."""
    if isinstance(pem, Path):
        yield pem
        return
    with tempfile.NamedTemporaryFile(prefix="aescan-") as file:  # readable by this user alone
        file.write(pem.encode())
        file.flush()
        yield Path(file.name)


def _openssl_names(wanted: Iterable[str]) -> list[str]:
    """Return OpenSSL's names of these suites without those of TLS 1.3, which are always on, as in Go."""
    everything = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    everything.set_ciphers("ALL:@SECLEVEL=0")
    known = {CIPHER_SUITES.get(cipher["id"] & 0xFFFF, ""): str(cipher["name"]) for cipher in everything.get_ciphers()}
    wanted = tuple(wanted)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        names = ", ".join(map(printable, unknown))
        raise ConfigError([f"tls_server_config.cipher_suites: OpenSSL has no {names} here; take it out"])
    return [known[name] for name in wanted if known[name] != name]  # TLS 1.3 has one name in both
