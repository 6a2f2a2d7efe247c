"""
The table of targets, worst first, at any width.

Observations come in, lines go out. A wide terminal has the findings in the last column; a narrower one below the row,
once for the rows of one machine that share them; a narrow one has the names of the certificate there too. Clean targets
beyond the first few are counted: a report of thousands must not bury what is wrong.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from rich.cells import cell_len
from rich.text import Text

from aescan.observation import Observation
from aescan.report.model import Standing, standing
from aescan.report.terminal.page import COLOURS, FAINT, HEADING, LONGEST_LINE, Page, Piece, fitted, line, shares
from aescan.report.terminal.rows import Row, row
from aescan.text import printable

CLEAN_LISTED: Final = 40
"""Clean targets with a row of their own, about a screenful: those that end soonest."""
LONGEST_CELL: Final = 40
"""Cells a column may wish for: longer names are not read but skimmed."""
WITH_NAMES: Final = 110
"""Columns from which subject and issuer have room in the row: some 18 cells each."""
WITH_FINDINGS: Final = 180
"""Columns from which the findings have room in the row: some 40 cells."""

_GAP: Final = "  "
_INDENT: Final = " " * len("critical" + _GAP)
_UNDER: Final = "└ "
_BETWEEN: Final = " · "
_RIGHT: Final = frozenset({"port", "days left"})
_ELASTIC: Final = frozenset({"host", "service", "subject", "issuer", "findings"})

Columns = Mapping[str, int]
"""Heading to width in cells, in order."""


def table(ordered: Sequence[Observation], moment: datetime, page: Page) -> Iterator[Text]:
    """Return the lines of the table for the observations in this order."""
    clean = sum(standing(one) is Standing.CLEAN for one in ordered)
    hidden = max(0, clean - CLEAN_LISTED)
    rows = [row(one, moment) for one in ordered[: len(ordered) - hidden]]
    columns = _columns(rows, page.width)
    yield line((_GAP.join(_fitted(heading, heading, columns) for heading in columns), HEADING))
    if "findings" in columns:
        for one in rows:
            cells = _cells(one, columns)
            yield from page.fold(line(*_words(one)), cells.cell_len, cells)
    else:
        for _, neighbours in groupby(rows, key=lambda one: one.shared):
            yield from _run(list(neighbours), columns, page)
    if hidden:
        yield from page.fold(line((f"and {hidden} more clean targets that end later; csv and json list each", FAINT)))


def _columns(rows: Sequence[Row], width: int) -> Columns:
    """Return the columns that a terminal of ``width`` has room for."""
    names = ("subject", "issuer") if width >= WITH_NAMES else ()
    headings = ("severity", "host", "service", "port", *names, "not after", "days left")
    wishes = {
        heading: min(LONGEST_CELL, max(cell_len(text) for text in (heading, *(_cell(one, heading) for one in rows))))
        for heading in headings
    }
    if width >= WITH_FINDINGS:
        wishes["findings"] = LONGEST_LINE
    elastic = [heading for heading in wishes if heading in _ELASTIC]
    fixed = sum(wish for heading, wish in wishes.items() if heading not in _ELASTIC)
    room = width - fixed - len(_GAP) * (len(wishes) - 1)
    return wishes | dict(zip(elastic, shares([wishes[heading] for heading in elastic], room), strict=True))


def _cell(one: Row, heading: str) -> str:
    return printable(one.cells[heading])


def _fitted(text: str, heading: str, columns: Columns) -> str:
    return fitted(text, columns[heading], right=heading in _RIGHT)


def _cells(one: Row, columns: Columns) -> Text:
    colour = COLOURS[one.standing]
    styles = {"severity": colour, "service": FAINT, "not after": colour, "days left": colour}
    pieces: list[Piece] = []
    for heading in columns:
        if heading in one.cells:
            pieces += [(_fitted(_cell(one, heading), heading, columns), styles.get(heading, "")), _GAP]
    return line(*pieces)


def _words(one: Row) -> list[Piece]:
    pieces: list[Piece] = []
    for stands, text in one.words:
        pieces += [_BETWEEN, (text, COLOURS[stands])]
    return pieces[1:]


def _run(rows: Sequence[Row], columns: Columns, page: Page) -> Iterator[Text]:
    """Return rows of one machine that share their explanation, and that explanation once below them."""
    for one in rows:
        yield _cells(one, columns)
    whom = {1: "", 2: "both: "}.get(len(rows), f"all {len(rows)}: ")
    names = "" if "subject" in columns else rows[0].names
    lead = line(_INDENT, (_UNDER + whom, FAINT))
    indent = lead.cell_len
    for text in line(names), line(*_words(rows[0])):
        if text:
            yield from page.fold(text, indent, lead)
            lead = Text()
