"""Tests of ``aescan.tls.hellos``; tlslite-ng's parser reads what is written, real OpenSSL answers it."""

import ssl
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aescan.lab.contexts import TlsSettings, tls_context
from aescan.tls.hellos import ECDSA, RANDOM_LENGTH, RSA, SSL3, TLS10, TLS11, TLS12, Hello
from aescan.tls.suites import CIPHER_SUITES
from tests.certs import make_chain, rsa_key
from tests.flights import answered, records
from tests.tls import oracle

RANDOM = bytes(range(RANDOM_LENGTH))
SERVER_NAME, GROUPS, POINT_FORMATS, SIGNATURE_ALGORITHMS, PADDING = 0, 10, 11, 13, 21
LONGEST_UNPADDED = 41
"""Characters of a name whose hello has 255 bytes."""


def parsed(hello: bytes) -> Any:  # noqa: ANN401  tlslite-ng has no types
    """Return tlslite-ng's reading of the message in a record, which it has to fill."""
    ((kind, message),) = records(hello)
    assert kind == oracle.ContentType.handshake
    parser = oracle.Parser(bytearray(message))
    assert parser.get(1) == oracle.HandshakeType.client_hello
    read = oracle.ClientHello().parse(parser)
    assert parser.getRemainingLength() == 0
    return read


def message_length(server_name: str | None) -> int:
    """Return the length of the handshake message, its header counted, as RFC 7685 counts it."""
    ((_, message),) = records(TLS12.encode(server_name, RANDOM))
    return len(message)


def name_of(length: int) -> str:
    """Return a DNS name of so many characters."""
    return ("aes1.example." * 20)[: length - 1] + "x"


def test_record() -> None:
    """The hello is one handshake record of version 3.1, which old servers accept."""
    assert TLS12.encode(None, RANDOM)[:3] == b"\x16\x03\x01"


def test_fields() -> None:
    """TLS 1.2 is the highest version offered, the random stands in its place, no session is resumed or compressed."""
    hello = parsed(TLS12.encode("aes1.example.com", RANDOM))
    assert hello.client_version == (3, 3)
    assert bytes(hello.random) == RANDOM
    assert bytes(hello.session_id) == b""
    assert hello.compression_methods == [0]
    assert tuple(hello.cipher_suites) == TLS12.cipher_suites


def test_only_the_random_differs() -> None:
    """Two hellos to the same name differ in those 32 bytes alone."""
    one, other = TLS12.encode("aes1.example.com", bytes(32)), TLS12.encode("aes1.example.com", b"\xff" * 32)
    assert one[:11] == other[:11]
    assert (one[11:43], other[11:43]) == (bytes(32), b"\xff" * 32)
    assert one[43:] == other[43:]


def test_extensions() -> None:
    """Groups, uncompressed points and signature algorithms are offered, and nothing that could hide a certificate."""
    extensions = {one.extType: one for one in parsed(TLS12.encode("aes1.example.com", RANDOM)).extensions}
    assert list(extensions) == [SERVER_NAME, GROUPS, POINT_FORMATS, SIGNATURE_ALGORITHMS]
    assert extensions[GROUPS].groups == [29, 23, 24, 25]
    assert extensions[POINT_FORMATS].formats == [0]
    assert {(4, 1), (8, 4), (4, 3), (2, 1), (2, 3), (2, 2)} <= set(extensions[SIGNATURE_ALGORITHMS].sigalgs)


@pytest.mark.parametrize("server_name", ["aes1.example.com", "a", name_of(60), name_of(253)])
def test_server_name(server_name: str) -> None:
    """The name is sent as the one host name of the extension, however long."""
    (extension, *_) = parsed(TLS12.encode(server_name, RANDOM)).extensions
    assert extension.extType == SERVER_NAME
    assert [bytes(name).decode() for name in extension.hostNames] == [server_name]


@pytest.mark.parametrize("server_name", [None, ""])
def test_no_server_name(server_name: str | None) -> None:
    """Without a name there is no extension for it."""
    kinds = [one.extType for one in parsed(TLS12.encode(server_name, RANDOM)).extensions]
    assert kinds == [GROUPS, POINT_FORMATS, SIGNATURE_ALGORITHMS]


def test_lengths() -> None:
    """No hello has 256 to 511 bytes, on which some servers hang: a longer one is padded past that."""
    lengths = {length: message_length(name_of(length)) for length in range(1, 254)}
    assert all(size < 256 for length, size in lengths.items() if length <= LONGEST_UNPADDED)
    assert lengths[LONGEST_UNPADDED] == 255
    assert {size for length, size in lengths.items() if length > LONGEST_UNPADDED} == {512}
    assert message_length(None) < 256


def test_padding_is_zeros() -> None:
    """The padding is an extension of zeros at the end, as RFC 7685 has it."""
    (*_, last) = parsed(TLS12.encode(name_of(LONGEST_UNPADDED + 1), RANDOM)).extensions
    assert last.extType == PADDING
    assert set(last.extData) == {0}


def test_padding_at_the_edge() -> None:
    """Where the padding's own header goes past 512 bytes it pads with nothing; what is longer already is let be."""
    long = Hello(version=0x0303, record_version=0x0301, cipher_suites=(0x002F,) * 100)
    bare = 316
    for length in range(1, 254):
        ((_, message),) = records(long.encode(name_of(length), RANDOM))
        size = bare + length
        assert len(message) == (512 if size <= 508 else size + 4 if size < 512 else size)


@pytest.mark.parametrize("hello", [TLS12, TLS11, TLS10, SSL3], ids=["tls12", "tls11", "tls10", "ssl3"])
def test_suites_bring_certificates(hello: Hello) -> None:
    """Every suite offered has a name, and none goes without a certificate or hides it."""
    names = [CIPHER_SUITES[number] for number in hello.cipher_suites]
    assert len(set(names)) == len(names)
    assert [name for name in names if "anon" in name or "PSK" in name or "SRP" in name] == []
    assert [number for number in hello.cipher_suites if number >> 8 == 0x13] == []


@pytest.mark.parametrize(("hello", "minor"), [(TLS10, 1), (SSL3, 0)], ids=["tls10", "ssl3"])
def test_older_hellos(hello: Hello, minor: int) -> None:
    """The older hellos carry their version in record and message, no extensions, not even a name, and are short."""
    sent = hello.encode("aes1.example.com", RANDOM)
    read = parsed(sent)
    assert sent[:3] == bytes((0x16, 3, minor))
    assert read.client_version == (3, minor)
    assert bytes(read.random) == RANDOM
    assert tuple(read.cipher_suites) == hello.cipher_suites
    assert (read.compression_methods, read.extensions) == ([0], None)
    assert len(sent) < 256


@pytest.mark.parametrize("hello", [TLS12, TLS11, TLS10, SSL3], ids=["tls12", "tls11", "tls10", "ssl3"])
@pytest.mark.parametrize("kind", [RSA, ECDSA])
def test_suites_for_a_kind_of_key(hello: Hello, kind: str) -> None:
    """Every suite that such a key can serve is kept, in its order, and no other but the one that is none."""
    kept = hello.for_key(kind)
    serving = [number for number in hello.cipher_suites[:-1] if f"_{kind}_" in CIPHER_SUITES[number]]
    assert kept.cipher_suites == (*serving, hello.cipher_suites[-1])
    assert CIPHER_SUITES[kept.cipher_suites[-1]] == "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"
    assert bool(serving) == (hello is not SSL3 or kind == RSA)


def test_tls11() -> None:
    """TLS 1.1 has a name and groups, and no signature algorithms, which came after it."""
    read = parsed(TLS11.encode("aes1.example.com", RANDOM))
    assert read.client_version == (3, 2)
    assert [one.extType for one in read.extensions] == [SERVER_NAME, GROUPS, POINT_FORMATS]


@pytest.mark.parametrize("hello", [TLS11, TLS10, SSL3], ids=["tls11", "tls10", "ssl3"])
def test_older_hellos_offer_older_suites(hello: Hello) -> None:
    """What came with TLS 1.2 is not offered below it, and curves not below TLS 1.0."""
    names = [CIPHER_SUITES[number] for number in hello.cipher_suites]
    assert [name for name in names if name.endswith(("SHA256", "SHA384"))] == []
    assert any("ECDHE" in name for name in names) == (hello is not SSL3)


def test_old_suites_are_offered() -> None:
    """Servers that speak only what is broken are heard too: RC4, single and triple DES, export keys."""
    names = {CIPHER_SUITES[number] for number in TLS12.cipher_suites}
    assert names >= {
        "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
        "TLS_RSA_WITH_RC4_128_MD5",
        "TLS_RSA_WITH_DES_CBC_SHA",
        "TLS_RSA_EXPORT_WITH_RC4_40_MD5",
        "TLS_EMPTY_RENEGOTIATION_INFO_SCSV",
    }


def test_name_has_to_be_ascii() -> None:
    """A name in other letters is the caller's to encode."""
    with pytest.raises(UnicodeEncodeError):
        TLS12.encode("bücher.example", RANDOM)


@pytest.mark.parametrize(
    "suite",
    [
        "AES128-SHA",
        "AES256-GCM-SHA384",
        "ECDHE-ECDSA-AES128-SHA",
        "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-RSA-CHACHA20-POLY1305",
    ],
)
@pytest.mark.parametrize("server_name", [None, "aes1.example.com", name_of(100)], ids=["nameless", "named", "padded"])
def test_openssl_answers(suite: str, server_name: str | None) -> None:
    """OpenSSL takes the hello, with or without a name, padded or not, and answers with its chain."""
    chain = make_chain(2, keys=() if "ECDSA" in suite else (rsa_key(),))
    context = tls_context(chain, TlsSettings((ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2), ciphers=suite))
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context.wrap_bio(incoming, outgoing, server_side=True)
    incoming.write(TLS12.encode(server_name, RANDOM))
    with suppress(ssl.SSLWantReadError):
        server.do_handshake()
    answer = answered([outgoing.read()])
    assert answer.certificates == tuple(identity.der for identity in chain)
    assert answer.version == "TLS 1.2"


@given(st.binary(min_size=RANDOM_LENGTH, max_size=RANDOM_LENGTH), st.text("abc.-0", max_size=253))
def test_any_name_parses(random: bytes, server_name: str) -> None:
    """Every random and every name of every length make a hello that parses."""
    hello = parsed(TLS12.encode(server_name, random))
    assert bytes(hello.random) == random
