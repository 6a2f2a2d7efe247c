"""A replacement looked at before it is imported, from the files on."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from aescan.cli import main
from aescan.findings.preflight import Item, Result
from aescan.keystores.model import TrustStore
from aescan.lab.certificates import SERVER_AND_CLIENT, Identity, authority, key_usage, server
from aescan.offline import unlocker
from aescan.preflight import items
from aescan.scan.schedule import now
from aescan.settings.policy import Policy
from tests.certs import HOST, make_certificate, rsa_key
from tests.facts import NOW
from tests.keystores import made

USAGE = key_usage("digital_signature", "content_commitment", "key_encipherment", "data_encipherment")
NAMES = "C=US", "ST=CO", "O=Your Company Name"


def pair() -> tuple[Identity, Identity]:
    """Return a server certificate made by the notice's steps, with an alternative name, and its CA."""
    root = make_certificate(*NAMES, "CN=Root CA", key=rsa_key(number=1), extensions=authority())
    san = x509.SubjectAlternativeName([x509.DNSName(HOST)])
    extensions = (x509.BasicConstraints(ca=False, path_length=None), USAGE, SERVER_AND_CLIENT, san)
    return make_certificate(*NAMES, f"CN={HOST}", issuer=root, key=rsa_key(), extensions=extensions), root


LEAF, ROOT = pair()


def packed(*certificates: Identity, key: Identity = LEAF) -> bytes:
    """Return these certificates in PKCS#12 with the key of one."""
    leaf, *others = (x509.load_der_x509_certificate(one.der) for one in certificates)
    encryption = BestAvailableEncryption(made.PASSWORD.encode())
    return pkcs12.serialize_key_and_certificates(b"aes", key.key, leaf, others, encryption)


def judged(*paths: Path, host: str | None = HOST, policy: Policy | None = None) -> dict[str, Item]:
    """Return the items by code, at the moment of the tests."""
    found = items(paths, host, policy or Policy(), NOW, unlocker(made.PASSWORD), 0.0)
    return {item.code: item for item in found}


def failing(*paths: Path, host: str | None = HOST) -> list[str]:
    """Return the codes of the items that do not pass."""
    return [code for code, item in judged(*paths, host=host).items() if item.result is not Result.PASS]


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Return a PKCS#12 of a sound replacement."""
    (tmp_path / "new.p12").write_bytes(packed(LEAF, ROOT))
    return tmp_path / "new.p12"


def test_a_sound_replacement(new: Path) -> None:
    """What the notice's steps make passes every item, and each store is asked."""
    policy = Policy(trust_stores=(TrustStore("jtapi", (ROOT.der,), check_names=True),))

    found = judged(new, policy=policy)

    assert {item.result for item in found.values()} == {Result.PASS}
    assert "trust:jtapi" in found


def test_files_together(tmp_path: Path) -> None:
    """Certificate, key and CA may be in files of their own."""
    (tmp_path / "server.crt").write_bytes(LEAF.pem)
    (tmp_path / "server.key").write_bytes(LEAF.key_pem)
    (tmp_path / "ca.der").write_bytes(ROOT.der)

    assert failing(tmp_path / "ca.der", tmp_path / "server.key", tmp_path / "server.crt") == []
    assert failing(tmp_path / "server.crt") == ["key_matches", "chain", "order"]


def test_the_key_of_another(tmp_path: Path) -> None:
    """A key that belongs to another certificate is found."""
    (tmp_path / "server.crt").write_bytes(LEAF.pem + ROOT.pem)
    (tmp_path / "server.key").write_bytes(made.key())

    assert failing(tmp_path / "server.crt", tmp_path / "server.key") == ["key_matches"]


def test_which_certificate_is_meant(tmp_path: Path) -> None:
    """Of several the one whose key is there is judged, else the one that names the host, else what is no CA."""
    names = server(x509.DNSName("aes2.example.com"))
    other = make_certificate(*NAMES, "CN=aes2.example.com", issuer=ROOT, extensions=names)
    (tmp_path / "all.pem").write_bytes(other.pem + LEAF.pem)
    (tmp_path / "key.pem").write_bytes(other.key_pem)
    (tmp_path / "stray.pem").write_bytes(make_certificate("CN=Stray", extensions=authority()).pem + LEAF.pem)

    by_key = judged(tmp_path / "all.pem", tmp_path / "key.pem")["opens"].sentence
    by_name = judged(tmp_path / "all.pem")["opens"].sentence
    by_kind = judged(tmp_path / "stray.pem", host=None)

    assert by_key.endswith(f"not judged are CN={HOST},O=Your Company Name,ST=CO,C=US")
    assert by_name.endswith("not judged are CN=aes2.example.com,O=Your Company Name,ST=CO,C=US")
    assert by_kind["opens"].result is Result.PASS
    assert by_kind["key_usage"].result is Result.PASS


def test_what_does_not_open(new: Path, tmp_path: Path) -> None:
    """A file that stays shut, or holds keys only, is the whole answer."""
    (tmp_path / "key.pem").write_bytes(LEAF.key_pem)

    (shut,) = items((new,), HOST, Policy(), NOW, unlocker("other"))
    (empty,) = items((tmp_path / "key.pem",), HOST, Policy(), NOW, unlocker(None))

    assert (shut.code, shut.result) == ("opens", Result.FAIL)
    assert shut.sentence == f"{new}: it is PKCS#12 that this password does not open, or it is damaged"
    assert (empty.code, empty.sentence) == ("opens", "there is no certificate in it")


def test_the_command(new: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The checklist goes to standard output, and the exit status says whether it is fit."""
    monkeypatch.setenv("AESCAN_PASSWORD", made.PASSWORD)
    status = main(["--preflight", str(new), "--for", HOST, "--format", "json"])
    document = json.loads(capsys.readouterr().out)

    current = NOW - timedelta(days=100) <= now() <= NOW + timedelta(days=265)  # the certificate's own dates
    assert (status, document["fit"]) == (int(not current), current)
    assert document["files"] == [str(new)]

    assert main(["--preflight", str(new), "--for", "aes2.example.com"]) == 1
    shown = capsys.readouterr().out
    assert "aes2.example.com is dialled" in shown
    assert "do not import it yet" in shown


def test_mistakes(new: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be judged is said at once, with status 2."""
    assert main(["--preflight"]) == 2
    assert capsys.readouterr().err == "aescan: --preflight: name the files of the replacement, such as new.p12\n"
    assert main(["--preflight", str(new), str(tmp_path), "aes1", "--format", "csv"]) == 2
    assert capsys.readouterr().err == (
        "aescan: --preflight --format csv: there are text and json\n"
        "aescan: --preflight aes1: there is no such file\n"
        f"aescan: --preflight {tmp_path}: this is a folder; name its files\n"
    )
