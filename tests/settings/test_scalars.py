"""What plain scalars mean, and which of them cannot be misread."""

import pytest
import yaml

from aescan.settings.scalars import Unclear, meaning, value_of

RESOLVER = yaml.SafeLoader("")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("aes1", "aes1"),
        ("4722", 4722),
        ("-1", -1),
        ("0", 0),
        ("0.1", 0.1),
        ("-1.50", -1.5),
        ("yes", True),
        ("ON", True),
        ("NO", False),
        ("off", False),
        ("~", None),
        ("", None),
        ("NULL", None),
        ("=", "="),
        ("08", "08"),
        ("1e3", "1e3"),
        ("0o17", "0o17"),
        ("1" * 100, int("1" * 100)),
        ("010", Unclear("the number 8")),
        ("0x10", Unclear("the number 16")),
        ("0x_", Unclear("the number 0")),
        ("-0b11", Unclear("the number -3")),
        ("+5", Unclear("the number 5")),
        ("1_000", Unclear("the number 1000")),
        ("22:30", Unclear("the number 1350")),
        ("-1:2:3", Unclear("the number -3723")),
        ("1" * 101, Unclear("a number")),
        (".5", Unclear("a number")),
        ("1.5e+3", Unclear("a number")),
        (".inf", Unclear("a number")),
        ("1:30.5", Unclear("a number")),
        ("2018-01-06", Unclear("a date")),
        ("<<", Unclear("a merge")),
    ],
)
def test_only_usual_spellings_become_data(text: str, value: object) -> None:
    """A spelling that YAML 1.1 reads otherwise than people do is unclear."""
    tag = RESOLVER.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call] # the stubs lack it

    assert value_of(tag, text) == value


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "nothing"),
        (True, "true"),
        (False, "false"),
        (12, "the number 12"),
        (1.1, "the number 1.1"),
        (Unclear("a date"), "a date"),
        ("text", ""),
    ],
)
def test_meaning_is_said_in_words(data: object, words: str) -> None:
    """The words go into the sentence ``NO means … in YAML``."""
    assert meaning(data) == words
