"""Java keystores, made by Java and by hand."""

import hashlib
import subprocess
from pathlib import Path

import pytest

from aescan.errors import KeystoreError
from aescan.keystores.jks import is_jks, read
from aescan.keystores.model import Bundle, Form
from tests.keystores import made
from tests.tools import tool

VECTORS = Path(__file__).parent.parent / "vectors" / "keystores"
LEAF, INTERMEDIATE, ROOT = made.ders()


@pytest.mark.parametrize("name", ["java17.jks", "java17.jceks"])
def test_recorded(name: str) -> None:
    """What keytool of Java 17 wrote: two trusted certificates and a key, in the order of the file."""
    content = (VECTORS / name).read_bytes()

    bundle = read(content, "password")

    assert is_jks(content)
    trusted = [bundle.certificates[0], bundle.certificates[2]]
    assert [hashlib.sha256(der).hexdigest() for der in trusted] == [
        "119c337d33ba01ec064d880bc1388039f39a712a387c36d21574c587f0079d2c",
        "745615704e3a158d48bbaab49db574f5340fc12b09da5e07189822b7d65ca997",
    ]
    assert bundle.locked_keys == 1
    assert read(content) == bundle


def test_made_by_keytool(tmp_path: Path) -> None:
    """A store is read as JTREAD's own step makes it: ``keytool -import`` of one CA, and one more."""
    keytool = tool("keytool", "the Debian package default-jdk-headless")
    path = tmp_path / "avayaprca.jks"
    for alias, der in ("aesvcs", ROOT), ("other", INTERMEDIATE):
        (tmp_path / "ca.cer").write_bytes(der)
        command = [keytool, "-import", "-noprompt", "-alias", alias, "-file", str(tmp_path / "ca.cer")]
        where = ["-keystore", str(path), "-storetype", "JKS", "-storepass", "password"]
        subprocess.run([*command, *where], check=True, capture_output=True)

    bundle = read(path.read_bytes(), "password")

    assert sorted(bundle.certificates) == sorted((ROOT, INTERMEDIATE))
    with pytest.raises(KeystoreError):
        read(path.read_bytes(), "passwort")


@pytest.mark.parametrize("version", [1, 2])
def test_both_versions(version: int) -> None:
    """Version 1 does not name the type of a certificate."""
    content = made.jks((2, ROOT), (1, LEAF), version=version)

    assert read(content, made.PASSWORD) == Bundle(Form.JKS, (ROOT, LEAF), locked_keys=1)


def test_an_empty_store() -> None:
    """A store without entries is one."""
    assert read(made.jks()) == Bundle(Form.JKS, ())


UNKNOWN = "it is a Java keystore with an entry that is neither key nor certificate"
DAMAGED = "it begins as a Java keystore, but is cut short or damaged"


@pytest.mark.parametrize(
    ("content", "password", "text"),
    [
        (made.jks((2, ROOT))[:-1], None, DAMAGED),
        (made.jks((2, ROOT), count=2), None, DAMAGED),
        (made.jks((2, ROOT), count=0), None, DAMAGED),
        (b"\xfe\xed\xfe\xed", None, DAMAGED),
        (made.jks(version=3), None, "it is a Java keystore of version 3; versions 1 and 2 are known"),
        (
            made.jks((2, ROOT)),
            "other",
            "it is a Java keystore that was not written with this password, or it is damaged",
        ),
        (
            (VECTORS / "java17_secret.jceks").read_bytes(),
            "password",
            f"{UNKNOWN}; export its certificates with keytool -exportcert",
        ),
    ],
)
def test_mistakes(content: bytes, password: str | None, text: str) -> None:
    """What is wrong is said in a sentence; a count that lies costs nothing."""
    with pytest.raises(KeystoreError) as caught:
        read(content, password)

    assert str(caught.value) == text


def test_cut_at_every_length() -> None:
    """No part of a store is taken for the whole."""
    content = made.jks((1, b"leaf"), (2, b"root"))
    for length in range(len(content)):
        with pytest.raises(KeystoreError):
            read(content[:length])


def test_other_files_are_none() -> None:
    """The first four bytes tell."""
    assert not is_jks(made.pem())
    assert not is_jks(b"")
