"""What breaks the syntax of YAML is said in the operator's words, whichever parser found it."""

import pytest
import yaml

from aescan.settings.compose import compose
from aescan.settings.problems import Problem
from aescan.settings.syntax import explain

QUOTE = "put the value in quotes"
COLON = 'line up the keys of one mapping, and put text that holds ": " in quotes'
BLOCK = "line up the keys and the dashes of one block, and put text with quotes inside it in quotes"
ESCAPE = "a backslash in these double quotes begins no known escape"


@pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.SafeLoader])
@pytest.mark.parametrize(
    ("text", "place", "said", "hint"),
    [
        ("a:\n\tb: 1\n", (2, 1), "a tab cannot stand here", "indent with spaces"),
        ("a: @b\n", (1, 4), "a value cannot begin with this character", QUOTE),
        ("a: }\n", (1, 4), "a value cannot begin with this character", QUOTE),
        ("a: [::1]\n", (1, 5), "a value cannot begin with this character", QUOTE),
        ("a: *\n", (1, 4), "a value cannot begin with * or &", QUOTE),
        ("a: &\n", (1, 4), "a value cannot begin with * or &", QUOTE),
        ("a: b: c\n", (1, 5), "a colon is out of place", COLON),
        ("a: 1\n b: 2\n", (2, 3), "a colon is out of place", COLON),
        (
            "a:\n- b: c\n  ports [1]\n  d: e\n",
            (3, 3),
            "this line is neither a key with its value nor a list item",
            "write key: value, with a space after the colon",
        ),
        ('a: "b\n', (1, 4), "this quote is never closed", "close it with the same quote"),
        ("a: [1, 2\nb: 3\n", (1, 4), "this [ is never closed, or a comma is missing after it", "write [one, two]"),
        (
            "a: {b: 1\n",
            (1, 4),
            "this { is never closed, or a comma is missing after it",
            "write {key: value, other: value}",
        ),
        ("a: - b\n", (1, 4), "a list item cannot begin here", "put each - item on a line of its own"),
        ("a:\n  - 1\n - 2\n", (3, 2), "this does not belong to what stands above it", BLOCK),
        ("a: 'it's'\n", (1, 8), "this does not belong to what stands above it", BLOCK),
        ('a: "\\q"\n', (1, 4), ESCAPE, "use single quotes"),
        ('a: "\\x1"\n', (1, 4), ESCAPE, "use single quotes"),
        ("a: 1\n...\nb: 1\n", (3, 1), "nothing may stand after the end of the document", "take the line out"),
    ],
)
def test_a_syntax_error_says_what_to_do(
    text: str, place: tuple[int, int], said: str, hint: str, loader: type[yaml.SafeLoader]
) -> None:
    """Both parsers of PyYAML lead to the same problem at the same place."""
    root, problems = compose(text, loader)

    assert root is None
    assert problems == [Problem(*place, "", said, hint)]


def test_a_rare_complaint_is_passed_on() -> None:
    """A complaint that no row is written for keeps the parser's own words."""
    assert compose("a: !x!foo b\n")[1] == [Problem(1, 4, "", "this is not YAML: found undefined tag handle")]


def test_a_complaint_without_a_place_stands_at_the_beginning() -> None:
    """A parser error need not have a mark."""
    assert explain(yaml.MarkedYAMLError(problem="odd"), []) == Problem(1, 1, "", "this is not YAML: odd")
