"""Lines: printable, folded, fitted, painted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from aescan.report.terminal.page import LONGEST, LONGEST_LINE, NARROWEST, Page, fitted, line, shares


def test_line_is_printable() -> None:
    """What a terminal would obey is shown as an escape, markup and emoji codes as they are."""
    assert line("\x1b[2J", ("\u202e[red]:smile:\n", "bold")).plain == "\\x1b[2J\\u202e[red]:smile:\\x0a"


def test_line_is_bounded() -> None:
    """A piece is cut at its limit."""
    assert len(line("x" * (LONGEST + 1)).plain) == LONGEST


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("aes1", 6, "aes1  "),
        ("aes1", 4, "aes1"),
        ("aes10", 4, "aes…"),
        ("東京東京", 8, "東京東京"),
        ("東京東京", 7, "東京東…"),
        ("東京東京", 6, "東京… "),
        ("a b c", 3, "a… "),
        ("\x07", 3, "\\x…"),
        ("", 2, "  "),
    ],
)
def test_fitted(text: str, width: int, expected: str) -> None:
    """A text takes exactly its cells, a wide character two of them; what is cut ends in an ellipsis."""
    assert fitted(text, width) == expected
    assert cell_len(expected) == width


def test_fitted_right() -> None:
    """Numbers stand at the right edge."""
    assert fitted("443", 5, right=True) == "  443"


@pytest.mark.parametrize(
    ("wishes", "room", "expected"),
    [
        ([], 10, []),
        ([3, 4], 10, [3, 4]),
        ([30, 4], 10, [6, 4]),
        ([30, 40], 10, [5, 5]),
        ([4, 30, 40], 25, [4, 10, 11]),
        ([5, 5], 0, [0, 0]),
    ],
)
def test_shares(wishes: list[int], room: int, expected: list[int]) -> None:
    """Small wishes are met, large ones share what is left."""
    assert shares(wishes, room) == expected


def folded(text: Text, indent: int = 0, lead: Text | None = None, width: int = 60) -> list[str]:
    """Return the text folded on a page of that width."""
    return [one.plain.rstrip() for one in Page(width, colour=False).fold(text, indent, lead)]


def test_fold() -> None:
    """Text is folded at words, each line behind the indent, the first one behind the lead."""
    text = line(" ".join(["word"] * 15))
    assert folded(text, 4, line("at")) == ["at  " + "word " * 10 + "word", "    word word word word"]
    assert folded(line("word"), 2) == ["  word"]


def test_fold_nothing() -> None:
    """The lead of an empty text is still a line."""
    assert folded(line(), 4, line("at")) == ["at"]


def test_fold_bounds() -> None:
    """Running text stays readable on a wide terminal and is never squeezed on a narrow one."""
    assert max(map(len, folded(line("a " * 400), width=300))) <= LONGEST_LINE
    assert max(map(len, folded(line("a " * 400), width=1))) in {NARROWEST - 1, NARROWEST}


def test_paint() -> None:
    """Without colour there is no escape code, with colour there is, and no line ends in blanks."""
    assert list(Page(80, colour=False).paint([line(("bad", "bold red"), "   ")])) == ["bad\n"]
    assert list(Page(80, colour=True).paint([line(("bad", "bold red"), "   ")])) == ["\x1b[1;31mbad\x1b[0m\n"]


def test_paint_leaves_long_lines() -> None:
    """A line longer than the terminal is not folded again when painted."""
    assert list(Page(60, colour=False).paint([line("x" * 100)])) == ["x" * 100 + "\n"]


@pytest.mark.parametrize("variable", ["NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM", "TTY_COMPATIBLE"])
def test_environment_is_not_read(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the terminal is like, the caller decides: no variable changes the page."""
    monkeypatch.setenv(variable, "dumb" if variable == "TERM" else "1")
    assert list(Page(80, colour=True).paint([line(("bad", "red"))])) == ["\x1b[31mbad\x1b[0m\n"]
    assert list(Page(80, colour=False).paint([line(("bad", "red"))])) == ["bad\n"]


@given(st.text(st.characters(codec=None)), st.integers(1, 50))
def test_any_text_fits(text: str, width: int) -> None:
    """Any text is fitted into any width, printable."""
    shown = fitted(text, width)
    assert cell_len(shown) == width
    assert shown.isprintable()
