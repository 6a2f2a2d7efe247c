"""PKCS#7, PKCS#12 and keys, as other programs write them."""

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from aescan.errors import KeystoreError
from aescan.keystores import pkcs
from aescan.keystores.model import Bundle, Form
from aescan.keystores.pkcs import pkcs7_certificates, pkcs12_bundle, public_part_of_der, public_part_of_pem
from tests.certs import openssl
from tests.keystores import made
from tests.tools import tool

LEAF, INTERMEDIATE, ROOT = made.identities()


def test_pkcs7() -> None:
    """All certificates, and a sentence where there are none."""
    assert sorted(pkcs7_certificates(made.bundle7())) == sorted(made.ders())
    with pytest.raises(
        KeystoreError,
        match=r"^it begins as PKCS#7, but no certificates can be read from it; it may be damaged$",
    ):
        pkcs7_certificates(made.bundle7()[:60])


def test_pkcs12() -> None:
    """The certificate of the key comes first."""
    assert pkcs12_bundle(made.bundle12(), made.PASSWORD) == Bundle(Form.PKCS12, made.ders(), (made.public_part(),))


def test_pkcs12_without_a_key() -> None:
    """A trust store has certificates only."""
    bundle = pkcs12_bundle(made.bundle12(with_key=False), made.PASSWORD)

    assert sorted(bundle.certificates) == sorted(made.ders())
    assert bundle.keys == ()


def test_pkcs12_without_a_password() -> None:
    """One that needs none is opened without."""
    assert pkcs12_bundle(made.bundle12(""), None).certificates == made.ders()


@pytest.mark.parametrize(
    ("password", "text"),
    [
        (None, "it is PKCS#12 and needs a password, or is damaged"),
        ("other", "it is PKCS#12 that this password does not open, or it is damaged"),
    ],
)
def test_pkcs12_that_stays_shut(password: str | None, text: str) -> None:
    """Whether a password was missing or wrong is told apart."""
    with pytest.raises(KeystoreError) as caught:
        pkcs12_bundle(made.bundle12(), password)

    assert str(caught.value) == text
    assert not caught.value.foreign


@pytest.mark.parametrize("extra", [(), ("-legacy",), ("-certpbe", "NONE", "-keypbe", "NONE", "-nomac")])
def test_pkcs12_of_openssl(tmp_path: Path, extra: tuple[str, ...]) -> None:
    """What OpenSSL writes, with today's ciphers, those of its past (RC2, 3DES), and none."""
    (tmp_path / "all.pem").write_bytes(made.pem() + made.key())
    path = tmp_path / "made.p12"
    openssl("pkcs12", "-export", "-in", str(tmp_path / "all.pem"), "-out", str(path), "-passout", "pass:secret", *extra)

    bundle = pkcs12_bundle(path.read_bytes(), "secret")

    assert bundle.certificates[0] == LEAF.der
    assert sorted(bundle.certificates) == sorted(made.ders())
    assert bundle.keys == (made.public_part(),)


@pytest.mark.parametrize("protection", ["", "NONE"])
def test_pkcs12_of_java(tmp_path: Path, protection: str) -> None:
    """What ``keytool`` writes by default since Java 9, and as Java 18 writes its own trust store."""
    keytool = tool("keytool", "the Debian package default-jdk-headless")
    (tmp_path / "root.pem").write_bytes(ROOT.pem)
    options = [f"-J-Dkeystore.pkcs12.{what}={protection}" for what in ("certProtectionAlgorithm", "macAlgorithm")]
    command = [keytool, *(options if protection else []), "-importcert", "-noprompt", "-alias", "ca"]
    where = ["-file", str(tmp_path / "root.pem"), "-keystore", str(tmp_path / "trust"), "-storepass", "changeit"]
    subprocess.run([*command, *where], check=True, capture_output=True)

    password = None if protection else "changeit"
    assert pkcs12_bundle((tmp_path / "trust").read_bytes(), password).certificates == (ROOT.der,)


def test_keys() -> None:
    """A key in PEM and in DER, open, locked, and no key at all."""
    assert public_part_of_pem(made.key(), b"", None) == made.public_part()
    assert public_part_of_der(made.key(Encoding.DER, made.PASSWORD), made.PASSWORD) == made.public_part()
    assert public_part_of_der(made.key(Encoding.DER, made.PASSWORD), None) is None
    assert public_part_of_der(b"no key", "") is None


def test_rounds_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that asks for more rounds than anybody waits for stays shut, with a password and without."""
    monkeypatch.setattr(pkcs, "MOST_ITERATIONS", 1000)
    locked = made.key(Encoding.DER, made.PASSWORD)

    assert public_part_of_der(locked, made.PASSWORD) is None
    assert public_part_of_pem(made.key(password=made.PASSWORD), locked, made.PASSWORD) is None
    with pytest.raises(KeystoreError, match=r"^it is PKCS#12 that would take more than 1,000 rounds to open$"):
        pkcs12_bundle(made.bundle12(), None)
