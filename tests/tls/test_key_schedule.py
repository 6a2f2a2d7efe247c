"""Tests of ``aescan.tls.key_schedule``: the values that RFC 8448 prints, and records that no honest side sends."""

import pytest

from aescan.errors import ProtocolError
from aescan.tls.codepoints import ContentType
from aescan.tls.key_schedule import SUITES, Protection, expand_label, handshake_traffic_secrets
from aescan.tls.suites import CIPHER_SUITES
from tests.flights import records
from tests.tls.traces import trace

AES_128_GCM = SUITES[0x1301]
SECRET = bytes(range(32))


def fragment_of(record: bytes) -> bytes:
    """Return what a protected record carries."""
    ((kind, fragment),) = records(record)
    assert kind == ContentType.APPLICATION_DATA
    return fragment


def test_handshake_traffic_secrets() -> None:
    """From the shared secret of RFC 8448 section 3 come the two secrets printed there."""
    printed = trace(3)
    secrets = handshake_traffic_secrets(AES_128_GCM, printed["shared_secret"], printed["hello_hash"])
    assert secrets.client == printed["client_handshake_traffic_secret"]
    assert secrets.server == printed["server_handshake_traffic_secret"]


def test_hello_hash() -> None:
    """A suite's hash is that of the transcript: RFC 8448's over both hellos, without the heads of their records."""
    printed = trace(3)
    assert AES_128_GCM.digest(printed["client_hello"][5:] + printed["server_hello"][5:]) == printed["hello_hash"]


def test_keys() -> None:
    """The server's key and IV are those of RFC 8448 section 3."""
    secret = trace(3)["server_handshake_traffic_secret"]
    key = expand_label(AES_128_GCM.algorithm, secret, "key", b"", 16)
    iv = expand_label(AES_128_GCM.algorithm, secret, "iv", b"", 12)
    assert key.hex() == "3fce516009c21727d0f2e4e86ee403bc"
    assert iv.hex() == "5d313eb2671276ee13000b30"


def test_seal() -> None:
    """The client's Finished of RFC 8448 section 3, protected, is the record printed there."""
    printed = trace(3)
    client = Protection(AES_128_GCM, printed["client_handshake_traffic_secret"])
    assert client.seal(ContentType.HANDSHAKE, printed["client_finished_message"]) == printed["client_finished"]


def test_open() -> None:
    """The server's flight of RFC 8448 section 3 holds the Certificate message printed there."""
    printed = trace(3)
    server = Protection(AES_128_GCM, printed["server_handshake_traffic_secret"])
    kind, messages = server.open(fragment_of(printed["server_flight"]))
    assert kind == ContentType.HANDSHAKE
    assert printed["certificate"] in messages


@pytest.mark.parametrize("number", SUITES, ids=CIPHER_SUITES.get)
def test_every_suite(number: int) -> None:
    """What a side seals the other opens, record by record, in every cipher suite, none like the one before."""
    one, other = Protection(SUITES[number], SECRET), Protection(SUITES[number], SECRET)
    sealed = [one.seal(ContentType.ALERT, b"\x01\x5a") for _ in range(3)]
    assert len(set(sealed)) == 3
    assert len(sealed[0]) == 5 + 3 + SUITES[number].tag_length
    assert [other.open(fragment_of(record)) for record in sealed] == [(ContentType.ALERT, b"\x01\x5a")] * 3


def test_tags() -> None:
    """The tags have 16 bytes, and 8 in the suite that is named after it."""
    assert [SUITES[number].tag_length for number in (0x1301, 0x1302, 0x1303, 0x1304, 0x1305)] == [16, 16, 16, 16, 8]


def test_order_matters() -> None:
    """A record out of its turn does not decrypt."""
    one, other = Protection(AES_128_GCM, SECRET), Protection(AES_128_GCM, SECRET)
    one.seal(ContentType.ALERT, b"")
    second = one.seal(ContentType.ALERT, b"")
    with pytest.raises(ProtocolError) as caught:
        other.open(fragment_of(second))
    assert caught.value.detail == (
        "decrypting the server's flight: protected record 0 of 17 bytes does not decrypt under the keys agreed on"
    )


def test_padding() -> None:
    """Zeros behind the type are padding (RFC 8446 section 5.4)."""
    one, other = Protection(AES_128_GCM, SECRET), Protection(AES_128_GCM, SECRET)
    padded = one.seal(0, b"\x01\x5a" + bytes((ContentType.ALERT,)) + bytes(100))
    assert other.open(fragment_of(padded)) == (ContentType.ALERT, b"\x01\x5a")


def test_only_padding() -> None:
    """A record without a type holds nothing."""
    one, other = Protection(AES_128_GCM, SECRET), Protection(AES_128_GCM, SECRET)
    with pytest.raises(ProtocolError) as caught:
        other.open(fragment_of(one.seal(0, bytes(5))))
    assert caught.value.detail == "decrypting the server's flight: protected record 0 holds only padding"


@pytest.mark.parametrize("number", SUITES, ids=CIPHER_SUITES.get)
@pytest.mark.parametrize("length", [0, 1, 7, 8, 15, 16, 17, 2**14 + 2048])
def test_any_length(number: int, length: int) -> None:
    """Bytes of any length that a record may have are refused, shorter than a tag or longer than allowed."""
    with pytest.raises(ProtocolError):
        Protection(SUITES[number], SECRET).open(bytes(length))


def test_every_bit_counts() -> None:
    """One wrong bit anywhere in a record, and it does not decrypt."""
    sealed = fragment_of(Protection(AES_128_GCM, SECRET).seal(ContentType.HANDSHAKE, b"certificate"))
    for place in range(len(sealed)):
        wrong = bytearray(sealed)
        wrong[place] ^= 1 << place % 8
        with pytest.raises(ProtocolError):
            Protection(AES_128_GCM, SECRET).open(bytes(wrong))
