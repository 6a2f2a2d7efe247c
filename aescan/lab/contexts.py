"""
How a TLS server of the lab speaks: certificates and settings in, an ``ssl.SSLContext`` out.

Any version and any certificate that OpenSSL on this machine can still serve, with its own limits taken off. What it
cannot serve is an ``ssl.SSLError`` here and not a surprise in a scan: each context has been through a handshake in
memory. The private key is in a file for as long as the ssl module reads it, in a folder for this user alone.
"""

import ssl
import tempfile
import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aescan.lab.certificates import Identity


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """
    How a TLS server speaks.

    ``versions``
        The lowest and the highest version spoken.
    ``ciphers``
        In OpenSSL's notation; its security level is 0, or it would refuse to serve what the lab is there to show.
    ``client_certificate``
        Whether a client without a certificate is turned away.
    """

    versions: tuple[ssl.TLSVersion, ssl.TLSVersion] = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
    ciphers: str = "DEFAULT:@SECLEVEL=0"
    client_certificate: bool = False


def tls_context(presented: Sequence[Identity], settings: TlsSettings) -> ssl.SSLContext:
    """
    Return the context of a server that presents these certificates in this order, and has the key of the first.

    ``ssl.SSLError`` where OpenSSL on this machine cannot do it: the context has been tried in a handshake in memory.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(settings.ciphers)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # old versions are what this is for
        context.minimum_version, context.maximum_version = settings.versions
    with tempfile.TemporaryDirectory() as folder:  # the ssl module takes keys from files only; readable by us alone
        certificates, key = Path(folder, "certificates.pem"), Path(folder, "key.pem")
        certificates.write_bytes(b"".join(identity.pem for identity in presented))
        key.write_bytes(presented[0].key_pem)
        context.load_cert_chain(certificates, key)
    _rehearse(context)
    if settings.client_certificate:
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def lenient_context() -> ssl.SSLContext:
    """Return the context of a client that accepts whatever OpenSSL can speak, and verifies nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    return context


def _rehearse(context: ssl.SSLContext) -> None:
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = lenient_context().wrap_bio(to_client, to_server)
    sides = (client, context.wrap_bio(to_server, to_client, server_side=True))
    for side in (*sides, *sides):  # two turns each take every version to the end or to its error
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()
