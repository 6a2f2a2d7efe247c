"""Tests of ``aescan.text``."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aescan.text import LONGEST, printable, veiled

ANYTHING = st.text(st.characters(exclude_categories=()))  # lone surrogates too


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("aes1.example.com", "aes1.example.com"),
        ("Müller & Söhne, 東京", "Müller & Söhne, 東京"),
        ("back\\slash 'and' \"quotes\"", "back\\slash 'and' \"quotes\""),
        ("a\x00b", "a\\x00b"),
        ("\x1b[2J", "\\x1b[2J"),
        ("one\r\ntwo\tthree", "one\\x0d\\x0atwo\\x09three"),
        ("\x7f", "\\x7f"),
        ("\x9b31m", "\\x9b31m"),
        ("\xa0\xad", "\\xa0\\xad"),
        ("\u202egpj.exe\u2066", "\\u202egpj.exe\\u2066"),
        ("a\u200bb\u200d\ufeff", "a\\u200bb\\u200d\\ufeff"),
        ("\u2028\u2029", "\\u2028\\u2029"),
        ("\ue000\U000f0000", "\\ue000\\U000f0000"),
        ("\u0378\uffff", "\\u0378\\uffff"),
        ("\ud800x\udfff", "\\ud800x\\udfff"),
        ("\U000e0041", "\\U000e0041"),
    ],
    ids=[
        "empty", "clean", "any_script", "backslash", "nul", "escape", "line_ends", "delete", "c1", "invisible_latin",
        "bidirectional", "zero_width", "separators", "private_use", "unassigned", "lone_surrogates", "tags",
    ],
)  # fmt: skip
def test_what_is_shown(text: str, shown: str) -> None:
    """What can hide or steer is shown as an escape, all else as it is."""
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("12345", 5, "12345"),
        ("123456", 5, "1234…"),
        ("\x00\x00", 8, "\\x00\\x00"),
        ("\x00\x00", 7, "\\x00\\x…"),
        ("\x00" * 6, 5, "\\x00…"),
        ("ab", 1, "…"),
    ],
)
def test_limit(text: str, limit: int, shown: str) -> None:
    """Text longer than the limit, escapes counted, ends with an ellipsis within it."""
    assert printable(text, limit) == shown


def test_default_limit() -> None:
    """Without a limit of its own, text is cut to the longest that fits a table cell."""
    assert printable("x" * LONGEST) == "x" * LONGEST
    assert printable("x" * (LONGEST + 1)) == "x" * (LONGEST - 1) + "…"


@given(ANYTHING, st.integers(1, 50))
def test_always_fit_to_show(text: str, limit: int) -> None:
    """Whatever comes in, what goes out is printable and within the limit; and shown again, it stays as it is."""
    shown = printable(text, limit)
    assert shown.isprintable()
    assert len(shown) <= limit
    assert printable(shown, limit) == shown


@given(ANYTHING)
def test_clean_text_is_left_alone(text: str) -> None:
    """Printable text within the limit is not touched."""
    clean = "".join(character for character in text if character.isprintable())
    assert printable(clean) == clean


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("nothing: secret.yml", "nothing: secret.yml"),
        ("see https://a.example.com:8443/b, and c@d?e", "see https://a.example.com:8443/b, and c@d?e"),
        ('url: "ftp://u:p@w@a/b"', 'url: "ftp://*****@a/b"'),
        ("'https://a/b?token=s'", "'https://a/b?*******'"),
        ("https://a#s, https://u:p/?w@b?s", "https://a#** https://******@b?*"),
        ("{password: s, token: 's t', x: 1}", "{password: *, token: *****, x: 1}"),
        ('"bearer_token": "s', '"bearer_token": **'),
        ("password_file: a.txt", "password_file: a.txt"),
    ],
)
def test_secrets(text: str, shown: str) -> None:
    """What may be secret is not readable, and nothing else has moved."""
    assert veiled(text) == shown
