"""
What the YAML parser complains of, said for an operator.

A parser error comes in, a problem with its place goes out. The two parsers of PyYAML word most complaints differently,
so each row lists the words of both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import yaml

from aescan.settings.problems import Problem
from aescan.text import printable


@dataclass(frozen=True, slots=True)
class _Complaint:
    """
    One kind of complaint.

    ``words``
        Any one of these in the parser's text marks it.
    ``text``, ``hint``
        What to say instead.
    ``at_start``
        Whether the place to look at is where the construct began rather than where the parser gave up.
    """

    words: tuple[str, ...]
    text: str
    hint: str
    at_start: bool = False


_COMPLAINTS: Final = (
    _Complaint(
        ("cannot start any token",), "a value cannot begin with this character", "put the value in quotes"
    ),
    _Complaint(
        ("mapping values are not allowed",),
        "a colon is out of place",
        'line up the keys of one mapping, and put text that holds ": " in quotes',
    ),
    _Complaint(
        ("could not find expected ':'",),
        "this line is neither a key with its value nor a list item",
        "write key: value, with a space after the colon",
        at_start=True,
    ),
    _Complaint(
        ("found unexpected end of stream", "found unexpected document"),
        "this quote is never closed",
        "close it with the same quote",
        at_start=True,
    ),
    _Complaint(
        ("',' or ']'",), "this [ is never closed, or a comma is missing after it", "write [one, two]", at_start=True
    ),
    _Complaint(
        ("',' or '}'",),
        "this { is never closed, or a comma is missing after it",
        "write {key: value, other: value}",
        at_start=True,
    ),
    _Complaint(
        ("sequence entries are not allowed",),
        "a list item cannot begin here",
        "put each - item on a line of its own",
    ),
    _Complaint(
        ("did not find expected key", "expected <block end>"),
        "this does not belong to what stands above it",
        "line up the keys and the dashes of one block, and put text with quotes inside it in quotes",
    ),
    _Complaint(
        ("escape",), "a backslash in these double quotes begins no known escape", "use single quotes", at_start=True
    ),
    _Complaint(
        ("node content",), "a value cannot begin with this character", "put the value in quotes"
    ),
    _Complaint(
        ("alphabetic or numeric",), "a value cannot begin with * or &", "put the value in quotes", at_start=True
    ),
    _Complaint(
        ("<document start>",), "nothing may stand after the end of the document", "take the line out"
    ),
)  # fmt: skip


def explain(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> Problem:
    """Return the problem that a parser error about these lines stands for."""
    said = error.problem or ""
    if error.context and "hexdecimal" in said:
        said = "escape"
    row = next((row for row in _COMPLAINTS if any(words in said for words in row.words)), None)
    mark = error.problem_mark
    if row is not None and row.at_start and error.context_mark is not None:
        mark = error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    if line <= len(lines) and lines[line - 1][column - 1 : column] == "\t":
        return Problem(line, column, "", "a tab cannot stand here", "indent with spaces")
    if row is None:
        return Problem(line, column, "", f"this is not YAML: {printable(said)}")
    return Problem(line, column, "", row.text, row.hint)
