"""
The verdicts of the openssl command on the same certificates: over the vectors of cryptography, and odd ones made here.

Each certificate is judged alone, as a leaf, at one moment, and every difference is either none or one that is listed
with its reason. OpenSSL's own promise is only "SSL server"; what aescan asks of a key beyond it is not compared.
"""

import base64
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from aescan.certificates.chain import decode
from aescan.findings.evaluate import evaluate
from tests.certificates.test_vectors import CERTIFICATES
from tests.certs import ODD, odd_certificate, openssl
from tests.facts import capture, evidence

MOMENT: Final = datetime(2018, 1, 6, 12, tzinfo=UTC)
PKITS: Final = "x509/PKITS_data/"
"""Hundreds of certificates that differ in nothing that is compared here: every seventh will do."""
FEWEST: Final = 180

OLD_HASHES: Final = re.compile("md[245]", re.IGNORECASE)
UNCHECKED: Final = {
    "x509/custom/dsa_null_alg_params.pem-0": "cryptography does not read it, so its signature is not checked",
    "x509/custom/ecdsa_null_alg.pem-0": "likewise",
    "x509/custom/invalid_version.pem-0": "likewise",
}
"""Certificates that OpenSSL says are self-signed, where aescan cannot tell."""
OWN_KEY: Final = {
    "x509/custom/cdp_empty_hostname.pem-0": "no keyCertSign: to OpenSSL it is not its own issuer",
    "x509/custom/san_empty_hostname.pem-0": "likewise",
    "x509/custom/san_registered_id.pem-0": "the key is its own, the issuer's name is another",
    "x509/custom/rsa_pss.pem-0": "OpenSSL cannot check the signature",
    "x509/custom/two_basic_constraints.pem-0": "OpenSSL refuses the extensions",
}
"""Certificates whose own key made their signature, of which OpenSSL does not say so."""
MORE: Final = {
    "x509/custom/all_key_usages.pem-0": "keyCertSign without being a CA, which RFC 5280 section 4.2.1.9 forbids",
}
"""Certificates that aescan finds unfit for a server, and OpenSSL does not."""
UNREAD: Final = {
    "x509/custom/unsupported_subject_public_key_info.pem-0": "OpenSSL gives up over the key before the dates",
}


@dataclass(frozen=True)
class Verdicts:
    """What either of the two says."""

    self_signed: bool | None
    sha1: bool
    broken: bool
    weak: bool
    expired: bool
    not_yet_valid: bool
    unfit: bool


def chosen() -> Iterator[tuple[str, bytes]]:
    """Yield the certificates to compare, by their place."""
    for number, (place, der) in enumerate(CERTIFICATES.items()):
        if not place.startswith(PKITS) or number % 7 == 0:
            yield place, der
    for case in ODD:
        yield case, odd_certificate(case)


def of_openssl(der: bytes, file: Path) -> Verdicts | None:
    """Return what the command says, None where it reads no certificate."""
    try:
        text = openssl("x509", "-inform", "DER", "-text", "-purpose", given=der)
    except AssertionError:
        return None
    file.write_text(text[text.index("-----BEGIN") :])
    dates = verify(file, "-partial_chain", "-attime", f"{MOMENT.timestamp():.0f}")
    own = verify(file, "-check_ss_sig", "-no_check_time") == ""
    algorithms = re.findall(r"Signature Algorithm: (\S+)", text)
    hashes = [*algorithms, *re.findall(r"Hash Algorithm: (\S+)", text)]
    size = re.search(r"Public-Key: \((\d+) bit\)", text)
    kind = re.search(r"Public Key Algorithm: (\S+)", text)
    least = {"rsaEncryption": 2048, "rsassaPss": 2048, "dsaEncryption": 2048, "id-ecPublicKey": 224}
    return Verdicts(
        self_signed=own,
        sha1=not own and any("sha1" in one.lower() for one in hashes),
        broken=not own and any(OLD_HASHES.search(one) for one in hashes),
        weak=size is not None and kind is not None and int(size[1]) < least.get(kind[1], 0),
        expired="error 10 " in dates,
        not_yet_valid="error 9 " in dates,
        unfit="\nSSL server : No" in text,
    )


def verify(file: Path, *how: str) -> str:
    """Return what ``openssl verify`` has against a certificate that it is told to trust; nothing where it has not."""
    try:
        openssl("verify", "-auth_level", "0", "-ignore_critical", *how, "-trusted", str(file), str(file))
    except AssertionError as error:
        return str(error)
    return ""


def of_aescan(der: bytes) -> Verdicts:
    """Return what the rules say of the same certificate."""
    chain = decode(replace(capture(), certificates=(der,)))
    anything = replace(capture(), cipher_suite="0xfefe")
    codes = {found.code for found in evaluate(replace(evidence(moment=MOMENT), chain=chain, capture=anything))}
    return Verdicts(
        self_signed=chain.leaf.self_signed,
        sha1="sha1_signature" in codes,
        broken="broken_signature" in codes,
        weak="weak_key" in codes,
        expired="expired" in codes,
        not_yet_valid="not_yet_valid" in codes,
        unfit=not codes.isdisjoint({"missing_server_auth", "key_usage_unfit"}),
    )


def test_the_verdicts_are_those_of_openssl(tmp_path: Path) -> None:
    """SHA-1, broken hash, weak key, dates, self-signed and a server's purpose: the same, but for what is listed."""
    certificates = dict(chosen())
    with ThreadPoolExecutor(4) as pool:
        files = (tmp_path / f"{number}.pem" for number in range(len(certificates)))
        said = dict(zip(certificates, pool.map(of_openssl, certificates.values(), files), strict=True))
    compared = {place: verdicts for place, verdicts in said.items() if verdicts is not None}
    assert len(compared) > FEWEST
    found = {place: of_aescan(certificates[place]) for place in compared}
    assert {place: expected(place, found[place], verdicts) for place, verdicts in compared.items()} == found


def expected(place: str, found: Verdicts, said: Verdicts) -> Verdicts:
    """Return what aescan has to say where OpenSSL says this."""
    if place in OWN_KEY:
        return replace(said, self_signed=True, sha1=False)
    if place in UNREAD:
        return replace(said, self_signed=None, expired=True)
    if place in MORE:
        return replace(said, unfit=True)
    # Where the signature was not checked, OpenSSL's word that it is not its own proves as little.
    unknown = found.self_signed is None and (not said.self_signed or place in UNCHECKED)
    own = replace(said, self_signed=None) if unknown else said
    return replace(own, broken=found.broken) if unknown and said.broken and place in MD2_ROOT else own


MD2_ROOT: Final = {"x509/verisign_md2_root.pem-0": "nobody checks MD2, so equal names say that it is a root's own"}


def test_the_odd_ones_are_told_apart() -> None:
    """What was made to be weak is found so, and nothing else is."""
    told = {case: of_aescan(odd_certificate(case)) for case in ODD}
    assert {case for case, verdicts in told.items() if verdicts.weak} == {
        "rsa_512",
        "rsa_md5",
        "dsa_sha1",
        "dsa_sha256",
    }
    assert all(verdicts.self_signed for verdicts in told.values())
    assert not any(verdicts.sha1 or verdicts.broken for verdicts in told.values())


@pytest.mark.parametrize("curve", ["prime192v1", "secp160r1", "secp112r1", "sect163k1", "brainpoolP192r1"])
def test_a_small_curve_is_weak(curve: str) -> None:
    """Curves that cryptography does not know are weak too."""
    key = openssl("ecparam", "-genkey", "-name", curve)
    made = openssl("req", "-x509", "-new", "-key", "/dev/stdin", "-subj", "/CN=aes1", "-sha256", given=key.encode())
    der = re.search("-----BEGIN CERTIFICATE-----(.*?)-----END", made, re.DOTALL)
    assert der is not None
    assert of_aescan(base64.b64decode(der[1])).weak
