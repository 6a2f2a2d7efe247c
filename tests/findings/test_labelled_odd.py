"""Certificates of every odd kind, made by OpenSSL, and exactly what is found about each."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aescan.certificates.chain import decode
from aescan.findings.evaluate import evaluate
from tests.certs import openssl
from tests.facts import capture, evidence

SOUND = """\
basicConstraints = critical, CA:FALSE
keyUsage = digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth, clientAuth
subjectAltName = DNS:aes1.example.com
"""
RSA = ("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
SMALL_RSA = (*RSA[:-1], "rsa_keygen_bits:1024")
PSS = ("-sigopt", "rsa_padding_mode:pss")


def curve(name: str) -> tuple[str, ...]:
    """Return what makes a key on this curve."""
    return "genpkey", "-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{name}"


Case = tuple[tuple[str, ...], tuple[str, ...], str, set[str]]

CASES: dict[str, Case] = {
    "sound": (RSA, ("-sha256",), SOUND, set()),
    "P-256": (curve("P-256"), ("-sha256",), SOUND.replace(", keyEncipherment", ""), set()),
    "Ed25519 key": (("genpkey", "-algorithm", "ED25519"), ("-sha256",), SOUND, set()),
    "Ed448 key": (("genpkey", "-algorithm", "ED448"), ("-sha256",), SOUND, set()),
    "SHA-384": (RSA, ("-sha384",), SOUND, set()),
    "RSA-PSS with SHA-256": (RSA, ("-sha256", *PSS), SOUND, set()),
    "RSA-PSS with SHA-1": (RSA, ("-sha1", *PSS), SOUND, {"sha1_signature"}),
    "SHA-1": (RSA, ("-sha1",), SOUND, {"sha1_signature"}),
    "MD5": (RSA, ("-md5",), SOUND, {"broken_signature"}),
    "MD4": (RSA, ("-md4", "-provider", "legacy", "-provider", "default"), SOUND, {"broken_signature"}),
    "RSA 1024": (SMALL_RSA, ("-sha256",), SOUND, {"weak_key"}),
    "P-192": (curve("P-192"), ("-sha256",), SOUND, {"weak_key"}),
    "secp160r1": (curve("secp160r1"), ("-sha256",), SOUND, {"weak_key"}),
    "sect163k1": (curve("sect163k1"), ("-sha256",), SOUND, {"weak_key"}),
    "P-224": (curve("P-224"), ("-sha256",), SOUND, set()),
    "no key usage": (RSA, ("-sha256",), SOUND.replace("keyUsage = digitalSignature, keyEncipherment\n", ""), set()),
    "key usage of RSA key exchange alone": (
        RSA,
        ("-sha256",),
        SOUND.replace("digitalSignature, ", ""),
        {"key_usage_unfit"},
    ),
    "no extended key usage": (
        RSA,
        ("-sha256",),
        SOUND.replace("extendedKeyUsage = serverAuth, clientAuth\n", ""),
        set(),
    ),
    "any extended key usage": (
        RSA,
        ("-sha256",),
        SOUND.replace("serverAuth, clientAuth", "anyExtendedKeyUsage"),
        set(),
    ),
    "for servers alone": (RSA, ("-sha256",), SOUND.replace(", clientAuth", ""), set()),
    "for clients alone": (RSA, ("-sha256",), SOUND.replace("serverAuth, ", ""), {"missing_server_auth"}),
    "for code signing": (
        RSA,
        ("-sha256",),
        SOUND.replace("serverAuth, clientAuth", "codeSigning"),
        {"missing_server_auth"},
    ),
    "critical unknown extension": (RSA, ("-sha256",), SOUND + "1.2.3.4 = critical, DER:0500\n", set()),
    "a CA as server, which may be one": (
        RSA,
        ("-sha256",),
        SOUND.replace("CA:FALSE", "CA:TRUE").replace("keyEncipherment", "keyEncipherment, keyCertSign"),
        set(),
    ),
    "a CA as server, which may only sign": (
        RSA,
        ("-sha256",),
        SOUND.replace("CA:FALSE", "CA:TRUE").replace("digitalSignature, keyEncipherment", "keyCertSign, cRLSign"),
        {"key_usage_unfit"},
    ),
    "keyCertSign without being a CA": (
        RSA,
        ("-sha256",),
        SOUND.replace("keyEncipherment", "keyEncipherment, keyCertSign"),
        {"key_usage_unfit"},
    ),
    "no alternative name": (
        RSA,
        ("-sha256",),
        SOUND.replace("subjectAltName = DNS:aes1.example.com\n", ""),
        {"missing_san"},
    ),
    "another name": (RSA, ("-sha256",), SOUND.replace("aes1.example.com", "b.example"), {"name_mismatch"}),
    "an address only": (
        RSA,
        ("-sha256",),
        SOUND.replace("DNS:aes1.example.com", "IP:192.0.2.1"),
        {"name_mismatch"},
    ),
    "a wildcard": (RSA, ("-sha256",), SOUND.replace("aes1.example.com", "*.example.com"), set()),
    "version 1": (RSA, ("-sha256",), "", {"missing_san"}),
    "five years": (RSA, ("-sha256", "-days", "1825"), SOUND, {"validity_too_long"}),
    "two years": (RSA, ("-sha256", "-days", "730"), SOUND, set()),
}
"""By kind: the leaf's key, how its CA signs it, its extensions, and the codes of what is found."""

Authority = tuple[str, str]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return the files of a CA's key and certificate, which is sound."""
    folder = tmp_path_factory.mktemp("ca")
    key, certificate = str(folder / "key.pem"), str(folder / "ca.pem")
    openssl(*RSA, "-out", key)
    extensions = ("-addext", "keyUsage=keyCertSign", "-addext", "basicConstraints=critical,CA:TRUE")
    made = ("-key", key, "-subj", "/CN=Example CA", "-days", "3000", *extensions)
    openssl("req", "-x509", "-new", *made, "-config", "/dev/null", "-out", certificate, given=b"")
    return key, certificate


@pytest.mark.parametrize("kind", CASES)
def test_exactly_what_is_odd_is_found(kind: str, authority: Authority, tmp_path: Path) -> None:
    """A leaf of this kind from a sound CA has these findings and no other."""
    key, signing, extensions, codes = CASES[kind]
    signed = leaf(
        tmp_path, key, ("-CA", authority[1], "-CAkey", authority[0], "-set_serial", "7", *signing), extensions
    )
    found = judged(signed, der(authority[1], tmp_path))
    assert found == codes


@pytest.mark.parametrize(("key", "codes"), [(RSA, {"self_signed_leaf"}), (SMALL_RSA, {"self_signed_leaf", "weak_key"})])
def test_a_self_signed_leaf(key: tuple[str, ...], codes: set[str], tmp_path: Path) -> None:
    """Its own SHA-1 signature is no finding, its key may be one."""
    signed = leaf(tmp_path, key, ("-signkey", str(tmp_path / "leaf.key"), "-sha1", "-days", "90"), SOUND)
    assert judged(signed) == codes


def test_self_issued_is_not_self_signed(authority: Authority, tmp_path: Path) -> None:
    """A leaf of the CA's own name, signed by the CA's key and not by its own: SHA-1 counts, self-signed does not."""
    how = ("-CA", authority[1], "-CAkey", authority[0], "-set_serial", "8", "-sha1")
    signed = leaf(tmp_path, RSA, how, SOUND, subject="/CN=Example CA")
    assert judged(signed, der(authority[1], tmp_path)) == {"sha1_signature"}
    assert judged(signed) == {"chain_incomplete", "sha1_signature"}


def test_a_self_signed_certificate_of_version_1(tmp_path: Path) -> None:
    """No extension limits it, and none names it."""
    signed = leaf(tmp_path, RSA, ("-signkey", str(tmp_path / "leaf.key"), "-sha256", "-days", "90"), "")
    assert judged(signed) == {"missing_san", "self_signed_leaf"}


def leaf(
    folder: Path, key: tuple[str, ...], signing: tuple[str, ...], extensions: str, subject: str = "/CN=aes1.example.com"
) -> bytes:
    """Return the DER of a leaf made so; without extensions it is of version 1."""
    own, request, limits, made = (folder / name for name in ("leaf.key", "leaf.csr", "leaf.cnf", "leaf.der"))
    openssl(*key, "-out", str(own))
    limits.write_text(extensions)
    openssl("req", "-new", "-key", str(own), "-subj", subject, "-config", "/dev/null", "-out", str(request))
    limited = ("-extfile", str(limits)) if extensions else ()
    days = () if "-days" in signing else ("-days", "90")
    openssl("x509", "-req", "-in", str(request), *signing, *days, *limited, "-outform", "DER", "-out", str(made))
    return made.read_bytes()


def der(file: str, folder: Path) -> bytes:
    """Return the DER of a PEM file."""
    openssl("x509", "-in", file, "-outform", "DER", "-out", str(folder / "ca.der"))
    return (folder / "ca.der").read_bytes()


def judged(*presented: bytes) -> set[str]:
    """Return the codes of what is found about a chain a day after its leaf was made, on a bare port."""
    chain = decode(replace(capture(), certificates=presented))
    assert chain.leaf.not_before is not None
    found = replace(evidence(service=""), chain=chain, moment=chain.leaf.not_before + timedelta(days=1))
    return {finding.code for finding in evaluate(found)}
