"""
Certificates to order for any test: sound ones from keys made once, and odd ones that only the openssl CLI makes.

Names and dates default to those of ``tests.facts``; nothing here is cached but keys and the odd certificates.
"""

import subprocess
import tempfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from aescan.lab import certificates
from aescan.lab.certificates import SHA256, Digest, Identity, SigningKey, Validity, authority, issue, name, server
from tests.facts import NOW

HOST = "aes1.example.com"
NOT_BEFORE = NOW - timedelta(days=100)
NOT_AFTER = NOW + timedelta(days=265)


@lru_cache
def rsa_key(bits: int = 2048, number: int = 0) -> rsa.RSAPrivateKey:
    """Return an RSA key, the same one for the same size and number."""
    return certificates.rsa_key(bits)


def make_certificate(
    *subject: str,
    issuer: Identity | None = None,
    key: SigningKey | None = None,
    not_before: datetime = NOT_BEFORE,
    not_after: datetime = NOT_AFTER,
    digest: Digest = SHA256,
    serial: int | None = None,
    extensions: Iterable[x509.ExtensionType] | None = None,
) -> Identity:
    """Return a server certificate for ``HOST`` on a new P-256 key, self-signed unless there is an issuer."""
    return issue(
        name(*(subject or (f"CN={HOST}",))),
        key or certificates.ec_key(),
        Validity(not_before, not_after),
        issuer=issuer,
        digest=digest,
        serial=serial,
        extensions=server(x509.DNSName(HOST)) if extensions is None else extensions,
    )


def make_authority(*subject: str, issuer: Identity | None = None, key: SigningKey | None = None) -> Identity:
    """Return a CA certificate, a root unless there is an issuer."""
    return make_certificate(*(subject or ("CN=Example CA",)), issuer=issuer, key=key, extensions=authority())


def make_chain(length: int = 3, *, digest: Digest = SHA256, keys: tuple[SigningKey, ...] = ()) -> tuple[Identity, ...]:
    """
    Return leaf, intermediates, root: ``length`` certificates in order, each signed by the next and the last by itself.

    ``keys`` are theirs in the same order, P-256 where they run out; SHA-1 and MD5 need RSA keys above the leaf.
    """
    chain: tuple[Identity, ...] = ()
    for level in reversed(range(length)):
        subject = f"CN={HOST}" if level == 0 else f"CN=Example CA {level}"
        chain = (
            make_certificate(
                subject,
                issuer=chain[0] if chain else None,
                key=keys[level] if level < len(keys) else None,
                digest=digest,
                extensions=None if level == 0 else authority(),
            ),
            *chain,
        )
    return chain


ODD = {
    "rsa_512": ("-newkey", "rsa:512", "-sha256"),
    "rsa_md5": ("-newkey", "rsa:1024", "-md5"),
    "rsa_pss_sha1": ("-newkey", "rsa:2048", "-sha1", "-sigopt", "rsa_padding_mode:pss"),
    "rsa_pss_sha256": ("-newkey", "rsa:2048", "-sha256", "-sigopt", "rsa_padding_mode:pss"),
    "ec_sha1": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-sha1"),
    "ed25519": ("-newkey", "ed25519"),
    "ed448": ("-newkey", "ed448"),
    "dsa_sha1": ("-newkey", "dsa:{dsa}", "-sha1"),
    "dsa_sha256": ("-newkey", "dsa:{dsa}", "-sha256"),
    "negative_serial": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-set_serial", "-5"),
    "zero_serial": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-set_serial", "0"),
}
"""What cryptography refuses to make, by name: arguments to ``openssl req -x509``; ``{dsa}`` is a file of parameters."""


@lru_cache
def odd_certificate(case: str) -> bytes:
    """Return the DER of a self-signed certificate out of ``ODD``; its dates are those of the machine's clock."""
    with tempfile.TemporaryDirectory() as folder:
        parameters, made = Path(folder, "dsa.pem"), Path(folder, "certificate.der")
        if any("{dsa}" in argument for argument in ODD[case]):
            openssl("dsaparam", "-out", str(parameters), "1024")
        arguments = [argument.format(dsa=parameters) for argument in ODD[case]]
        key = str(Path(folder, "key.pem"))
        subject = ("-subj", f"/CN={HOST}", "-days", "30")
        openssl("req", "-x509", "-nodes", "-keyout", key, *subject, "-outform", "DER", "-out", str(made), *arguments)
        return made.read_bytes()


def openssl(*arguments: str, given: bytes = b"") -> str:
    """Run the openssl CLI with ``given`` on standard input and return what it prints; it has to succeed."""
    run = subprocess.run(["openssl", *arguments], input=given, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode(errors="replace")
    return run.stdout.decode(errors="replace")
