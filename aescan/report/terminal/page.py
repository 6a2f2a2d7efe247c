"""
Lines of styled text, and the strings they come to on one terminal.

Text comes in piece by piece, sanitised here and nowhere else: whatever a certificate holds, a piece is printable
characters only, and never read as markup. Strings with a newline at the end go out, with escape codes only in colour.
"""

from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from aescan.report.model import Standing
from aescan.text import printable

LONGEST: Final = 4096
"""Characters of a piece: longer than any sentence or remedy of ours, a bound to those of strangers."""
LONGEST_LINE: Final = 100
"""Cells of running text to a line: the eye loses longer ones, however wide the terminal."""
NARROWEST: Final = 60
"""Columns below which nothing is squeezed further: the terminal folds the lines."""

COLOURS: Final = {
    Standing.CRITICAL: "bold red",
    Standing.FAILED: "bold magenta",
    Standing.WARNING: "yellow",
    Standing.NOTICE: "cyan",
    Standing.CLEAN: "green",
}
"""The sixteen colours of every terminal, so that its owner's theme keeps them readable."""
HEADING: Final = "bold"
FAINT: Final = "dim"
ALARM: Final = "bold reverse"

Piece = str | tuple[str, str]
"""Text, or text and its style."""


def line(*pieces: Piece) -> Text:
    """Return one line of ``pieces``, each made printable."""
    made = Text()
    for piece in pieces:
        text, style = (piece, "") if isinstance(piece, str) else piece
        made.append(printable(text, LONGEST), style)
    return made


def fitted(text: str, width: int, *, right: bool = False) -> str:
    """Return ``text`` in exactly ``width`` cells: padded, or cut with an ellipsis; a wide character takes two."""
    text = printable(text, LONGEST)
    missing = width - cell_len(text)
    if missing < 0:
        return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width)
    return " " * missing + text if right else text + " " * missing


def shares(wishes: Sequence[int], room: int) -> list[int]:
    """Share ``room`` cells: none gets more than its wish, and those that wish for too much get equal parts."""
    given = [0] * len(wishes)
    for served, position in enumerate(sorted(range(len(wishes)), key=wishes.__getitem__)):
        given[position] = min(wishes[position], room // (len(wishes) - served))
        room -= given[position]
    return given


class Page:
    """One terminal: its width, and how lines are folded and painted for it; the terminal itself is never touched."""

    def __init__(self, width: int, *, colour: bool) -> None:
        self.width = max(width, NARROWEST)
        self._paper = StringIO()
        self._console = Console(
            file=self._paper,
            width=self.width,
            height=1,
            color_system="standard" if colour else None,
            force_terminal=colour,
            no_color=False,
            legacy_windows=False,
            markup=False,
            emoji=False,
            highlight=False,
            _environ={},
        )

    def fold(self, text: Text, indent: int = 0, lead: Text | None = None) -> Iterator[Text]:
        """Fold ``text`` at words, each line behind ``indent`` cells, which hold ``lead`` on the first."""
        before = lead.copy() if lead else Text()
        before.pad_right(max(0, indent - before.cell_len))
        for folded in text.wrap(self._console, min(self.width - indent, LONGEST_LINE), overflow="fold"):
            yield before + folded
            before = Text(" " * indent)

    def paint(self, lines: Iterable[Text]) -> Iterator[str]:
        """Return each line as the string to write, newline included."""
        for one in lines:
            one.rstrip()
            self._console.print(one, soft_wrap=True)
            yield self._paper.getvalue()
            self._paper.seek(0)
            self._paper.truncate()
