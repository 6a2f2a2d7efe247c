"""Tests of ``aescan.tls.capture``."""

from dataclasses import FrozenInstanceError, replace

import pytest

from aescan.tls.capture import Capture, ClientCertificate, Protocol, View, ViewName, as_wanted

CAPTURE = Capture(
    certificates=(b"leaf",),
    version="TLS 1.2",
    cipher_suite="TLS_RSA_WITH_AES_128_CBC_SHA",
    client_certificate=ClientCertificate.UNKNOWN,
    hello="tls12",
    address="127.0.0.1",
)


def test_an_ordinary_capture() -> None:
    """A capture took one connection and met nothing odd unless it says otherwise."""
    assert CAPTURE.connections == 1
    assert CAPTURE.remarks == ()


def test_is_plain_data() -> None:
    """Captures of the same facts are equal, usable as keys, and cannot be changed."""
    same = Capture((b"leaf",), "TLS 1.2", CAPTURE.cipher_suite, ClientCertificate.UNKNOWN, "tls12", "127.0.0.1")
    assert {CAPTURE: 1}[same] == 1
    with pytest.raises(FrozenInstanceError):
        CAPTURE.version = "TLS 1.3"  # type: ignore[misc]  # the point of the test


def test_words_for_client_certificates() -> None:
    """Whether a client certificate was asked for is one of three words: they stand in reports."""
    assert [str(word) for word in ClientCertificate] == ["requested", "not_requested", "unknown"]


def test_what_is_wanted() -> None:
    """What was asked besides and is not wanted any more goes; the chain, and what is, stays."""
    rsa, no_sni = View(ViewName.RSA, CAPTURE), View(ViewName.NO_SNI, CAPTURE)
    asked = replace(CAPTURE, views=(rsa, no_sni), protocols=(Protocol("TLS 1.0", supported=True),))
    both = {ViewName.RSA, ViewName.NO_SNI, ViewName.SNI}

    assert as_wanted(asked, both, protocols=True) is asked
    assert as_wanted(CAPTURE, (), protocols=False) is CAPTURE
    assert as_wanted(asked, (ViewName.NO_SNI,), protocols=True) == replace(asked, views=(no_sni,))
    assert as_wanted(asked, both, protocols=False) == replace(asked, protocols=())
    assert as_wanted(asked, (), protocols=False) == CAPTURE
