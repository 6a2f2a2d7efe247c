"""
Mistakes in what the operator wrote, and how they are shown.

A mistake comes in with its place; the text for the operator goes out: ``file:line:column: path: what is wrong``, the
source line, a caret under the place, and a hint where there is one. What may be secret in an address is veiled. Nothing
here reads a file or decides what is wrong.
"""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from aescan.text import printable, veiled

INDENT: Final = "    "
"""Before the source line, the caret and the hint, so that several problems can be told apart at a glance."""

WIDEST: Final = 100
"""Characters of a source line that are shown: a terminal's width; a longer line is cut around the caret."""

BEFORE: Final = 60
"""Characters kept before the caret in a line that is cut."""

MOST_SHOWN: Final = 50
"""Problems shown per file: more than anybody mends before trying again."""

ALIKE: Final = 0.6
"""How alike two words must be for a did-you-mean: difflib's own default."""


class Wants(Enum):
    """What kind of scalar a key wants, which decides how a mistake is mended."""

    TEXT = auto()
    NUMBER = auto()
    OTHER = auto()


class Mistake(ValueError):  # noqa: N818 (raised to pydantic only, which turns it into a problem)
    """A value that cannot be used: what is wrong with it as a whole sentence, and how to mend it."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.hint = hint


class Expected(ValueError):  # noqa: N818 (likewise)
    """A value that is not ``what``; shown with what the file says. ``known`` are the words to suggest from."""

    def __init__(self, what: str, wants: Wants = Wants.OTHER, known: Iterable[str] = ()) -> None:
        super().__init__(what)
        self.what = what
        self.wants = wants
        self.known = tuple(known)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A mistake at a place of one file, line and column counted from 1; sorts in file order."""

    line: int
    column: int
    path: str
    text: str
    hint: str = ""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean …?`` for the one of ``known`` most like ``word``, or an empty string."""
    found = difflib.get_close_matches(word.lower(), known, n=1, cutoff=ALIKE)
    return f"did you mean {found[0]}?" if found else ""


def render(name: str, lines: Sequence[str], problems: Iterable[Problem]) -> list[str]:
    """Return one text per problem of the file ``name`` with these lines, in file order, at most ``MOST_SHOWN``."""
    ordered = sorted(set(problems))
    texts = [_render(name, lines, problem) for problem in ordered[:MOST_SHOWN]]
    if len(ordered) > MOST_SHOWN:
        texts.append(f"{name}: and {len(ordered) - MOST_SHOWN} more problems")
    return texts


def in_one_line(problem: str) -> dict[str, str]:
    """Return a problem as a log has it: what is wrong and where, and the hint, without the source line."""
    first, *rest = problem.splitlines()
    hint = {"hint": rest[-1].strip()} if len(rest) in {1, 3} else {}  # alone, or below the source line and the caret
    return {"problem": first, **hint}


def _render(name: str, lines: Sequence[str], problem: Problem) -> str:
    path = f"{problem.path}: " if problem.path else ""
    shown = [f"{name}:{problem.line}:{problem.column}: {path}{veiled(problem.text)}"]
    if problem.line <= len(lines) and lines[problem.line - 1].strip():
        shown += _source(veiled(lines[problem.line - 1].replace("\t", " ")), problem.column - 1)
    if problem.hint:
        shown.append(INDENT + problem.hint)
    return "\n".join(shown)


def _source(line: str, position: int) -> tuple[str, str]:
    """Return the source line, cut to a terminal's width, and the line with the caret."""
    start = max(0, position - BEFORE) if len(line) > WIDEST else 0
    mark = "…" if start else ""
    before = mark + printable(line[start:position])
    after = printable(line[position : start + WIDEST])
    rest = "…" if len(line) > start + WIDEST else ""
    return INDENT + before + after + rest, INDENT + " " * len(before) + "^"
