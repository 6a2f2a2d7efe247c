"""Tests of ``aescan.tls.flight``: flights that lie, break off, flood, or never were TLS; each has its one outcome."""

from itertools import repeat

import pytest

from aescan.errors import Reason
from aescan.tls.codepoints import AlertDescription, AlertLevel, ContentType, HandshakeType, alert_name
from aescan.tls.flight import MOST_BYTES, MOST_RECORDS, MOST_REMARKS, Flight
from aescan.tls.messages import MOST_CERTIFICATES
from tests.flights import (
    CERTIFICATE,
    CHAIN,
    DONE,
    FLIGHT,
    HELLO,
    WARNING,
    alert,
    answered,
    certificate,
    certificate_body,
    cut,
    entries,
    handshake,
    one_by_one,
    record,
    recut,
    refused,
    server_hello,
)

LISTED = entries(*CHAIN)
NAME_WARNING = "the server warned: unrecognized_name (112)"
NO_HELLO = "Certificate message without a ServerHello before it"
DOWNGRADE = bytes(24) + b"DOWNGRD\x01"
"""RFC 8446 section 4.1.3: the random of a server that speaks TLS 1.3 too."""


def listing(body: bytes) -> bytes:
    """Return a flight whose Certificate message has this body."""
    return HELLO + record(handshake(HandshakeType.CERTIFICATE, body)) + DONE


@pytest.mark.parametrize(
    ("flight", "version", "cipher_suite"),
    [
        (record(server_hello(cipher_suite=0xC02F)) + CERTIFICATE, "TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
        (record(server_hello(cipher_suite=0x1301)) + CERTIFICATE, "TLS 1.2", "TLS_AES_128_GCM_SHA256"),
        (record(server_hello(cipher_suite=0x0A0A)) + CERTIFICATE, "TLS 1.2", "0x0A0A"),
        (record(server_hello(version=0x0305)) + CERTIFICATE, "0x0305", "TLS_RSA_WITH_AES_128_CBC_SHA"),
        (record(server_hello(version=0x0002)) + CERTIFICATE, "SSL 2.0", "TLS_RSA_WITH_AES_128_CBC_SHA"),
        (record(server_hello(random=DOWNGRADE)) + CERTIFICATE, "TLS 1.2", "TLS_RSA_WITH_AES_128_CBC_SHA"),
        (record(server_hello(), version=0x0300) + CERTIFICATE, "TLS 1.2", "TLS_RSA_WITH_AES_128_CBC_SHA"),
    ],
    ids=["offered", "not_offered", "unknown_suite", "unknown_version", "ssl2", "downgrade_mark", "record_version"],
)
def test_whatever_the_server_chose(flight: bytes, version: str, cipher_suite: str) -> None:
    """No version and no cipher suite stops the reading, and none is remarked on: they stand in the answer."""
    answer = answered([flight])
    assert (answer.certificates, answer.version, answer.cipher_suite) == (CHAIN, version, cipher_suite)
    assert answer.remarks == ()


@pytest.mark.parametrize(
    ("before", "remarks"),
    [
        (WARNING, (NAME_WARNING,)),
        (WARNING[:6] + b"\x70" + WARNING * 2, (NAME_WARNING,) * 3),
        (record(b"\x01", ContentType.ALERT) + record(b"\x70", ContentType.ALERT), (NAME_WARNING,)),
        (record(b"\x01\x70\x01\x5a", ContentType.ALERT), (NAME_WARNING, "the server warned: user_canceled (90)")),
        (record(b"", ContentType.ALERT), ()),
        (WARNING * 20, (NAME_WARNING,) * MOST_REMARKS),
        (record(handshake(HandshakeType.HELLO_REQUEST)), ()),
        (record(b"\x01", ContentType.CHANGE_CIPHER_SPEC), ()),
        (record(b"\x01\x00\x00", ContentType.HEARTBEAT), ()),
        (record(b""), ()),
        (record(handshake(99, b"what")), ("unexpected handshake message of type 99 skipped",)),
        (record(handshake(HandshakeType.CERTIFICATE_STATUS)), ("unexpected handshake message of type 22 skipped",)),
    ],
    ids=[
        "warning", "warnings", "split_warning", "two_warnings_in_one", "empty_alert", "many_warnings", "hello_request",
        "change_cipher_spec", "heartbeat", "empty_record", "unknown_message", "certificate_status",
    ],
)  # fmt: skip
def test_what_comes_before_the_certificate(before: bytes, remarks: tuple[str, ...]) -> None:
    """Whatever comes first and is no refusal is passed over; what a person may want to know is remarked."""
    for flight in before + FLIGHT, HELLO + before + CERTIFICATE:
        for pieces in [flight], one_by_one(flight):
            answer = answered(pieces)
            assert (answer.certificates, answer.remarks) == (CHAIN, remarks)


@pytest.mark.parametrize(
    ("body", "certificates", "remarks"),
    [
        (certificate_body(LISTED, declared=99), 2, ("certificate list declares 99 bytes, 16 follow",)),
        (certificate_body(LISTED, declared=7), 2, ("certificate list declares 7 bytes, 16 follow",)),
        (certificate_body(LISTED[:-1]), 1, ("certificate 2 is cut short and left out",)),
        (certificate_body(entries(b"leaf", b"")), 1, ("empty entry in the certificate list",)),
        (
            certificate_body(LISTED, declared=16) + b"\x00\x00",
            2,
            ("certificate list declares 16 bytes, 18 follow", "certificate 3 is cut short and left out"),
        ),
    ],
    ids=["too_long", "too_short", "cut_entry", "empty_entry", "trailing"],
)
def test_lying_lists(body: bytes, certificates: int, remarks: tuple[str, ...]) -> None:
    """Certificates that stand whole in a list that lies are saved, with a remark."""
    for pieces in [listing(body)], one_by_one(listing(body)):
        answer = answered(pieces)
        assert (answer.certificates, answer.remarks) == (CHAIN[:certificates], remarks)


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (certificate_body(b""), "its list is empty"),
        (certificate_body(entries(b"")), "empty entry in the certificate list"),
        (certificate_body(b"\x00\x00\x05leaf"), "certificate 1 is cut short and left out"),
        (certificate_body(b"", declared=4), "certificate list declares 4 bytes, 0 follow"),
    ],
)
def test_certificate_message_without_a_certificate(body: bytes, what: str) -> None:
    """A Certificate message that holds none is a server without a certificate."""
    error = refused([listing(body)])
    assert error.reason is Reason.NO_CERTIFICATE
    assert error.detail == f"the server's Certificate message holds no certificate: {what}"


@pytest.mark.parametrize("kind", [12, 13, 14], ids=["key_exchange", "request", "done"])
def test_anonymous_suite(kind: int) -> None:
    """A server that goes on without its certificate has none; the suite says why."""
    error = refused([record(server_hello(cipher_suite=0x0034) + handshake(kind))])
    assert error.reason is Reason.NO_CERTIFICATE
    suite = "TLS_DH_anon_WITH_AES_128_CBC_SHA"
    assert error.detail == f"the server's flight has no Certificate message, it chose {suite}"
    assert refused([record(handshake(kind))]).detail == "the server's flight has no Certificate message"


def test_certificate_without_a_server_hello() -> None:
    """A Certificate message on its own is taken, with a remark, and the farewell is in a version all know."""
    answer = answered([CERTIFICATE])
    assert (answer.certificates, answer.version, answer.cipher_suite) == (CHAIN, "unknown", "unknown")
    assert answer.remarks == (NO_HELLO,)
    flight = Flight(b"")
    flight.feed(CERTIFICATE)
    assert flight.data_to_send()[:3] == b"\x15\x03\x01"


def test_second_server_hello() -> None:
    """Of two ServerHellos the later counts."""
    assert answered([HELLO + record(server_hello(version=0x0301)) + CERTIFICATE]).version == "TLS 1.0"


@pytest.mark.parametrize("number", [*AlertDescription, 99, 255])
def test_fatal_alerts(number: int) -> None:
    """A fatal alert is told by name and number; close_notify is no refusal but the end of the connection."""
    for flight in alert(number), HELLO + alert(number), WARNING + HELLO + alert(number) + FLIGHT:
        for pieces in [flight], one_by_one(flight):
            error = refused(pieces)
            if number == AlertDescription.CLOSE_NOTIFY:
                assert (error.reason, error.alert) == (Reason.CLOSED, None)
                assert error.detail == "the server sent close_notify instead of a certificate"
            else:
                assert (error.reason, error.alert) == (Reason.ALERT, number)
                assert error.detail == f"the server answered with {alert_name(number)}"


def test_close_notify_is_a_warning() -> None:
    """close_notify ends the connection at whatever level it is sent."""
    assert refused([alert(0, AlertLevel.WARNING)]).reason is Reason.CLOSED


@pytest.mark.parametrize("level", [0, 3, 255])
def test_unknown_alert_level(level: int) -> None:
    """An alert that is no warning is a refusal, whatever it calls itself."""
    error = refused([alert(40, level)])
    assert (error.reason, error.alert) == (Reason.ALERT, 40)


def test_split_alerts() -> None:
    """An alert may lie in two records, and two in one."""
    halves = record(b"\x02", ContentType.ALERT) + record(b"\x28", ContentType.ALERT)
    assert refused([halves]).alert == 40
    assert refused([record(b"\x01\x70\x02\x46", ContentType.ALERT)]).alert == 70
    assert refused([record(b"\x01\x70\x02", ContentType.ALERT) + record(b"\x47", ContentType.ALERT)]).alert == 71
    assert refused([record(b"\x02", ContentType.ALERT)]).reason is Reason.CLOSED


@pytest.mark.parametrize(
    ("first", "excerpt"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP/1.1 400 Bad Request\\x0d\\x0a\\x0d\\x0a"),
        (b"220 ready\r\n", "220 ready\\x0d\\x0a"),
        (b"SSH-2.0-OpenSSH_8.0\r\n", "SSH-2.0-OpenSSH_8.0\\x0d\\x0a"),
        (b"\x00\x0c\x00\x00\x00\x01", "\\x00\\x0c\\x00\\x00\\x00\\x01"),
        (b"\x80\x2b\x04\x00\x01\x00\x02", "\\x80+\\x04\\x00\\x01\\x00\\x02"),
    ],
    ids=["http", "smtp", "ssh", "binary_frame", "ssl2_server_hello"],
)
def test_plain_text(first: bytes, excerpt: str) -> None:
    """A port that does not speak TLS is known by its first byte; what it said is safe to show."""
    error = refused([first + FLIGHT[:0]])
    assert error.reason is Reason.PLAINTEXT
    assert error.detail == f'the port answered the ClientHello without TLS: "{excerpt}"'
    assert refused(one_by_one(first)).reason is Reason.PLAINTEXT


@pytest.mark.parametrize(
    ("flight", "detail"),
    [
        (
            HELLO + record(b"secret", ContentType.APPLICATION_DATA) + CERTIFICATE,
            "reading the server's flight: application data before its certificate",
        ),
        (HELLO + b"HTTP/1.1", "reading the server's flight: 48 54 54 50 2f is not the header of a TLS record"),
        (record(handshake(2, b"\x03\x03")), "message cut short: 32 bytes expected, 0 left"),
        (record(handshake(11, b"\x00\x00")), "message cut short: 3 bytes expected, 2 left"),
    ],
    ids=["application_data", "not_a_record", "short_server_hello", "short_certificate"],
)
def test_broken_protocol(flight: bytes, detail: str) -> None:
    """What no version of the protocol allows ends the reading, and says what was read."""
    for pieces in [flight], one_by_one(flight):
        error = refused(pieces)
        assert (error.reason, error.detail) == (Reason.PROTOCOL, detail)


@pytest.mark.parametrize(
    "junk",
    [
        b"HTTP/1.1 400",
        alert(40),
        alert(0),
        record(b"?", ContentType.APPLICATION_DATA),
        record(b"\x0b\xff\xff\xff"),
        b"\x16",
    ],
    ids=["not_a_record", "fatal_alert", "close_notify", "application_data", "broken_message", "half_a_header"],
)
def test_junk_behind_the_certificate(junk: bytes) -> None:
    """What comes behind a certificate can no longer spoil it, in the same bytes or later."""
    assert answered([HELLO + CERTIFICATE + junk]) == answered([FLIGHT])
    flight = Flight(b"")
    assert flight.feed(HELLO + CERTIFICATE) == flight.feed(junk)


def test_too_many_certificates() -> None:
    """Of a chain without end the first certificates are kept."""
    answer = answered([HELLO + recut(record(certificate(*[b"x"] * 200)), [1000])])
    assert answer.certificates == (b"x",) * MOST_CERTIFICATES
    assert answer.remarks == ("more than 100 certificates, the rest is left out",)


@pytest.mark.parametrize(
    "sizes", [[1 << 30], [65536], [1000], [MOST_BYTES - 1], [MOST_BYTES], [MOST_BYTES + 1]], ids=str
)
def test_certificate_message_beyond_the_limit(sizes: list[int]) -> None:
    """Of a Certificate message that goes past the byte limit the whole certificates are saved, however it is cut."""
    message = certificate(*[bytes([number]) * 100_000 for number in range(1, 4)])
    flight = HELLO + b"".join(map(record, cut(message, [16384])))
    answer = answered(cut(flight, sizes))
    assert answer.certificates == (b"\x01" * 100_000, b"\x02" * 100_000)
    limit = "certificate message longer than the limit, cut after 245756 bytes"
    assert answer.remarks == (limit, "certificate 3 is cut short and left out")


@pytest.mark.parametrize("size", [16384, 600])
def test_a_long_chain_within_the_limit(size: int) -> None:
    """A Certificate message below the byte limit is read whole."""
    chain = tuple(bytes([number]) * 2500 for number in range(1, 101))
    flight = HELLO + b"".join(map(record, cut(certificate(*chain), [size])))
    assert answered([flight]).certificates == answered(cut(flight, [1460])).certificates == chain


@pytest.mark.parametrize(
    ("piece", "detail"),
    [
        (record(b""), f"no certificate within {5 * (MOST_RECORDS + 1)} bytes in 513 records"),
        (WARNING, f"no certificate within {7 * (MOST_RECORDS + 1)} bytes in 513 records"),
        (record(b"\x01", ContentType.CHANGE_CIPHER_SPEC), "no certificate within 3078 bytes in 513 records"),
        (record(bytes(16384)), f"no certificate within {MOST_BYTES} bytes in 15 records"),
        (
            record(b"\x01\x00\x00" * 5000, ContentType.HEARTBEAT),
            f"no certificate within {MOST_BYTES} bytes in 17 records",
        ),
        (record(b"\x02\xff\xff\xff" * 4096), f"no certificate within {MOST_BYTES} bytes in 15 records"),
    ],
    ids=["empty_records", "warnings", "change_cipher_spec", "hello_requests", "heartbeats", "endless_message"],
)
def test_floods(piece: bytes, detail: str) -> None:
    """A server that sends without end and without a certificate is left after so many bytes or records."""
    error = refused(repeat(piece))
    assert (error.reason, error.detail) == (Reason.PROTOCOL, f"reading the server's flight: {detail}")
    assert refused([piece * (2 * MOST_BYTES // len(piece))]).reason is Reason.PROTOCOL


def test_flood_of_tiny_records_behind_a_certificate() -> None:
    """A flood behind the certificate is not read."""
    flight = Flight(b"")
    answer = flight.feed(HELLO + CERTIFICATE + record(b"\x0e") * 10_000 + DONE)
    assert answer
    assert answer.certificates == CHAIN
    assert len(flight._messages) == MOST_RECORDS - 2


def test_flood_saves_what_is_whole() -> None:
    """A Certificate message in more records than the limit gives the certificates that were whole by then."""
    message = certificate(b"leaf", b"x" * 1000)
    answer = answered([HELLO + b"".join(map(record, cut(message, [1])))])
    assert answer.certificates == (b"leaf",)
    assert answer.remarks == (
        f"certificate message longer than the limit, cut after {MOST_RECORDS - 1 - 4} bytes",
        "certificate 2 is cut short and left out",
    )


def test_flood_with_nothing_whole() -> None:
    """A Certificate message beyond the limit in which not even the first is whole holds none."""
    message = certificate(b"x" * 1000)
    error = refused([HELLO + b"".join(map(record, cut(message, [1])))])
    assert error.reason is Reason.NO_CERTIFICATE
    what = "certificate message longer than the limit, cut after 507 bytes; certificate 1 is cut short and left out"
    assert error.detail == f"the server's Certificate message holds no certificate: {what}"


@pytest.mark.parametrize("begun", [1, 4, 7, 8])
def test_flood_with_a_message_just_begun(begun: int) -> None:
    """A Certificate message of which the limit leaves no more than lengths is none."""
    flood = record(b"") * (MOST_RECORDS - 2)
    error = refused([HELLO + flood + record(certificate(b"x" * 1000)[:begun]) + record(b"")])
    received = len(HELLO) + 5 * MOST_RECORDS + begun
    assert error.reason is Reason.PROTOCOL
    assert error.detail == f"reading the server's flight: no certificate within {received} bytes in 513 records"
