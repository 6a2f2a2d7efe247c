"""What single arguments mean."""

import argparse
from collections.abc import Callable

import pytest

from aescan.argument_types import count, listen, seconds


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (seconds, "10s", 10.0),
        (seconds, "1h", 3600.0),
        (count, "1", 1),
        (count, "1000000", 1_000_000),
        (listen, ":10722", ("", 10722)),
        (listen, "[::1]:0", ("::1", 0)),
        (listen, "127.0.0.1:65535", ("127.0.0.1", 65535)),
    ],
)
def test_values(read: Callable[[str], object], text: str, value: object) -> None:
    """Each kind of argument has its value."""
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "expected"),
    [
        (seconds, "10", "a length of time from 1s to 1h, such as 10s"),
        (seconds, "2h", "a length of time from 1s to 1h, such as 10s"),
        (count, "0", "a number from 1 to 1000000"),
        (count, "1000001", "a number from 1 to 1000000"),
        (count, "\u0663", "a number from 1 to 1000000"),
        (count, "9" * 5000, "a number from 1 to 1000000"),
        (listen, "10722:", 'an address and a port, such as ":10722" or "[::1]:10722"'),
        (listen, ":65536", 'an address and a port, such as ":10722" or "[::1]:10722"'),
    ],
)
def test_mistakes(read: Callable[[str], object], text: str, expected: str) -> None:
    """What is no such value says what was expected."""
    with pytest.raises(argparse.ArgumentTypeError) as caught:
        read(text)

    assert str(caught.value) == f"{text!r} is not {expected}"
