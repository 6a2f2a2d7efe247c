"""
An inventory in CSV to targets.

Bytes come in; a ``Listing`` goes out. The first row names the columns: the keys of a host in a YAML inventory, those
below ``labels`` and ``thresholds`` with a dot (``labels.site``), and ``port`` for ``ports``. Values of a list stand
between spaces, commas or semicolons; an empty cell says nothing. Comma, semicolon or tab part the cells, whichever the
first row has most of. A row with a mistake stops nothing; a mistake in the first row ends the reading.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any, Final

from aescan.inventory.entries import HostEntry
from aescan.inventory.expand import Level
from aescan.inventory.hosts import endpoint
from aescan.inventory.listing import Listed, Listing
from aescan.inventory.rows import SINGLE, Rows
from aescan.inventory.services import Services
from aescan.settings.compose import Node
from aescan.settings.document import lines_of, text_of
from aescan.settings.problems import Mistake, nearest
from aescan.settings.thresholds import ThresholdsEntry
from aescan.text import printable

DELIMITERS: Final = ",;\t"

LONGEST_SHOWN: Final = 60
"""Characters of a column's name that a message repeats."""

LONGEST_PORT: Final = 9
"""Digits of what can be taken for a number; what is longer is no port."""

QUOTE: Final = "put cells that hold commas in quotes"

_QUOTED: Final = re.compile('"(?:[^"]|"")*"')

_APART: Final = re.compile(r"[\s,;]+")


@lru_cache(maxsize=1000)
def _words(cell: str) -> tuple[str, ...]:
    return tuple(word for word in _APART.split(cell) if word)


@lru_cache(maxsize=1000)
def _ports(cell: str) -> tuple[int | str, ...]:
    return tuple(map(_number, _words(cell)))


def _number(word: str) -> int | str:
    return int(word) if word.isascii() and word.isdecimal() and len(word) <= LONGEST_PORT else word


def _switch(cell: str) -> bool | str:
    return {"true": True, "false": False}.get(cell.lower(), cell)


_READ: Final[dict[str, Callable[[str], object]]] = {
    "services": _words,
    "views": _words,
    "ports": _ports,
    **dict.fromkeys(("protocols", "full_handshake", "sntp", "http_date", "twins", "sni", "discover"), _switch),
}
"""What a cell stands for, where that is not its text."""

_KEYS: Final = (
    *(name for name in HostEntry.model_fields if name not in {"labels", "thresholds"}),
    *(f"thresholds.{name}" for name in ThresholdsEntry.model_fields),
)

Path = tuple[str, ...]
"""A key of a host, or the key of a mapping and one below it."""


class _Header:
    """The first row: what each column stands for."""

    def __init__(self, cells: Sequence[str], document: Listed, places: Sequence[tuple[int, int]]) -> None:
        self.paths: list[Path] = []
        for cell, place in zip(cells, places, strict=True):
            try:
                self.paths.append(_path(cell.strip(), self.paths))
            except Mistake as mistake:
                document.add(place, mistake.text, mistake.hint)
        if not document.problems and ("host",) not in self.paths:
            document.add((1, 1), "there is no column host", "the first row names the columns")
        self.single = [path[0] in SINGLE for path in self.paths]

    def data(self, cells: Sequence[str]) -> dict[str, Any]:
        """Return the host that a row stands for; raise Mistake where the cell of its host is odd."""
        found: dict[str, Any] = {}
        for path, cell in zip(self.paths, cells, strict=True):
            if not cell:
                continue
            if len(path) > 1:
                found.setdefault(path[0], {})[path[1]] = cell
            else:
                found[path[0]] = _READ[path[0]](cell) if path[0] in _READ else cell
        if "host" in found:
            found["host"], port = endpoint(found["host"])
            if port is not None:
                if "ports" in found:
                    raise Mistake(f"the host holds the port {port}, and there are others beside it", "keep one of them")
                found |= {"ports": (port,), "services": found.get("services", ())}
        return found


def _path(name: str, before: Sequence[Path]) -> Path:
    first, dot, rest = name.partition(".")
    path: Path = ("labels", rest) if first == "labels" and dot else tuple(name.lower().split("."))
    if path == ("port",):
        path = ("ports",)
    if not name:
        raise Mistake("this column has no name", "name it, or take it out")
    if path in before:
        raise Mistake(f"there are two columns {printable('.'.join(path), LONGEST_SHOWN)}", "take one of them out")
    if path[0] != "labels" and ".".join(path) not in _KEYS:
        hint = nearest(name, (*_KEYS, "port")) or f"a label of yours is labels.NAME; there are {', '.join(_KEYS)}"
        raise Mistake(f"there is no column {printable(name, LONGEST_SHOWN)}", hint)
    if path == ("labels",):
        raise Mistake("a column of labels says of which", "write labels.site, for the label site")
    return path


def read_csv(name: str, content: bytes, level: Level, services: Services) -> Listing:
    """Return the listing of a file of this name, its hosts laid over ``level``; raise ConfigError without any text."""
    text = text_of(name, content)
    document = Listed(name, lines_of(text))
    rows = Rows(document, level, services)
    delimiter = max(DELIMITERS, key=document.lines[0].count)
    header: _Header | None = None
    for first, last, cells in _cells(text, delimiter, document):
        places = partial(cell_places, document.lines[first - 1 : last], first, delimiter)
        if header is None:
            header = _Header(cells, document, places())
            if document.problems:
                return rows.listing
        elif len(cells) != len(header.paths):
            counted = f"{len(cells)} cell{'s' if len(cells) > 1 else ''}"
            document.add((first, 1), f"this row has {counted}, the first row {len(header.paths)}", QUOTE)
        else:
            _add(rows, header, [cell.strip() for cell in cells], (first, 1), places)
    return rows.listing.finish()


def _cells(text: str, delimiter: str, document: Listed) -> Iterator[tuple[int, int, list[str]]]:
    """Yield each row that is not empty with its first and last line; note what is no CSV, and end there."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 0
    try:
        for cells in reader:
            first, line = line + 1, reader.line_num
            if any(cells):
                yield first, line, cells
    except csv.Error as error:
        document.add((line + 1, 1), f"this is not CSV: {error}", "double the quotes inside of quotes")


def _add(
    rows: Rows, header: _Header, cells: list[str], place: tuple[int, int], places: Callable[[], list[tuple[int, int]]]
) -> None:
    try:
        data = header.data(cells)
    except Mistake as mistake:
        at = places()[header.paths.index(("host",))]
        rows.listing.document.add(at, mistake.text, mistake.hint)
        return
    port = data.get("ports")
    key = (port, *(cell for cell, single in zip(cells, header.single, strict=True) if not single))
    rows.add(data, key, place, lambda: _node(header, data, cells, places()))


def _node(header: _Header, data: dict[str, Any], cells: Sequence[str], places: Sequence[tuple[int, int]]) -> Node:
    """Return a row as a mapping in which each value stands at its cell."""
    below: dict[str, dict[str, tuple[Node, Node]]] = {}
    parts: dict[str, tuple[Node, Node]] = {}
    for path, cell, place in zip(header.paths, cells, places, strict=True):
        if not cell:
            continue
        first, last = path[0], path[-1]
        if len(path) == 1:
            node = Node(*place, data[first], cell, plain=True)
            parts[first] = node, node
            continue
        if first not in parts:
            below[first] = {}
            mapping = Node(*place, data[first], parts=below[first])
            parts[first] = mapping, mapping
        node = Node(*place, data[first][last], cell, plain=True)
        below[first][last] = node, node
    return Node(*places[0], data, parts=parts)


def cell_places(lines: Sequence[str], first: int, delimiter: str) -> list[tuple[int, int]]:
    """Return line and column of each cell of the row that stands in these lines, of which ``first`` is the first."""
    text = "\n".join(lines)
    places: list[tuple[int, int]] = []
    offset = 0
    while True:
        before = text[:offset]
        places.append((first + before.count("\n"), offset - before.rfind("\n")))
        quoted = _QUOTED.match(text, offset)
        offset = text.find(delimiter, quoted.end() if quoted else offset)
        if offset < 0:
            return places
        offset += 1
