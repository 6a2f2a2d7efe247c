"""Whether a client accepts a chain, held against OpenSSL's own opinion."""

import ssl
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from aescan.certificates import paths
from aescan.certificates.chain import LARGEST_CACHED, Chain, decode
from aescan.certificates.decode import decode_certificate
from aescan.certificates.trust import Distrust, Verdict, verdict
from aescan.keystores.model import TrustStore
from aescan.lab.certificates import MD5, SHA1, Identity, authority, ec_key, key_usage, server
from aescan.tls.capture import Capture, ClientCertificate
from tests.certificates import encode
from tests.certs import HOST, make_authority, make_certificate, make_chain, odd_certificate, rsa_key
from tests.facts import NOW

CLIENT = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
NO_CA = x509.BasicConstraints(ca=False, path_length=None)

LEAF, ISSUER, ROOT = make_chain(3)
LACKING = "the store does not hold CN=Example CA 2"


def chain(*presented: Identity | bytes) -> Chain:
    """Return the chain that presents these certificates."""
    ders = tuple(one if isinstance(one, bytes) else one.der for one in presented)
    return decode(Capture(ders, "TLS 1.2", "", ClientCertificate.UNKNOWN, hello="tls12", address="127.0.0.1"))


def store(*anchors: Identity | bytes, check_names: bool = False, strict: bool = False) -> TrustStore:
    """Return a store of these anchors."""
    ders = tuple(one if isinstance(one, bytes) else one.der for one in anchors)
    return TrustStore("clients", ders, check_names=check_names, strict=strict)


def judged(
    presented: Iterable[Identity | bytes], anchors: Iterable[Identity | bytes], moment: datetime = NOW
) -> tuple[bool | None, Distrust | None, str]:
    """Return what is told of a chain and a store, names aside."""
    found = verdict(chain(*presented), store(*anchors), moment, HOST, named=True)
    assert found.store == "clients"
    return found.trusted, found.reason, found.sentence


def below(root: Identity, *extensions: x509.ExtensionType) -> Identity:
    """Return a CA with these extensions."""
    return make_certificate("CN=Below", issuer=root, extensions=extensions)


def under(issuer: Identity, *extensions: x509.ExtensionType) -> Identity:
    """Return a leaf with these extensions."""
    return make_certificate(issuer=issuer, extensions=extensions or None)


def test_trusted() -> None:
    """A path to an anchor is enough, and the anchor is named."""
    presented = chain(LEAF, ISSUER)
    path = (*presented.certificates, decode_certificate(ROOT.der))
    expected = Verdict("clients", True, None, "the chain leads to CN=Example CA 2", path)

    assert verdict(presented, store(ROOT), NOW, HOST, named=False) == expected
    assert expected.not_after == min(one.not_after for one in path if one.not_after is not None)


OLD_ROOT = make_authority("CN=Old Root", key=rsa_key())
SHORT_ROOT = make_authority("CN=Short Root", key=rsa_key(1024))
V1_ROOT = encode.certificate(version=b"", subject=encode.ISSUER)
ENDED = make_certificate(issuer=ROOT, not_after=NOW - timedelta(days=1))
AHEAD = make_certificate(issuer=ROOT, not_before=NOW + timedelta(days=1))
ENDED_ROOT = make_certificate("CN=Ended", extensions=authority(), not_after=NOW - timedelta(days=1))
NAMESAKE = make_authority("CN=Example CA 2")
FLAT = make_authority("CN=Flat", key=ec_key())
SHALLOW = make_certificate("CN=Shallow", extensions=authority(0))
BROKEN = LEAF.der[:-1] + bytes([LEAF.der[-1] ^ 1])
LIMITED = make_certificate(
    "CN=Limited", extensions=(*authority(), x509.NameConstraints([x509.DNSName("example.org")], None))
)
WITHIN = make_certificate(
    "CN=Within", extensions=(*authority(), x509.NameConstraints([x509.DNSName("example.com")], None))
)
CRITICAL = encode.certificate(extensions=(encode.extension("1.3.9", b"\5\0", encode.tlv(encode.BOOLEAN, b"\xff")),))
DEEP = below(SHALLOW, *authority())
V1_BELOW = encode.certificate(version=b"", issuer=encode.ISSUER, subject=encode.common_name("Below"))
NO_SIGNER = below(ROOT, *authority()[:1], key_usage("crl_sign"))
NOT_A_CA = below(ROOT, NO_CA)
PINNED = make_certificate("CN=aes1")

CASES = {
    "whole chain": ([LEAF, ISSUER, ROOT], [ROOT], (True, None, "the chain leads to CN=Example CA 2")),
    "no root presented": ([LEAF, ISSUER], [ROOT], (True, None, "the chain leads to CN=Example CA 2")),
    "an intermediate is held": ([LEAF], [ISSUER], (True, None, "the chain leads to CN=Example CA 1")),
    "the leaf is held": ([PINNED], [PINNED], (True, None, "the chain leads to CN=aes1")),
    "sha1": (
        [make_certificate(issuer=OLD_ROOT, digest=SHA1)],
        [OLD_ROOT],
        (True, None, "the chain leads to CN=Old Root"),
    ),
    "md5": (
        [make_certificate(issuer=OLD_ROOT, digest=MD5)],
        [OLD_ROOT],
        (True, None, "the chain leads to CN=Old Root"),
    ),
    "rsa 1024": ([make_certificate(issuer=SHORT_ROOT)], [SHORT_ROOT], (True, None, "the chain leads to CN=Short Root")),
    "version 1 root": (
        [encode.certificate()],
        [V1_ROOT],
        (True, None, f"the chain leads to {decode_certificate(V1_ROOT).title}"),
    ),
    "ed25519": (
        [odd_certificate("ed25519")],
        [odd_certificate("ed25519")],
        (True, None, f"the chain leads to CN={HOST}"),
    ),
    "incomplete": (
        [LEAF],
        [ROOT],
        (False, Distrust.NO_PATH, f"the store does not hold CN=Example CA 1, which signed CN={HOST}"),
    ),
    "not held": (
        [LEAF, ISSUER, ROOT],
        [FLAT],
        (False, Distrust.NO_PATH, "the store does not hold CN=Example CA 2, which signed itself"),
    ),
    "empty store": (
        [PINNED],
        [],
        (False, Distrust.NO_PATH, "the store does not hold CN=aes1, which signed itself"),
    ),
    "namesake": (
        [LEAF, ISSUER],
        [NAMESAKE],
        (
            False,
            Distrust.NO_PATH,
            f"{LACKING}, which signed CN=Example CA 1, but one of that name with another key",
        ),
    ),
    "namesake of the root presented": (
        [LEAF, ISSUER, ROOT],
        [NAMESAKE],
        (
            False,
            Distrust.NO_PATH,
            f"{LACKING}, which signed itself, but one of that name with another key",
        ),
    ),
    "broken signature": (
        [BROKEN, ISSUER],
        [ROOT],
        (False, Distrust.SIGNATURE, f"the signature of CN={HOST} is broken: not made with the key it names"),
    ),
    "expired leaf": ([ENDED], [ROOT], (False, Distrust.EXPIRED, f"CN={HOST} ended on 2026-11-22")),
    "leaf ahead": ([AHEAD], [ROOT], (False, Distrust.NOT_YET_VALID, f"CN={HOST} begins on 2026-11-24")),
    "expired root": ([under(ENDED_ROOT)], [ENDED_ROOT], (False, Distrust.EXPIRED, "CN=Ended ended on 2026-11-22")),
    "client only": (
        [under(ROOT, CLIENT)],
        [ROOT],
        (False, Distrust.CONSTRAINT, f"CN={HOST} is not for servers (extended key usage)"),
    ),
    "key for signing certificates only": (
        [under(ROOT, key_usage("crl_sign"))],
        [ROOT],
        (False, Distrust.CONSTRAINT, f"the key of CN={HOST} is not for TLS (key usage)"),
    ),
    "no ca": (
        [under(NOT_A_CA), NOT_A_CA],
        [ROOT],
        (False, Distrust.CONSTRAINT, "CN=Below is no CA (basic constraints)"),
    ),
    "path length": (
        [under(DEEP), DEEP],
        [SHALLOW],
        (False, Distrust.CONSTRAINT, "CN=Shallow may not stand above 1 CAs (path length)"),
    ),
    "key usage of a ca": (
        [under(NO_SIGNER), NO_SIGNER],
        [ROOT],
        (False, Distrust.CONSTRAINT, "the key of CN=Below may not sign certificates (key usage)"),
    ),
    "version 1 below the root": (
        [encode.certificate(issuer=encode.common_name("Below")), V1_BELOW],
        [V1_ROOT],
        (False, Distrust.CONSTRAINT, "CN=Below is of version 1, which is no CA"),
    ),
    "critical extension": (
        [CRITICAL],
        [V1_ROOT],
        (
            False,
            Distrust.CONSTRAINT,
            f"CN={HOST},O=Example,C=US has a critical extension that clients need not know, 1.3.9",
        ),
    ),
    "name constraints that hold": (
        [under(WITHIN)],
        [WITHIN],
        (True, None, "the chain leads to CN=Within"),
    ),
    "name constraints": (
        [under(LIMITED)],
        [LIMITED],
        (
            False,
            Distrust.CONSTRAINT,
            "CN=Limited may not certify that name (no permitted name constraints matched SAN)",
        ),
    ),
}


@pytest.mark.parametrize(("presented", "anchors", "expected"), CASES.values(), ids=CASES.keys())
def test_verdicts(
    presented: list[Identity | bytes],
    anchors: list[Identity | bytes],
    expected: tuple[bool | None, Distrust | None, str],
) -> None:
    """Each kind of chain and store, with the sentence."""
    moment = datetime.now(NOW.tzinfo) if presented == [odd_certificate("ed25519")] else NOW

    assert judged(presented, anchors, moment) == expected


@pytest.mark.parametrize(("presented", "anchors", "expected"), CASES.values(), ids=CASES.keys())
def test_openssl_agrees(
    presented: list[Identity | bytes],
    anchors: list[Identity | bytes],
    expected: tuple[bool | None, Distrust | None, str],
    tmp_path: Path,
) -> None:
    """OpenSSL, asked to take old hashes and CAs that are no roots, accepts exactly what is trusted here."""
    moment = datetime.now(NOW.tzinfo) if presented == [odd_certificate("ed25519")] else NOW
    files = {"leaf": presented[:1], "untrusted": presented, "trusted": anchors}
    for name, certificates in files.items():
        ders = (one if isinstance(one, bytes) else one.der for one in certificates)
        (tmp_path / name).write_bytes(b"".join(map(to_pem, ders)))
    options = ["-partial_chain", "-purpose", "sslserver", "-auth_level", "0", "-attime", str(int(moment.timestamp()))]
    given = ["-untrusted", str(tmp_path / "untrusted"), *(["-trusted", str(tmp_path / "trusted")] if anchors else [])]
    command = ["openssl", "verify", "-no-CAfile", "-no-CApath", "-no-CAstore", *options, *given, str(tmp_path / "leaf")]

    run = subprocess.run(command, capture_output=True, check=False)

    assert (run.returncode == 0) is expected[0], run.stderr


def to_pem(der: bytes) -> bytes:
    """Return a certificate in PEM, whatever it holds."""
    return ssl.DER_cert_to_PEM_cert(der).encode()


def test_names() -> None:
    """Only a client that compares names minds one."""
    presented = chain(LEAF, ISSUER)

    refused = verdict(presented, store(ROOT, check_names=True), NOW, "aes2.example.com", named=False)

    assert refused == Verdict("clients", False, Distrust.NAME, f"CN={HOST} is not for aes2.example.com")
    assert verdict(presented, store(ROOT), NOW, "aes2.example.com", named=False).trusted
    assert verdict(presented, store(ROOT, check_names=True), NOW, HOST, named=True).trusted


def test_names_come_last() -> None:
    """What keeps every client away is said rather than what keeps a few."""
    found = verdict(chain(ENDED), store(ROOT, check_names=True), NOW, "aes2.example.com", named=False)

    assert found.reason is Distrust.EXPIRED


def test_strict() -> None:
    """The public web wants more: alternative names, for one."""
    plain = under(ROOT, *server())
    sound = under(ROOT)

    assert verdict(chain(plain), store(ROOT), NOW, HOST, named=True).trusted
    refused = verdict(chain(plain), store(ROOT, strict=True), NOW, HOST, named=True)
    assert (refused.trusted, refused.reason) == (False, Distrust.CONSTRAINT)
    assert refused.sentence == "by the rules of the public web: leaf server certificate has no subjectAltName"
    assert verdict(chain(sound), store(ROOT, strict=True), NOW, HOST, named=True).trusted
    assert verdict(chain(sound), store(ROOT, strict=True), NOW, "x", named=False).reason is Distrust.NAME


@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_the_last_second_counts(seconds: int) -> None:
    """RFC 5280 includes both ends of validity."""
    leaf = decode_certificate(LEAF.der)
    assert leaf.not_before is not None
    assert leaf.not_after is not None
    second = timedelta(seconds=seconds)

    assert (judged([LEAF, ISSUER], [ROOT], leaf.not_after + second)[1] is Distrust.EXPIRED) is (seconds > 0)
    assert (judged([LEAF, ISSUER], [ROOT], leaf.not_before + second)[1] is Distrust.NOT_YET_VALID) is (seconds < 0)


def test_the_better_of_two_ways() -> None:
    """One good path is enough; of bad ones, the one with the fewest faults is told of."""
    key = ec_key()
    first = make_certificate("CN=Two", key=key, extensions=authority(), not_after=NOW - timedelta(days=1))
    second = make_certificate("CN=Two", key=key, extensions=authority())
    leaf = under(first)

    assert judged([leaf], [first, second])[0] is True
    assert judged([leaf], [first])[:2] == (False, Distrust.EXPIRED)
    late = second.validity.not_after + timedelta(days=1)
    assert judged([make_certificate(issuer=first, not_after=late)], [first, second], late)[:2] == (
        False,
        Distrust.EXPIRED,
    )


UNREADABLE = encode.certificate(
    not_after=encode.tlv(encode.UTC_TIME, b"991515120000Z"), subject=encode.common_name("x")
)
NO_NAMES = encode.certificate(
    extensions=(encode.extension("2.5.29.17", encode.sequence(encode.tlv(encode.DNS, b"\xff\xfe"))),)
)


@pytest.mark.parametrize(
    ("presented", "what"),
    [
        (UNREADABLE, "the dates of CN=x cannot be read"),
        (NO_NAMES, f"the extensions of CN={HOST},O=Example,C=US cannot be read"),
        (b"no certificate", "the issuer of certificate de826f9e5acba22f… cannot be read"),
    ],
)
def test_what_cannot_be_read(presented: bytes, what: str) -> None:
    """Neither yes nor no where nobody can check: never "untrusted" for "unsupported"."""
    assert judged([presented], [V1_ROOT]) == (None, Distrust.UNSUPPORTED, what)


def test_names_that_cannot_be_read() -> None:
    """A name that cannot be read is not a wrong one."""
    found = verdict(chain(NO_NAMES), store(V1_ROOT, check_names=True), NOW, HOST, named=False)

    assert (found.trusted, found.reason) == (None, Distrust.UNSUPPORTED)


def test_signatures_that_cannot_be_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """An algorithm that nobody checks any more is unknown; what else speaks against the chain still counts."""
    monkeypatch.setattr(paths, "signed_by", lambda *_: None)
    leaf = make_certificate(issuer=OLD_ROOT, digest=MD5)
    ended = make_certificate(issuer=OLD_ROOT, digest=MD5, not_after=NOW - timedelta(days=1))
    why = f"the signature of CN={HOST} cannot be checked (md5WithRSAEncryption)"

    assert judged([leaf], [OLD_ROOT]) == (None, Distrust.UNSUPPORTED, why)
    assert judged([ended], [OLD_ROOT])[:2] == (False, Distrust.EXPIRED)


def test_a_search_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tangle of certificates is unknown, unless the leaf alone says no."""
    monkeypatch.setattr(paths, "MOST_CHECKS", 0)
    why = "there are more ways to go through the certificates than are tried"
    ahead = make_certificate(issuer=ROOT, not_before=NOW + timedelta(days=1))

    assert judged([make_certificate(issuer=ROOT)], [ROOT]) == (None, Distrust.UNSUPPORTED, why)
    assert judged([ahead], [ROOT])[:2] == (False, Distrust.NOT_YET_VALID)


def test_name_constraints_beside_what_the_library_refuses() -> None:
    """Name constraints above a SHA-1 signature are judged by nobody here."""
    root = make_certificate(
        "CN=Old Limited",
        key=rsa_key(),
        extensions=(*authority(), x509.NameConstraints([x509.DNSName("example.com")], None)),
    )
    trusted, reason, sentence = judged([make_certificate(issuer=root, digest=SHA1)], [root])

    assert (trusted, reason) == (None, Distrust.UNSUPPORTED)
    assert sentence.startswith("the names CN=Old Limited may certify cannot be checked (")


def test_large_chains_are_not_kept() -> None:
    """What a stranger fills up is searched anew rather than kept."""
    presented = chain(LEAF, ISSUER, bytes(LARGEST_CACHED))

    assert verdict(presented, store(ROOT), NOW, HOST, named=True).trusted


def test_hostile_names_are_cut() -> None:
    """A sentence stays a sentence, whatever a certificate is called."""
    leaf = decode_certificate(
        make_certificate("CN=" + "x" * 60, "CN=" + "y" * 60, "CN=" + "z" * 60, "O=" + "w" * 60).der
    )
    found = verdict(Chain((leaf,), (None,), None), store(ROOT), NOW, HOST, named=True)

    assert len(found.sentence) < 600
    assert replace(found, sentence="").reason is Distrust.NO_PATH
