"""SSL 2.0's greeting: no library speaks it any more, so its replies are built from the specification's layout."""

from collections.abc import Callable, Iterable
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aescan.errors import ProbeError, ProtocolError, Reason
from aescan.tls.capture import ClientCertificate
from aescan.tls.flight import Answer
from aescan.tls.hellos import SSL3
from aescan.tls.sslv2 import (
    CHALLENGE_LENGTH,
    CIPHER_KINDS,
    Greeting,
    cipher_kind_name,
    client_hello,
    decode_server_hello,
)
from tests import flights
from tests.flights import one_by_one, sslv2_record, sslv2_server_hello
from tests.tls import oracle

CHALLENGE = bytes(range(CHALLENGE_LENGTH))
LEAF = b"leaf"
HELLO = sslv2_record(sslv2_server_hello(LEAF))
ANSWER = Answer((LEAF,), "SSL 2.0", "SSL_CK_RC4_128_WITH_MD5", ClientCertificate.UNKNOWN, ())


def outcome(pieces: Iterable[bytes]) -> Answer | ProbeError:
    """Return what a probe gets out of a reply that arrives in these pieces and then ends."""
    greeting = Greeting(b"")
    for piece in pieces:
        try:
            answer = greeting.feed(piece)
        except ProbeError as error:
            return error
        if answer is not None:
            return answer
    return greeting.end()


def refused(reply: bytes) -> tuple[Reason, str]:
    """Return how this reply fails, whole and one byte at a time."""
    errors = [outcome([reply]), outcome(one_by_one(reply))]
    ((reason, detail), *others) = [(one.reason, one.detail) for one in errors if isinstance(one, ProbeError)]
    assert others == [(reason, detail)]
    return reason, detail


def test_client_hello() -> None:
    """tlslite-ng reads version, cipher kinds, no session, and the challenge as the end of the random."""
    hello = client_hello(CHALLENGE)
    assert int.from_bytes(hello[:2]) == 0x8000 | len(hello) - 2
    parser = oracle.Parser(bytearray(hello[2:]))
    assert parser.get(1) == oracle.HandshakeType.client_hello
    read = oracle.ClientHello(ssl2=True).parse(parser)
    assert read.client_version == (3, 0)
    assert tuple(read.cipher_suites) == (*CIPHER_KINDS, *SSL3.cipher_suites)
    assert bytes(read.session_id) == b""
    assert bytes(read.random) == bytes(16) + CHALLENGE
    assert len(hello) < 256


def test_client_hello_of_ssl2_alone() -> None:
    """Asked whether it speaks SSL 2.0, a server is offered nothing newer."""
    parser = oracle.Parser(bytearray(client_hello(CHALLENGE, newer=False)[3:]))
    read = oracle.ClientHello(ssl2=True).parse(parser)
    assert read.client_version == (0, 2)
    assert tuple(read.cipher_suites) == tuple(CIPHER_KINDS)


def test_cipher_kinds_have_names() -> None:
    """A kind goes by the specification's name, others by number."""
    assert cipher_kind_name(0x0700C0) == "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"
    assert cipher_kind_name(0x00002F) == "0x00002F"


@pytest.mark.parametrize("header", [2, 3])
def test_server_hello(header: int) -> None:
    """The certificate stands in the SERVER-HELLO, under a header of two bytes or of three."""
    reply = sslv2_record(sslv2_server_hello(LEAF), header=header)
    assert outcome([reply]) == outcome(one_by_one(reply)) == ANSWER


@pytest.mark.parametrize("header", [2, 3])
def test_a_long_certificate(header: int) -> None:
    """Lengths use all the bits that the header leaves them."""
    certificate = b"x" * 16000
    reply = sslv2_record(sslv2_server_hello(certificate), header=header)
    answer = outcome([reply])
    assert isinstance(answer, Answer)
    assert answer.certificates == (certificate,)


def test_a_long_header_that_looks_like_tls() -> None:
    """A long record whose first byte is that of a TLS record is told from one by its second."""
    certificate = b"x" * (0x1680 - 11 - 3 - 16)
    reply = sslv2_record(sslv2_server_hello(certificate), header=3)
    assert reply[0] == 0x16
    answer = outcome(one_by_one(reply))
    assert isinstance(answer, Answer)
    assert answer.certificates == (certificate,)


def test_what_follows_is_nobody_s_loss() -> None:
    """After the SERVER-HELLO the server waits: the greeting is complete, and says no farewell."""
    greeting = Greeting(b"hello")
    assert greeting.data_to_send() == b"hello"
    assert not greeting.complete
    assert greeting.feed(HELLO + b"more") == ANSWER
    assert (greeting.complete, greeting.data_to_send()) == (True, b"")
    assert greeting.feed(b"and more") is None


def test_every_cut_is_incomplete() -> None:
    """A reply cut anywhere brings nothing, and says how far it came."""
    for length in range(1, len(HELLO)):
        what = f"the server closed the connection after {length} bytes before its certificate was complete"
        assert refused(HELLO[:length]) == (Reason.CLOSED, what)


def test_no_reply() -> None:
    """A server that says nothing at all."""
    assert refused(b"") == (Reason.CLOSED, "the server closed the connection before its certificate was complete")


def test_records_of_tls() -> None:
    """A server of SSL 3.0 or TLS answers in records, farewell and end of flight included."""
    greeting = Greeting(b"hello")
    assert greeting.data_to_send() == b"hello"
    answer = greeting.feed(flights.FLIGHT)
    assert answer == flights.outcome([flights.FLIGHT])
    assert greeting.complete
    assert greeting.data_to_send().endswith(b"\x01\x00")


@pytest.mark.parametrize("name", [*flights.ANSWERED, *flights.REFUSED])
@pytest.mark.parametrize("cutting", [lambda data: [data], one_by_one], ids=["whole", "one by one"])
def test_recorded_flights(name: str, cutting: Callable[[bytes], Iterable[bytes]]) -> None:
    """Whatever a Flight reads is read the same."""
    pieces = list(cutting(flights.recorded(name)))
    expected, found = flights.outcome(pieces), outcome(pieces)
    if isinstance(expected, ProbeError):
        assert isinstance(found, ProbeError)
        assert (found.reason, found.detail, found.alert) == (expected.reason, expected.detail, expected.alert)
    else:
        assert found == expected


def test_a_cut_flight_of_tls() -> None:
    """The end of a TLS flight is told by the flight."""
    assert refused(flights.HELLO) == (
        Reason.CLOSED,
        f"the server closed the connection after {len(flights.HELLO)} bytes before its certificate was complete",
    )


@pytest.mark.parametrize(
    ("reply", "excerpt"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n", "HTTP/1.1 400 Bad Request\\x0d\\x0a"),
        (b"220 aes1 ESMTP\r\n", "220 aes1 ESMTP\\x0d\\x0a"),
        (b"\x80\x03\x07\x00\x01", None),
    ],
)
def test_neither_protocol(reply: bytes, excerpt: str | None) -> None:
    """What is neither SSL 2.0 nor TLS is shown."""
    error = outcome([reply])
    assert isinstance(error, ProbeError)
    assert error.reason is Reason.PLAINTEXT
    assert excerpt is None or f'"{excerpt}"' in error.detail


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"\x00\x00\x01", "no cipher (1)"),
        (b"\x00\x00\x02", "no certificate (2)"),
        (b"\x00\x00\x09", "unknown error (9)"),
        (b"\x00", "unknown error (0)"),
    ],
)
def test_error_messages(body: bytes, what: str) -> None:
    """An ERROR message is a refusal, told by its name; it has no number of TLS's."""
    assert refused(sslv2_record(body)) == (Reason.ALERT, f"the server answered with SSL 2.0's error message: {what}")


def test_no_certificate() -> None:
    """A SERVER-HELLO without a certificate, as for a session it believes to know, brings no chain."""
    what = "the server's SSL 2.0 SERVER-HELLO holds no certificate"
    assert refused(sslv2_record(sslv2_server_hello(b"", session_hit=1, kind=0))) == (Reason.NO_CERTIFICATE, what)


def test_oddities_are_remarks() -> None:
    """Another type of certificate, another version, no cipher in common: none of it hides the certificate."""
    answer = outcome([sslv2_record(sslv2_server_hello(LEAF, kind=9, version=0x0300, cipher_kinds=()))])
    assert answer == Answer(
        (LEAF,),
        "SSL 2.0",
        "unknown",
        ClientCertificate.UNKNOWN,
        ("certificate of type 9, where 1 is X.509", "SERVER-HELLO of SSL 2.0 speaks of version 0x0300"),
    )


def test_what_stands_behind_the_certificate_may_be_cut_short() -> None:
    """Only the certificate has to be whole: cipher kinds that are not all there are read as far as they go."""
    body = sslv2_server_hello(LEAF, cipher_kinds=(0x010080, 0x0700C0))[1:-16]
    assert decode_server_hello(body).cipher_kinds == (0x010080, 0x0700C0)
    assert decode_server_hello(body[:-1]).cipher_kinds == (0x010080,)


def test_a_certificate_that_is_not_all_there() -> None:
    """A SERVER-HELLO shorter than its certificate breaks the protocol."""
    whole = sslv2_server_hello(LEAF, cipher_kinds=())[:-16]
    assert refused(sslv2_record(whole[:-1])) == (
        Reason.PROTOCOL,
        "message cut short: 4 bytes expected, 3 left",
    )


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=8))
@example([b"\x80\x00", b"\x04"])
@example([b"\x80\x00"])
@example([b"\x00\x00\x00\x00"])
@example([b"\x80\x01\x04"])
def test_no_bytes_break_it(pieces: list[bytes]) -> None:
    """Any reply brings an answer or a ProbeError."""
    assert isinstance(outcome(pieces), Answer | ProbeError)


@given(st.binary(max_size=64))
def test_no_server_hello_breaks_the_decoder(body: bytes) -> None:
    """The decoder's promise: facts or ProtocolError."""
    with suppress(ProtocolError):
        decode_server_hello(body)
