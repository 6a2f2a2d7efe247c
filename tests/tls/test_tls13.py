"""
Tests of ``aescan.tls.tls13``: RFC 8448's handshakes, and OpenSSL's in memory, whole, in pieces, in other records.

Flights that are odd are in ``test_tls13_odd``, what no bytes whatever may do in ``test_tls13_promise``, and other
servers over real sockets in ``test_tls13_servers``.
"""

import ssl
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, x25519

from aescan.errors import ProbeError, Reason
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.tls.capture import ClientCertificate
from aescan.tls.flight import Answer
from aescan.tls.hellos import Tls13Hello
from aescan.tls.key_exchange import SECP256R1, X25519, CurvePair, KeyPair, X25519Pair
from aescan.tls.key_schedule import SUITES, Protection
from aescan.tls.tls13 import Tls13Flight
from tests.certs import make_chain, rsa_key
from tests.flights import one_by_one, records
from tests.tls.tls13_server import (
    CERTIFICATE,
    CHAIN,
    EXTENSIONS,
    HELLO,
    MESSAGES,
    REQUEST,
    Exchange,
    Server,
    answered,
    client,
    openssl,
    outcome,
    refused,
    use_group,
)
from tests.tls.traces import trace

ONLY_TLS13 = (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3)
SUITE_NAMES = {
    0x1301: "TLS_AES_128_GCM_SHA256",
    0x1302: "TLS_AES_256_GCM_SHA384",
    0x1303: "TLS_CHACHA20_POLY1305_SHA256",
}
GROUPS = ("X25519", "prime256v1", "secp384r1", "secp521r1")
PEER_CHAIN = make_chain(3, keys=(rsa_key(),))
NOT_REQUESTED, REQUESTED = ClientCertificate.NOT_REQUESTED, ClientCertificate.REQUESTED


class PrintedHello(Tls13Hello):
    """The hellos of a trace, in the place of our own."""

    def message(self, key_shares: Mapping[int, bytes], cookie: bytes = b"") -> bytes:
        """Return the first hello, or the second where a cookie is repeated."""
        return trace(int(self.server_name or 0))["second_client_hello" if cookie else "client_hello"][5:]


def printed_flight(section: int, keys: Mapping[int, KeyPair]) -> Tls13Flight:
    """Return a conversation that says the hellos of that section of RFC 8448, with its private keys."""
    return Tls13Flight(PrintedHello(str(section), b"", b""), keys.__getitem__)


def x25519_pair(private: bytes) -> KeyPair:
    """Return the pair of a printed private key."""
    return X25519Pair(x25519.X25519PrivateKey.from_private_bytes(private))


def p256_pair(private: bytes) -> KeyPair:
    """Return the pair of a printed private key."""
    return CurvePair(SECP256R1, ec.derive_private_key(int.from_bytes(private), ec.SECP256R1()))


def check_answer(answer: Answer | None) -> None:
    """Hold an answer against RFC 8448, whose traces all show one certificate."""
    assert answer
    message = trace(3)["certificate"]
    assert answer.certificates == (message[11:-2],)
    assert (answer.version, answer.cipher_suite) == ("TLS 1.3", "TLS_AES_128_GCM_SHA256")
    assert answer.client_certificate is NOT_REQUESTED
    assert answer.remarks == ()


def test_simple_handshake() -> None:
    """RFC 8448 section 3: the certificate printed there comes out of the records printed there."""
    printed = trace(3)
    flight = printed_flight(3, {X25519: x25519_pair(printed["client_private"]), SECP256R1: p256_pair(b"\x05")})
    assert flight.data_to_send() == printed["client_hello"]
    assert flight.feed(printed["server_hello"]) is None
    assert flight.data_to_send() == b""
    check_answer(flight.feed(printed["server_flight"]))
    assert flight.complete
    client_side = Protection(SUITES[0x1301], printed["client_handshake_traffic_secret"])
    alerts = client_side.seal(21, b"\x01\x5a") + client_side.seal(21, b"\x01\x00")
    assert flight.data_to_send() == bytes.fromhex("14 0303 0001 01") + alerts
    assert flight.data_to_send() == b""


def test_hello_retry_request() -> None:
    """RFC 8448 section 5: asked for another group and a cookie, the second hello brings the certificate."""
    printed = trace(5)
    keys = {
        X25519: x25519_pair(printed["client_private_x25519"]),
        SECP256R1: p256_pair(printed["client_private_p256"]),
    }
    flight = printed_flight(5, keys)
    assert flight.data_to_send() == printed["client_hello"]
    assert flight.feed(printed["hello_retry_request"]) is None
    assert flight.data_to_send() == bytes.fromhex("14 0303 0001 01") + printed["second_client_hello"]
    check_answer(flight.feed(printed["server_hello"] + printed["server_flight"]))
    assert flight.complete
    client_side = Protection(SUITES[0x1301], printed["client_handshake_traffic_secret"])
    alerts = client_side.seal(21, b"\x01\x5a") + client_side.seal(21, b"\x01\x00")
    assert flight.data_to_send() == alerts  # the ChangeCipherSpec has been sent


@cache
def exchange(group: str = "X25519", cipher_suite: int | None = None, *, demanding: bool = False) -> Exchange:
    """Return what OpenSSL with this group and suite answers to the fixed client."""
    context = tls_context(PEER_CHAIN, TlsSettings(ONLY_TLS13, client_certificate=demanding))
    use_group(context, group)
    return openssl(context, offering(cipher_suite))


def offering(cipher_suite: int | None) -> Tls13Hello:
    """Return the fixed client's hello, with this suite alone if any."""
    if cipher_suite is None:
        return HELLO
    return Tls13Hello(HELLO.server_name, HELLO.random, HELLO.session_id, (cipher_suite,))


@pytest.mark.parametrize("cipher_suite", SUITE_NAMES, ids=SUITE_NAMES.get)
@pytest.mark.parametrize("group", GROUPS)
def test_openssl(group: str, cipher_suite: int) -> None:
    """OpenSSL gives its chain in every group and suite, the groups without a key share after a HelloRetryRequest."""
    said = exchange(group, cipher_suite)
    flight = client(offering(cipher_suite))
    assert bool(said.retry) == (group in {"secp384r1", "secp521r1"})
    assert flight.feed(said.retry) is None
    answer = flight.feed(said.flight)
    assert answer == Answer(
        tuple(identity.der for identity in PEER_CHAIN), "TLS 1.3", SUITE_NAMES[cipher_suite], NOT_REQUESTED, ()
    )
    assert flight.complete


@pytest.mark.parametrize("group", GROUPS)
def test_client_certificate_demanded(group: str) -> None:
    """A server that demands a client certificate gives its own all the same, and is known to have asked."""
    said = exchange(group, demanding=True)
    answer = answered([said.retry, said.flight])
    assert answer.certificates == tuple(identity.der for identity in PEER_CHAIN)
    assert answer.client_certificate is REQUESTED


@pytest.mark.parametrize("group", ["X25519", "secp384r1"])
@pytest.mark.parametrize("demanding", [False, True])
def test_openssl_understands_the_farewell(group: str, demanding: bool) -> None:
    """What we part with is a proper close to OpenSSL: it sees the end, not a bad record."""
    context = tls_context(PEER_CHAIN, TlsSettings(ONLY_TLS13, client_certificate=demanding))
    use_group(context, group)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context.wrap_bio(incoming, outgoing, server_side=True)
    flight, answer = client(), None
    while answer is None:
        incoming.write(flight.data_to_send())
        with suppress(ssl.SSLWantReadError):
            server.do_handshake()
        answer = flight.feed(outgoing.read())
    incoming.write(flight.data_to_send())
    with pytest.raises(ssl.SSLZeroReturnError):
        server.do_handshake()


@pytest.mark.parametrize("group", ["X25519", "secp521r1"])
def test_one_byte_at_a_time(group: str) -> None:
    """
    A flight that drips brings the same answer, as soon as its certificate is complete.

    A server that closes before that, at whatever byte, closed the connection; nothing else is made of it.
    """
    said = exchange(group)
    flight, data = client(), said.retry + said.flight
    for received, byte in enumerate(one_by_one(data)):
        error, after = flight.end(), f" after {received} bytes" if received else ""
        assert error.reason is Reason.CLOSED
        assert error.detail == f"the server closed the connection{after} before its certificate was complete"
        if answer := flight.feed(byte):
            break
    assert answer == answered([data])
    assert not flight.complete
    ends = [*ends_of_records(data)]
    assert received + 1 in ends[-3:]  # CertificateVerify and Finished are not waited for


def ends_of_records(data: bytes) -> Iterable[int]:
    """Yield the place behind each record."""
    end = 0
    for _, fragment in records(data):
        end += 5 + len(fragment)
        yield end


@pytest.mark.parametrize("group", ["X25519", "secp384r1"])
def test_cut_at_every_length(group: str) -> None:
    """Where the network cuts a flight in two does not matter."""
    said = exchange(group)
    data = said.retry + said.flight
    whole = answered([data])
    for place in range(len(data)):
        assert answered([data[:place], data[place:]]) == whole


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 16, 31, 64, 100])
def test_any_records(size: int) -> None:
    """How the server cuts its messages into protected records does not matter."""
    answer = answered([Server().flight(EXTENSIONS + REQUEST + CERTIFICATE, [size])])
    assert answer.certificates == CHAIN
    assert answer.client_certificate is REQUESTED


@pytest.mark.parametrize("group", [X25519, SECP256R1])
@pytest.mark.parametrize("cipher_suite", SUITES)
def test_every_suite(group: int, cipher_suite: int) -> None:
    """All five suites of RFC 8446, with either key share of the first hello."""
    server, flight = Server(cipher_suite, group), client()
    flight.data_to_send()
    answer = flight.feed(server.flight())
    assert answer
    assert answer.certificates == CHAIN
    assert flight.complete
    assert server.alerts(flight.data_to_send()) == [b"\x01\x5a", b"\x01\x00"]


def test_what_follows_makes_it_complete() -> None:
    """The rest of the flight, should it come later, changes nothing but that the flight is over."""
    server, flight = Server(), client()
    answer = flight.feed(server.flight(EXTENSIONS + CERTIFICATE))
    assert not flight.complete
    assert flight.feed(server.protected(MESSAGES[len(EXTENSIONS + CERTIFICATE) :])) == answer
    assert flight.complete


def test_junk_behind_the_certificate() -> None:
    """What follows the certificate cannot take it away, neither undecipherable nor no record at all."""
    whole = Server().flight(EXTENSIONS + CERTIFICATE)
    for junk in b"\x17\x03\x03\x00\x20" + bytes(32), b"\x16\x03\x03\x00\x01\x00", b"HTTP/1.1 400":
        assert answered([whole + junk]).certificates == CHAIN


def test_openssl_refuses_a_hello_without_its_suite() -> None:
    """A server without a common suite answers with an alert in clear, which has its name and number."""
    context = tls_context(PEER_CHAIN, TlsSettings(ONLY_TLS13))
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context.wrap_bio(incoming, outgoing, server_side=True)
    incoming.write(client(offering(0x1305)).data_to_send())
    with pytest.raises(ssl.SSLError):
        server.do_handshake()
    error = refused([outgoing.read()])
    assert (error.reason, error.alert) == (Reason.ALERT, 40)
    assert error.detail == "the server answered with handshake_failure (40)"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_1])
def test_older_servers_refuse(version: ssl.TLSVersion) -> None:
    """An OpenSSL that speaks no TLS 1.3 says protocol_version."""
    context = tls_context(PEER_CHAIN, TlsSettings((version, version)))
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context.wrap_bio(incoming, outgoing, server_side=True)
    incoming.write(client().data_to_send())
    with pytest.raises(ssl.SSLError):
        server.do_handshake()
    error = outcome([outgoing.read()])
    assert isinstance(error, ProbeError)
    assert (error.reason, error.alert) == (Reason.ALERT, 70)
