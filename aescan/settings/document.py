"""
A YAML file read for its data and for the place of every value.

Bytes come in; a ``Document`` goes out, whose ``data`` is plain and whose ``add`` turns the path of a mistake into a
place of the file. It gathers every mistake, its own (see ``compose``) and those of whoever checks the data, and tells
them all at once. Only a file without any usable mapping raises at once.
"""

import io
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aescan.errors import ConfigError
from aescan.settings.compose import Node, compose
from aescan.settings.problems import Problem, render
from aescan.settings.scalars import ALIAS
from aescan.text import printable

MOST_BYTES: Final = 64 * 1024 * 1024
"""Bytes of one file: some 500,000 hosts, past which YAML is the wrong format."""

LONGEST_KEY: Final = 60
"""Characters of a key that a path shows."""

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""What YAML 1.1 section 4.1.1 does not let into a file, and the byte order mark past the beginning."""

BREAK: Final = re.compile("\r\n|\r|\n")
"""What ends a line, as editors see it."""

Location = tuple[str | int, ...]
"""Keys and list positions from the root to a value: ``("hosts", 1, "ports", 0)``."""


@dataclass(slots=True)
class Document:
    """One file: its name as given, its lines, its root mapping, and the problems found so far."""

    name: str
    lines: Sequence[str]
    root: Node
    problems: list[Problem]

    @property
    def data(self) -> dict[str, Any]:
        """The whole file as plain data."""
        data: dict[str, Any] = self.root.data
        return data

    def find(self, location: Location) -> tuple[Node, Node, Location]:
        """Return the deepest value on the way to ``location``, its key (or itself), and how far the way went."""
        node = key = self.root
        for steps, part in enumerate(location):
            if isinstance(node.parts, list) and isinstance(part, int) and part < len(node.parts):
                node = key = node.parts[part]
            elif isinstance(node.parts, dict) and isinstance(part, str) and part in node.parts:
                key, node = node.parts[part]
            else:
                return node, key, location[:steps]
        return node, key, location

    def add(self, location: Location, text: str, hint: str = "", *, on_key: bool = False) -> None:
        """Note a problem with the value at ``location``, or its key; an alias that leads nowhere has one already."""
        node, key, reached = self.find(location)
        place = key if on_key else node
        if place.data is ALIAS:
            return
        self.problems.append(Problem(place.line, place.column, path_text(reached), text, hint))

    def place(self, location: Location) -> str:
        """Return ``file:line:column`` of the value at ``location``."""
        node, _, _ = self.find(location)
        return f"{self.name}:{node.line}:{node.column}"

    def texts(self) -> list[str]:
        """Return the problems found so far as texts for the operator, in file order."""
        return render(self.name, self.lines, self.problems)

    def finish(self) -> None:
        """Raise ConfigError with every problem found, if there is one."""
        if self.problems:
            raise ConfigError(self.texts())


def path_text(location: Location) -> str:
    """Return a location as people write it: ``hosts[1].ports[0]``."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{printable(part, LONGEST_KEY)}" for part in location)
    return "".join(parts).removeprefix(".")


def read(path: Path, keys: str) -> Document:
    """Read the YAML file at ``path``; ``keys`` says which keys it is made of, for the message when it has none."""
    return parse(printable(str(path)), content_of(path), keys)


def content_of(path: Path) -> bytes:
    """Return what is in the file at ``path``, one byte too much at most; raise ConfigError where it cannot be read."""
    name = printable(str(path))
    try:
        with io.BufferedReader(io.FileIO(path, opener=_open)) as file:
            os.set_blocking(file.fileno(), True)
            return file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise ConfigError([f"{name}: there is no such file"]) from None
    except OSError as error:
        raise ConfigError([f"{name}: the file cannot be read: {(error.strerror or str(error)).lower()}"]) from None
    except ValueError:
        raise ConfigError([f"{name}: this is no file name"]) from None


def _open(name: str, flags: int) -> int:
    """Open a file without waiting for somebody at the other end of a pipe: there may never be one."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def text_of(name: str, content: bytes) -> str:
    """Return the text of a file of this name; raise ConfigError where it is too large or no UTF-8."""
    if len(content) > MOST_BYTES:
        raise ConfigError([f"{name}: the file is larger than {MOST_BYTES // 1024**2} MiB; split it"])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(_not_utf8(name, content, error.start)) from None


def lines_of(text: str) -> list[str]:
    """Return the lines of a text as editors count them."""
    return BREAK.split(text)


def parse(name: str, content: bytes, keys: str) -> Document:
    """Return the document in ``content``; raise ConfigError where it holds no mapping to work with."""
    document = parse_any(name, content, keys)
    root = document.root
    if not isinstance(root.data, dict):
        text = f"{root.shown} cannot be the whole file"
        problems = [*document.problems, Problem(root.line, root.column, "", text, f"it needs {keys}")]
        raise ConfigError(render(name, document.lines, problems))
    return document


def parse_any(name: str, content: bytes, keys: str) -> Document:
    """Return the document in ``content``, whatever its root is; raise ConfigError where there is none."""
    text = text_of(name, content)
    lines = text.splitlines()
    if found := _FORBIDDEN.search(text):
        why = f"the character U+{ord(found[0]):04X} cannot stand in a YAML file"
        problem = Problem(*_position(text, found.start()), "", why, "take it out")
        raise ConfigError(render(name, lines_of(text), [problem]))
    root, problems = compose(text)
    if (root is None and not problems) or (root is not None and root.text == ""):
        problems = [Problem(1, 1, "", "the file is empty", f"it needs {keys}")]
        root = None
    if root is None:
        raise ConfigError(render(name, lines, problems))
    return Document(name, lines, root, problems)


def _position(text: str, index: int) -> tuple[int, int]:
    before = BREAK.split(text[:index])
    return len(before), len(before[-1]) + 1


def _not_utf8(name: str, content: bytes, start: int) -> list[str]:
    """Return the problem of a file in another encoding, at the first byte that shows it."""
    before = content[:start].decode("utf-8-sig")
    problem = Problem(
        *_position(before, len(before)), "", f"the byte 0x{content[start]:02x} is not UTF-8", "save the file as UTF-8"
    )
    return render(name, lines_of(content.decode("utf-8-sig", "replace")), [problem])
