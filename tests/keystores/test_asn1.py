"""What DER is, by its first tags."""

from itertools import count

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from aescan.keystores.asn1 import Kind, from_base64, iterations, kind_of, values
from tests.certificates import encode
from tests.certs import rsa_key
from tests.keystores import made


def key(form: PrivateFormat, of: rsa.RSAPrivateKey | None = None) -> bytes:
    """Return an RSA key."""
    return (of or rsa_key()).private_bytes(Encoding.DER, form, NoEncryption())


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (made.ders()[0], Kind.CERTIFICATE),
        (made.ders()[0][:100], Kind.CERTIFICATE),
        (encode.certificate(version=b""), Kind.CERTIFICATE),
        (made.bundle7(), Kind.PKCS7),
        (b"\x30\x80" + made.bundle7()[4:] + b"\0\0", Kind.PKCS7),
        (made.bundle12(), Kind.PKCS12),
        (made.bundle12(""), Kind.PKCS12),
        (key(PrivateFormat.PKCS8), Kind.KEY),
        (key(PrivateFormat.TraditionalOpenSSL), Kind.KEY),
        (made.key(Encoding.DER, made.PASSWORD), Kind.KEY),
        (made.request("CN=aes1"), Kind.REQUEST),
        (made.request(), Kind.REQUEST),
        (bytes.fromhex("3003060100"), Kind.OTHER),
        (bytes.fromhex("3004310204000000"), Kind.OTHER),
        (bytes.fromhex("3005300331010000"), Kind.OTHER),
        (bytes.fromhex("3085ffffffffff"), Kind.OTHER),
        (b"", Kind.OTHER),
    ],
    ids=count(),  # the bytes of a new certificate are no name
)
def test_kinds(content: bytes, kind: Kind) -> None:
    """Each kind begins in its own way."""
    assert kind_of(content) is kind


def test_values_stand_one_behind_the_other() -> None:
    """A value that is cut short ends them, and is left out."""
    first, second, third = made.ders()

    assert list(values(first + second + third[:-1])) == [first, second]


def test_base64() -> None:
    """Strays are passed over; what cannot be decoded is nothing."""
    assert from_base64(b" TU\r\n\xfflJ") == b"MII"
    assert from_base64(b"c") == b""


def test_a_value_without_a_length_goes_to_the_end() -> None:
    """BER's indefinite length is taken for all that is there."""
    assert list(values(b"\x30\x80\x05\x00\x00\x00")) == [b"\x30\x80\x05\x00\x00\x00"]


@given(st.binary(max_size=200) | st.binary(max_size=20).map(lambda end: made.ders()[0][:30] + end))
def test_any_bytes(content: bytes) -> None:
    """No bytes raise, and values never hold more than there is."""
    assert kind_of(content) in Kind
    assert sum(map(len, values(content))) <= len(content)


def test_iterations() -> None:
    """The rounds of key, certificates and MAC together; a key without a password asks for none."""
    assert iterations(made.key(Encoding.DER)) == 0
    assert iterations(made.key(Encoding.DER, made.PASSWORD)) >= 2048
    assert iterations(made.bundle12()) > 2 * iterations(made.bundle12("")) > 0


def test_iterations_of_nested_values() -> None:
    """Depth is bounded, and a number that fills the file counts by its first bytes."""
    content = bytes.fromhex("0401000210") + b"\x7f" * 16
    for _ in range(30):
        content = b"\x30" + len(content).to_bytes(1) + content

    assert iterations(content) == 0
    assert iterations(content[40:]) == 0x7F7F7F7F7F7F7F7F
