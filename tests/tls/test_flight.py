"""
Tests of ``aescan.tls.flight``: what recorded and plain flights bring, whole, in pieces, in other records.

Flights that are odd are in ``test_flight_odd``, what no bytes whatever may do in ``test_flight_promise``.
"""

import re
from hashlib import sha256

import pytest

from aescan.errors import ProbeError, Reason
from aescan.tls.capture import ClientCertificate
from aescan.tls.flight import Answer, Flight
from tests.flights import (
    ANSWERED,
    CERTIFICATE,
    CHAIN,
    DONE,
    EC_LEAF,
    FLIGHT,
    HELLO,
    ISSUER,
    LEAF,
    OLD_LEAF,
    REFUSED,
    REQUEST,
    VECTORS,
    alert,
    answered,
    end_of_certificate,
    handshake,
    lasting,
    one_by_one,
    record,
    recorded,
    recut,
    refused,
    server_hello,
)

RSA_AES128 = "TLS_RSA_WITH_AES_128_CBC_SHA"
ECDHE_AES128 = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
REQUESTED, NOT_REQUESTED = ClientCertificate.REQUESTED, ClientCertificate.NOT_REQUESTED

RECORDED = {
    "openssl_tls12_rsa": ("TLS 1.2", RSA_AES128, NOT_REQUESTED, LEAF),
    "openssl_tls12_ecdhe": ("TLS 1.2", ECDHE_AES128, NOT_REQUESTED, LEAF),
    "openssl_tls12_ecdsa": ("TLS 1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", NOT_REQUESTED, EC_LEAF),
    "openssl_tls10_rsa": ("TLS 1.0", RSA_AES128, NOT_REQUESTED, OLD_LEAF),
    "openssl_tls12_verify": ("TLS 1.2", RSA_AES128, REQUESTED, LEAF),
    "openssl_tls12_short_records": ("TLS 1.2", ECDHE_AES128, NOT_REQUESTED, LEAF),
    "openssl_tls12_name_warning": ("TLS 1.2", RSA_AES128, NOT_REQUESTED, LEAF),
    "openssl_tls13_downgrade": ("TLS 1.2", RSA_AES128, NOT_REQUESTED, LEAF),
    "tlslite_ssl30_3des": ("SSL 3.0", "TLS_RSA_WITH_3DES_EDE_CBC_SHA", NOT_REQUESTED, OLD_LEAF),
    "tlslite_ssl30_rc4_md5": ("SSL 3.0", "TLS_RSA_WITH_RC4_128_MD5", NOT_REQUESTED, OLD_LEAF),
    "tlslite_tls10_rc4": ("TLS 1.0", "TLS_RSA_WITH_RC4_128_SHA", NOT_REQUESTED, LEAF),
    "tlslite_tls11_request": ("TLS 1.1", RSA_AES128, REQUESTED, LEAF),
    "tlslite_tls12_dhe_request": ("TLS 1.2", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", REQUESTED, LEAF),
    "jsse_tls12_need_client": ("TLS 1.2", ECDHE_AES128, REQUESTED, LEAF),
    "jsse_sslv3": ("SSL 3.0", "TLS_RSA_WITH_3DES_EDE_CBC_SHA", NOT_REQUESTED, OLD_LEAF),
    "gnutls_tls12_ecdhe": ("TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", NOT_REQUESTED, LEAF),
}
NAME_WARNING = "the server warned: unrecognized_name (112)"


@pytest.mark.parametrize("name", ANSWERED)
def test_recorded(name: str) -> None:
    """Real servers of every version and make give their chain, byte for byte, with what they chose."""
    version, cipher_suite, client_certificate, leaf = RECORDED[name]
    flight = Flight(b"")
    answer = flight.feed(recorded(name))
    assert answer
    assert [sha256(certificate).hexdigest() for certificate in answer.certificates] == [leaf, ISSUER]
    assert (answer.version, answer.cipher_suite) == (version, cipher_suite)
    assert answer.client_certificate is client_certificate
    assert answer.remarks == ((NAME_WARNING,) if name == "openssl_tls12_name_warning" else ())
    assert flight.complete


@pytest.mark.parametrize("name", REFUSED)
def test_recorded_refusals(name: str) -> None:
    """A server that refuses the hello says so with an alert, which has its name and number."""
    number, text = {
        "openssl_tls13_only": (70, "protocol_version (70)"),
        "openssl_no_shared_cipher": (40, "handshake_failure (40)"),
        "openssl_tls12_name_fatal": (112, "unrecognized_name (112)"),
        "gnutls_tls13_only": (40, "handshake_failure (40)"),
    }[name]
    for pieces in [recorded(name)], one_by_one(recorded(name)):
        error = refused(pieces)
        assert (error.reason, error.alert) == (Reason.ALERT, number)
        assert error.detail == f"the server answered with {text}"


@pytest.mark.parametrize("name", ANSWERED)
def test_one_byte_at_a_time(name: str) -> None:
    """
    A flight that drips brings the same answer, as soon as its certificate is complete.

    A server that closes before that, at whatever byte, closed the connection; nothing else is made of it.
    """
    data = recorded(name)
    flight = Flight(b"")
    answers: list[Answer] = []
    for received, byte in enumerate(one_by_one(data[: end_of_certificate(data)])):
        assert not answers
        error, after = flight.end(), f" after {received} bytes" if received else ""
        assert error.reason is Reason.CLOSED
        assert error.detail == f"the server closed the connection{after} before its certificate was complete"
        if answer := flight.feed(byte):
            answers.append(answer)
    assert answers == [answered([data])]  # what follows the certificate is not known yet
    assert not flight.complete


@pytest.mark.parametrize("name", ANSWERED)
def test_cut_at_every_length(name: str) -> None:
    """Where the network cuts a flight in two does not matter."""
    data = recorded(name)
    whole = answered([data])
    for length in range(len(data)):
        assert answered([data[:length], data[length:]]) == whole


@pytest.mark.parametrize("name", sorted({*ANSWERED} - {"openssl_tls12_name_warning"}))
@pytest.mark.parametrize("sizes", [[5], [16], [1, 100], [1000, 3], [16384]], ids=str)
def test_in_other_records(name: str, sizes: list[int]) -> None:
    """
    How messages lie in records does not matter.

    Several messages in one record, one over many, and headers cut between two: the answer is the same.
    """
    data = recorded(name)
    assert answered([recut(data, sizes)]) == answered(one_by_one(recut(data, sizes))) == answered([data])


def test_in_records_of_every_size() -> None:
    """The plainest flight is read from records of any one size, down to one byte."""
    whole = answered([FLIGHT])
    assert whole == answered([recut(FLIGHT, [1])])
    assert [size for size in range(1, len(FLIGHT)) if answered([recut(FLIGHT, [size])]) != whole] == []


def test_plain_flight() -> None:
    """The plainest flight gives certificates, version, suite, and no remark."""
    assert Flight(b"").feed(FLIGHT) == Answer(CHAIN, "TLS 1.2", RSA_AES128, NOT_REQUESTED, ())


def test_the_hello_is_sent_once() -> None:
    """What is to be sent is the hello, then nothing while the flight is read, and a farewell after it."""
    flight = Flight(b"the hello")
    assert flight.data_to_send() == b"the hello"
    assert flight.data_to_send() == b""
    assert flight.feed(HELLO) is None
    assert flight.data_to_send() == b""
    assert flight.feed(CERTIFICATE)
    assert flight.data_to_send() == bytes.fromhex("15 0303 0002 01 5a15 0303 0002 01 00")
    assert flight.data_to_send() == b""


@pytest.mark.parametrize("version", [0x0300, 0x0301, 0x0302, 0x0303])
def test_farewell_in_the_servers_version(version: int) -> None:
    """The farewell is two warnings, user_canceled and close_notify, in records of the version that was chosen."""
    flight = Flight(b"")
    assert flight.feed(record(server_hello(version)) + CERTIFICATE)
    assert flight.data_to_send() == alert_of(version, 90) + alert_of(version, 0)


def alert_of(version: int, description: int) -> bytes:
    """Return a warning in a record of this version."""
    return record(bytes((1, description)), kind=21, version=version)


def test_no_farewell_without_an_answer() -> None:
    """To a server that refuses there is nothing more to say."""
    flight = Flight(b"")
    flight.data_to_send()
    with pytest.raises(ProbeError):
        flight.feed(alert(40))
    assert flight.data_to_send() == b""


@pytest.mark.parametrize(
    ("behind", "client_certificate", "complete"),
    [
        (b"", ClientCertificate.UNKNOWN, False),
        (DONE[:-1], ClientCertificate.UNKNOWN, False),
        (REQUEST[:8], ClientCertificate.UNKNOWN, False),
        (REQUEST, REQUESTED, False),
        (REQUEST + DONE, REQUESTED, True),
        (DONE, NOT_REQUESTED, True),
        (DONE + REQUEST, NOT_REQUESTED, True),
        (record(handshake(12, b"key") + handshake(13)[:3]), ClientCertificate.UNKNOWN, False),
        (record(handshake(12, b"key") + handshake(13, b"four")[:4]), REQUESTED, False),
        (record(handshake(12, b"key")) + REQUEST + DONE, REQUESTED, True),
        (record(handshake(22, b"status")) + record(handshake(12, b"key")) + DONE, NOT_REQUESTED, True),
        (record(handshake(12, bytes([14, 0, 0, 0]))), ClientCertificate.UNKNOWN, False),
        (record(handshake(12, b"key")[:-1]), ClientCertificate.UNKNOWN, False),
    ],
)
def test_what_follows_the_certificate(behind: bytes, client_certificate: ClientCertificate, complete: bool) -> None:
    """Whether a client certificate is asked for is told from the bytes that are there; ServerHelloDone settles it."""
    flight = Flight(b"")
    answer = flight.feed(HELLO + CERTIFICATE + behind)
    assert answer
    assert answer.client_certificate is client_certificate
    assert flight.complete is complete


def test_reading_on_after_the_answer() -> None:
    """Whoever reads on gets the same answer with what is known by then."""
    flight = Flight(b"")
    first, second, third = flight.feed(HELLO + CERTIFICATE), flight.feed(REQUEST), flight.feed(DONE)
    assert first
    assert second
    assert [first.client_certificate, second.client_certificate] == [ClientCertificate.UNKNOWN, REQUESTED]
    assert second == third
    assert lasting(second) == first
    assert flight.complete


def test_nothing_at_all() -> None:
    """A server that closes at once closed the connection."""
    error = refused([])
    assert str(error) == "closed: the server closed the connection before its certificate was complete"


def test_every_vector_is_tested() -> None:
    """Every recorded flight has its line in the README and its place in a test."""
    files = {path.stem for path in VECTORS.glob("*.bin")}
    assert files == {*ANSWERED, *REFUSED} == {*RECORDED, *REFUSED}
    listed = re.findall(r"^\| `(\w+)\.bin` \|", (VECTORS / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(files)
