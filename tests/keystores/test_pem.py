"""PEM with all that stands around it."""

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from aescan.errors import KeystoreError
from aescan.keystores.model import Bundle, Form
from aescan.keystores.pem import is_pem, read
from tests.certs import openssl, rsa_key
from tests.keystores import made

LEAF, INTERMEDIATE, ROOT = made.identities()
OTHERS = (b"CERTIFICATE REQUEST", b"DH PARAMETERS")


def test_recognised() -> None:
    """A block anywhere makes it PEM."""
    assert is_pem(b"Certificate:\n    Data:\n" + LEAF.pem)
    assert not is_pem(LEAF.der)


def test_openssl_text_dumps(tmp_path: Path) -> None:
    """What ``openssl x509 -text`` prints before the block is passed over."""
    (tmp_path / "leaf.pem").write_bytes(LEAF.pem)
    dump = openssl("x509", "-in", str(tmp_path / "leaf.pem"), "-text").encode()

    assert b"Signature Algorithm" in dump
    assert read(dump + INTERMEDIATE.pem, None) == Bundle(Form.PEM, (LEAF.der, INTERMEDIATE.der))


def test_openssl_trusted_certificates(tmp_path: Path) -> None:
    """A TRUSTED CERTIFICATE is its certificate without what OpenSSL puts behind it."""
    (tmp_path / "root.pem").write_bytes(ROOT.pem)
    trusted = openssl("x509", "-in", str(tmp_path / "root.pem"), "-addtrust", "serverAuth", "-trustout").encode()

    assert trusted.startswith(b"-----BEGIN TRUSTED CERTIFICATE-----")
    assert read(trusted, None).certificates == (ROOT.der,)


def test_an_edited_header() -> None:
    """A PKCS#7 under the header of a certificate is read all the same."""
    edited = made.bundle7(Encoding.PEM).replace(b"PKCS7", b"CERTIFICATE")

    assert sorted(read(edited, None).certificates) == sorted(made.ders())


def test_keys() -> None:
    """A key gives its public part; one with a password needs it, and one without does not mind another's."""
    assert read(LEAF.pem + made.key(), made.PASSWORD) == Bundle(Form.PEM, (LEAF.der,), (made.public_part(),))
    locked = LEAF.pem + made.key(password=made.PASSWORD)
    assert read(locked, made.PASSWORD).keys == (made.public_part(),)
    assert read(locked, None) == Bundle(Form.PEM, (LEAF.der,), (), 1)
    assert read(locked, "other").locked_keys == 1


def test_a_key_encrypted_as_the_notice_does_it(tmp_path: Path) -> None:
    """The header lines of ``openssl genrsa -des3`` belong to the key."""
    plain = rsa_key().private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    made_by = ("openssl", "rsa", "-des3", "-traditional", "-passout", "pass:secret")
    locked = subprocess.run(made_by, input=plain, capture_output=True, check=True).stdout

    assert b"DEK-Info: DES-EDE3-CBC" in locked
    assert len(read(locked, "secret").keys) == 1


@pytest.mark.parametrize(
    ("content", "text", "foreign"),
    [
        (
            b"".join(b"-----BEGIN %s-----\nMAA=\n-----END %s-----\n" % (one, one) for one in OTHERS),
            "it holds no certificate, but CERTIFICATE REQUEST, DH PARAMETERS",
            True,
        ),
        (
            LEAF.pem + b"-----BEGIN CERTIFICATE-----\nMAA\n-----END CERTIFICATE-----\n",
            "block 2 (CERTIFICATE) is damaged: it does not begin as a certificate does",
            False,
        ),
        (
            LEAF.pem.replace(b"-----END CERTIFICATE-----", b""),
            "block 1 (CERTIFICATE) has no end; the file is cut short, or the line was edited",
            False,
        ),
        (
            b"-----BEGIN CERTI\x1bFICATE--\nMAA\n",
            "block 1 (CERTI\\x1bFICATE--) has no end; the file is cut short, or the line was edited",
            False,
        ),
    ],
)
def test_mistakes(content: bytes, text: str, foreign: bool) -> None:
    """What is wrong is said with the number of the block."""
    with pytest.raises(KeystoreError) as caught:
        read(content, None)

    assert str(caught.value) == text
    assert caught.value.foreign is foreign
