"""Tests of ``aescan.tls.records``."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aescan.errors import ProbeError, ProtocolError, Reason
from aescan.tls.codepoints import ContentType
from aescan.tls.records import HEADER_LENGTH, LONGEST_FRAGMENT, Record, RecordBuffer
from tests.flights import one_by_one, record, split_at

STREAM = record(b"hello", version=0x0301) + record(b"", ContentType.ALERT) + record(b"x" * 300, version=0x0300)
RECORDS = [(22, b"hello"), (21, b""), (22, b"x" * 300)]
NOT_TLS = 'the port answered the ClientHello without TLS: "{}"'


def read(*pieces: bytes) -> list[Record]:
    """Return the records in a stream that arrives in these pieces."""
    buffer = RecordBuffer()
    return [one for piece in pieces for one in buffer.feed(piece)]


def test_whole() -> None:
    """One chunk may hold many records."""
    assert read(STREAM) == RECORDS


def test_one_byte_at_a_time() -> None:
    """A record comes out once its last byte is there."""
    buffer = RecordBuffer()
    made = [len(list(buffer.feed(byte))) for byte in one_by_one(STREAM)]
    ends = [9, 14, 319]
    assert [position for position, count in enumerate(made) if count] == ends
    assert read(*one_by_one(STREAM)) == RECORDS


def test_cut_at_every_length() -> None:
    """Where the network cuts the stream does not matter, be it inside a header."""
    for length in range(len(STREAM) + 1):
        assert read(STREAM[:length], STREAM[length:]) == RECORDS


def test_empty_chunks() -> None:
    """A chunk of nothing changes nothing."""
    assert read(b"", STREAM[:3], b"", STREAM[3:], b"") == RECORDS


def test_a_reader_may_stop() -> None:
    """Records that a reader did not take are there at the next chunk."""
    buffer = RecordBuffer()
    for first in buffer.feed(STREAM):
        assert first == RECORDS[0]
        break
    assert list(buffer.feed(b"")) == RECORDS[1:]


@pytest.mark.parametrize("kind", ContentType)
@pytest.mark.parametrize("version", [0x0300, 0x0301, 0x0303, 0x0304, 0x03FF])
def test_any_type_and_version(kind: ContentType, version: int) -> None:
    """Every type of content is a record, whatever its minor version."""
    assert read(record(b"?", kind, version)) == [(kind, b"?")]


def test_longest_fragment() -> None:
    """A fragment may be as long as TLS 1.2 allows for encrypted ones."""
    longest = b"x" * LONGEST_FRAGMENT
    assert read(record(longest)) == [(22, longest)]


@pytest.mark.parametrize(
    "header",
    ["19 03 03 00 02", "13 03 03 00 02", "16 02 00 00 02", "16 04 00 00 02", "16 03 03 48 01", "16 03 03 ff ff"],
    ids=["type_25", "type_19", "major_2", "major_4", "one_byte_too_long", "longest_number"],
)
def test_impossible_header(header: str) -> None:
    """A header that no record has breaks the protocol once TLS was spoken, and is no TLS when nothing was."""
    with pytest.raises(ProtocolError) as caught:
        read(record(b"hello"), bytes.fromhex(header))
    assert caught.value.detail == f"reading the server's flight: {header} is not the header of a TLS record"
    with pytest.raises(ProbeError) as caught_first:
        read(bytes.fromhex(header))
    assert caught_first.value.reason is Reason.PLAINTEXT


@pytest.mark.parametrize(
    ("answer", "excerpt"),
    [
        (
            b"HTTP/1.1 400 Bad Request\r\nServer: Apache\r\n",
            "HTTP/1.1 400 Bad Request\\x0d\\x0aServer: Apache\\x0d\\x0a",
        ),
        (b"220 aes1 ready\r\n", "220 aes1 ready\\x0d\\x0a"),
        (b"SSH-2.0-OpenSSH_8.0\r\n", "SSH-2.0-OpenSSH_8.0\\x0d\\x0a"),
        (b"\x00\x2a\x00\x00\x02CSTA", "\\x00*\\x00\\x00\\x02CSTA"),
        (b"\x80\x2e\x01\x00\x02", "\\x80.\\x01\\x00\\x02"),
        (b"\x1b[2J\x9b31m\xe9", "\\x1b[2J\\x9b31mé"),
        (b"-", "-"),
        (b"x" * 61, "x" * 60),
        (b"\x00" * 1000, "\\x00" * 60),
    ],
    ids=["http", "smtp", "ssh", "binary_frame", "ssl2", "escapes", "one_byte", "long", "zeros"],
)
def test_plain_text(answer: bytes, excerpt: str) -> None:
    """A port that does not speak TLS is told from one that does by its first byte; what it said is safe to show."""
    with pytest.raises(ProbeError) as caught:
        read(answer)
    assert (caught.value.reason, caught.value.detail) == (Reason.PLAINTEXT, NOT_TLS.format(excerpt))
    with pytest.raises(ProbeError) as caught_early:
        read(answer[:1])
    assert caught_early.value.reason is Reason.PLAINTEXT


def test_no_verdict_too_early() -> None:
    """A first byte that TLS has may yet become a record."""
    assert read(*one_by_one(b"\x16\x03\x03\x00")) == []


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=8))
def test_never_raises_anything_else(data: bytes, places: list[int]) -> None:
    """Whatever bytes come, in whatever pieces, they are records or ProbeError, and no more is held than one record."""
    buffer = RecordBuffer()
    try:
        for piece in split_at(STREAM + data, places):
            for kind, fragment in buffer.feed(piece):
                assert kind in set(ContentType)
                assert len(fragment) <= LONGEST_FRAGMENT
            assert len(buffer._held) < HEADER_LENGTH + LONGEST_FRAGMENT
    except ProtocolError:
        assert data  # the stream before it is sound


@given(st.binary(min_size=1, max_size=200), st.lists(st.integers(0, 200), max_size=8))
def test_same_reason_however_cut(data: bytes, places: list[int]) -> None:
    """Whether arbitrary bytes are TLS does not depend on how they are cut."""

    def judge(*pieces: bytes) -> list[Record] | Reason:
        try:
            return read(*pieces)
        except ProbeError as error:
            return error.reason

    assert judge(data) == judge(*split_at(data, places))
