"""Tests of ``aescan.tls.cursor``."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aescan.errors import ProtocolError
from aescan.tls.cursor import Cursor


def test_reads_in_order() -> None:
    """Integers, bytes and vectors come out in the order in which they stand."""
    cursor = Cursor(b"\x03\x01" + b"ab" + b"\x02cd" + b"\x00\x00\x01e" + b"f")
    assert cursor.integer(2) == 0x0301
    assert cursor.take(2) == b"ab"
    assert cursor.vector(1) == b"cd"
    assert cursor.vector(3) == b"e"
    assert cursor.left == 1
    assert cursor.take(1) == b"f"
    assert cursor.left == 0


def test_nothing_is_always_there() -> None:
    """No bytes can be taken even at the end."""
    cursor = Cursor(b"")
    assert cursor.take(0) == b""
    assert cursor.integer(0) == 0


@pytest.mark.parametrize(
    ("data", "read", "message"),
    [
        (b"ab", lambda cursor: cursor.take(3), "message cut short: 3 bytes expected, 2 left"),
        (b"", lambda cursor: cursor.integer(2), "message cut short: 2 bytes expected, 0 left"),
        (b"\x05abc", lambda cursor: cursor.vector(1), "message cut short: 5 bytes expected, 3 left"),
        (b"\x00", lambda cursor: cursor.vector(3), "message cut short: 3 bytes expected, 1 left"),
    ],
)
def test_reading_past_the_end(data: bytes, read: Callable[[Cursor], object], message: str) -> None:
    """Reading past the end says how much was expected and how much is left."""
    with pytest.raises(ProtocolError) as caught:
        read(Cursor(data))
    assert caught.value.detail == message


def test_a_failed_read_stays_where_it_was() -> None:
    """Bytes that are too few for one read are still there for the next."""
    cursor = Cursor(b"ab")
    with pytest.raises(ProtocolError):
        cursor.take(3)
    assert cursor.take(2) == b"ab"


@given(st.binary(max_size=40), st.lists(st.tuples(st.sampled_from(["take", "integer", "vector"]), st.integers(0, 8))))
def test_never_raises_anything_else(data: bytes, reads: list[tuple[str, int]]) -> None:
    """Whatever is read from whatever bytes, it is ProtocolError or bytes that are there, and never a step back."""
    cursor = Cursor(data)
    for method, length in reads:
        before = cursor.position
        try:
            getattr(cursor, method)(length)
        except ProtocolError:
            return
        assert before <= cursor.position <= len(data)
        assert cursor.left == len(data) - cursor.position
