"""Any form of file, told by its content."""

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from aescan.errors import KeystoreError
from aescan.keystores import read as module
from aescan.keystores.model import Bundle, Form
from aescan.keystores.read import read
from tests.certificates import encode
from tests.keystores import made

BASE64 = base64.encodebytes(made.bundle7())


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (made.pem(), Form.PEM),
        (made.pem().replace(b"\n", b"\r\n"), Form.PEM),
        (b"\xef\xbb\xbf" + made.pem(), Form.PEM),
        (made.pem().decode().encode("utf-16"), Form.PEM),
        (b"\xfe\xff" + made.pem().decode().encode("utf-16-be"), Form.PEM),
        (b"".join(made.ders()), Form.DER),
        (made.bundle7(), Form.PKCS7),
        (made.bundle7(Encoding.PEM), Form.PEM),
        (BASE64, Form.PKCS7),
        (made.bundle12(), Form.PKCS12),
        (made.jks(*((2, der) for der in made.ders())), Form.JKS),
    ],
)
def test_forms(content: bytes, form: Form) -> None:
    """Every form gives the same certificates; PKCS#7 is a set, whose order DER decides."""
    bundle = read(content, made.PASSWORD)

    assert bundle.form is form
    assert sorted(bundle.certificates) == sorted(made.ders())


def test_an_odd_certificate_is_brought_along() -> None:
    """What no library reads is still for the decoder to tell of."""
    odd = encode.certificate(version=b"")[:-7]

    assert read(odd) == Bundle(Form.DER, (odd,))


def test_a_key_alone() -> None:
    """A file with only a private key tells its public part, or that it stays shut."""
    assert read(made.key(Encoding.DER)) == Bundle(Form.DER, (), (made.public_part(),))
    assert read(made.key(Encoding.DER, made.PASSWORD)) == Bundle(Form.DER, (), (), 1)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"hello", "it holds no certificate: not PEM, DER, PKCS#7, PKCS#12 or JKS"),
        (base64.b64encode(bytes(90)), "it holds no certificate: not PEM, DER, PKCS#7, PKCS#12 or JKS"),
        (made.request("CN=aes1"), "it holds no certificate, but a certificate request"),
        (bytes.fromhex("3003060100"), "it holds no certificate, but something else in DER"),
    ],
)
def test_what_is_no_such_file(content: bytes, text: str) -> None:
    """Other files are told apart, so that a folder may hold them."""
    with pytest.raises(KeystoreError) as caught:
        read(content)

    assert str(caught.value) == text
    assert caught.value.foreign


def test_too_many_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is bounded, in an error that says so."""
    monkeypatch.setattr(module, "MOST_CERTIFICATES", 2)

    with pytest.raises(KeystoreError, match=r"^it holds 3 certificates; 2 are the most of one file$"):
        read(made.pem())


@given(
    st.binary(max_size=300)
    | st.tuples(
        st.sampled_from([made.pem(), made.bundle7(), made.ders()[0], made.jks((2, made.ders()[0]))]),
        st.integers(0, 900),
        st.binary(max_size=8),
    ).map(lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] + len(parts[2]) :])
)
def test_any_bytes(content: bytes) -> None:
    """Damaged or not, a file is read or refused with a sentence."""
    try:
        bundle = read(content)
    except KeystoreError as error:
        said = str(error)
    else:
        said = "nothing"
        assert bundle.certificates or bundle.keys or bundle.locked_keys or bundle.form is Form.JKS
    assert said.isprintable()


def test_the_operating_systems_own_store() -> None:
    """What Debian ships as trusted is read whole."""
    path = Path("/etc/ssl/certs/ca-certificates.crt")
    if not path.exists():
        pytest.skip(f"{path} is not on this machine")
    content = path.read_bytes()

    assert len(read(content).certificates) == content.count(b"BEGIN CERTIFICATE")
