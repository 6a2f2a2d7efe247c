"""The kinds of value that keys take."""

from datetime import timedelta
from typing import Annotated

import pytest
from pydantic import TypeAdapter, ValidationError

from aescan.settings.fields import lasting, line, one_of, port_range, prose, share, switch, whole
from aescan.settings.problems import Expected, Mistake


def refusal(error: ValueError) -> str:
    """Return what an error says, and its hint."""
    return f"{error}; {error.hint}" if isinstance(error, Mistake) and error.hint else str(error)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (1, "text"),
        ("", "the text is empty"),
        ("  ", "the text is empty"),
        ("a" * 257, "the text has 257 characters; 256 are the most"),
        ("a\tb", "the character U+0009 cannot be shown; take it out"),
        ("a\u202eb", "the character U+202E cannot be shown; take it out"),
    ],
)
def test_a_line_is_short_and_fit_to_show(written: object, text: str) -> None:
    """Control and bidirectional characters never get from a file to a terminal."""
    with pytest.raises((Expected, Mistake)) as caught:
        line(written)
    assert refusal(caught.value) == text


def test_a_line_may_be_in_any_script() -> None:
    """Names of sites are not all ASCII."""
    assert line("Zürich 東京") == "Zürich 東京"


def test_prose_becomes_one_line() -> None:
    """Folded text of a catalogue may be broken anywhere."""
    assert prose("one\n  two\n") == "one two"
    with pytest.raises(Expected, match=r"^text$"):
        prose(1)


@pytest.mark.parametrize(
    ("written", "ports"),
    [(1, range(1, 2)), (65535, range(65535, 65536)), ("1066-1068", range(1066, 1069)), ("1-65535", range(1, 65536))],
)
def test_ports_are_a_number_or_a_range(written: object, ports: range) -> None:
    """Both ends of a range belong to it."""
    assert port_range(written) == ports


@pytest.mark.parametrize("written", [0, 65536, -1, True, 4722.0, "4722", "0-5", "5-65536", "1 - 2", "http", None, ()])
def test_anything_else_is_no_port(written: object) -> None:
    """Port 0 is none, nor is text."""
    with pytest.raises(Expected, match=r"^a port \(1–65535\)$"):
        port_range(written)


def test_a_range_that_runs_backwards_is_turned() -> None:
    """The hint has it the right way round."""
    with pytest.raises(Mistake) as caught:
        port_range("1081-1066")
    assert refusal(caught.value) == "1081-1066 runs backwards; write 1066-1081"


@pytest.mark.parametrize("written", [0, 11, True, 5.0, "5", None])
def test_whole_numbers_have_bounds(written: object) -> None:
    """Neither text nor true is a number."""
    adapter = TypeAdapter[int](Annotated[int, whole(1, 10)])

    assert adapter.validate_python(10) == 10
    with pytest.raises(ValidationError, match="a whole number from 1 to 10"):
        adapter.validate_python(written)


@pytest.mark.parametrize("written", [-0.1, 1.1, True, "0.1", float("nan"), None])
def test_a_share_lies_between_nothing_and_all(written: object) -> None:
    """Both ends are allowed."""
    assert (share(0), share(0.5), share(1)) == (0.0, 0.5, 1.0)
    with pytest.raises(Expected, match=r"^a share from 0 to 1, such as 0\.1$"):
        share(written)


@pytest.mark.parametrize("written", [0, 1, "true", "yes", None, ()])
def test_a_switch_is_true_or_false(written: object) -> None:
    """Nothing else is taken for one of them."""
    assert (switch(True), switch(False)) == (True, False)
    with pytest.raises(Expected, match=r"^true or false$"):
        switch(written)


def test_lengths_of_time_have_bounds() -> None:
    """The bounds are in the message."""
    adapter = TypeAdapter[timedelta](Annotated[timedelta, lasting(timedelta(seconds=1), timedelta(minutes=1))])

    assert adapter.validate_python("60s") == timedelta(minutes=1)
    with pytest.raises(ValidationError, match="a length of time from 1s to 1m"):
        adapter.validate_python("61s")


@pytest.mark.parametrize("written", ["frist", True, None, ["first"]])
def test_a_choice_is_one_of_its_words(written: object) -> None:
    """The words are in the message."""
    adapter = TypeAdapter[str](Annotated[str, one_of(("first", "all"))])

    assert adapter.validate_python("all") == "all"
    with pytest.raises(ValidationError, match="one of first, all"):
        adapter.validate_python(written)
