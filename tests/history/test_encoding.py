"""A capture survives the way into the database and back, and a text that cannot be read is no capture."""

import json
from dataclasses import replace
from hashlib import sha256

import pytest

from aescan.errors import Reason
from aescan.history.encoding import Decoded, Encoded, decode, encode
from aescan.tls.capture import Capture, ClientCertificate, Missed, Protocol, View, ViewName
from tests.history.samples import captured

CAPTURE = Capture(
    certificates=(b"leaf", b"intermediate", b"leaf"),
    version="TLS 1.2",
    cipher_suite="TLS_RSA_WITH_AES_128_CBC_SHA",
    client_certificate=ClientCertificate.REQUESTED,
    hello="tls10",
    address="192.0.2.1",
    connections=3,
    remarks=("odd",),
)


def changed(encoded: Encoded, **values: object) -> str:
    """Return the text with these values of the capture replaced; a value of None takes the key out."""
    document = json.loads(encoded.text)
    document["capture"] |= values
    document["capture"] = {key: value for key, value in document["capture"].items() if value is not None}
    return json.dumps(document)


def test_there_and_back() -> None:
    """Every field comes back, each certificate stands once."""
    encoded = encode(CAPTURE, ["weak_key", "expired", "weak_key"])

    assert decode(encoded.text, encoded.blobs.get) == Decoded(CAPTURE, frozenset({"expired", "weak_key"}))
    assert encoded.blobs == {sha256(der).digest(): der for der in (b"leaf", b"intermediate")}
    assert "leaf" not in encoded.text


def test_what_was_asked_besides() -> None:
    """Answers about protocol versions, and what views saw or why they saw nothing, come back as they were."""
    view = replace(CAPTURE, certificates=(b"other", b"intermediate"), connections=0)
    asked = replace(
        CAPTURE,
        protocols=(Protocol("SSL 2.0", None), Protocol("TLS 1.2", supported=True)),
        views=(View(ViewName.RSA, view), View(ViewName.NO_SNI, Missed(Reason.ALERT, "refused"))),
    )
    encoded = encode(asked, ())

    assert decode(encoded.text, encoded.blobs.get) == Decoded(asked, frozenset())
    assert set(encoded.blobs.values()) == {b"leaf", b"intermediate", b"other"}


def test_a_text_of_another_version_of_the_program() -> None:
    """A field that was not there yet has its default, and one that is gone is passed over."""
    encoded = encode(CAPTURE, ())
    text = changed(encoded, connections=None, remarks=None, from_the_future=[{"$sha256": "00" * 32}, 1])
    found = decode(text, encoded.blobs.get)

    assert found is not None
    assert (found.capture.certificates, found.capture.connections) == (CAPTURE.certificates, 1)
    assert found.capture.remarks == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"version":2,"capture":{}}',
        '{"version":1,"capture":{"$sha256":"xyz"}}',
        '{"version":1,"capture":{"$sha256":1}}',
        '{"version":1,"capture":{"version":"TLS 1.2"}}',
        "[" * 100_000,
        changed(encode(CAPTURE, ()), client_certificate="perhaps"),
        changed(encode(CAPTURE, ()), version=12),
        changed(encode(CAPTURE, ()), certificates=[]),
        encode(CAPTURE, ()).text.replace('"findings":[]', '"findings":[1]'),
        encode(CAPTURE, ()).text.replace('"findings":[]', '"found":[]'),
    ],
)
def test_what_cannot_be_read(text: str) -> None:
    """Whatever stands in the file, there is no exception."""
    assert decode(text, lambda _: b"") is None


def test_a_certificate_that_is_missing() -> None:
    """A capture without one of its certificates is none."""
    encoded = encode(captured(b"leaf", b"intermediate"), ())

    assert decode(encoded.text, lambda digest: None if digest == sha256(b"leaf").digest() else b"intermediate") is None
