"""
JSON text to plain data, and, where something is wrong with that, to the nodes that say where.

Text comes in, data with tuples for lists goes out; what breaks the syntax, keys written twice, numbers that are none
and too deep a nesting raise ``JsonError`` with their place. Duplicates and depth are bounded as in a YAML file.
"""

import json
import re
from collections.abc import Callable
from typing import Any, Final

from aescan.settings.compose import DEEPEST, Node
from aescan.text import printable

Place = Callable[[int], tuple[int, int]]
"""Returns line and column, counted from 1, of an offset in the text."""

_SPACE: Final = re.compile(r"[ \t\n\r]*")

_SAID: Final = {
    "Expecting value": ("a value is missing here, or begins with no character that JSON knows", "put text in quotes"),
    "Expecting property name enclosed in double quotes": ("a key in double quotes is missing here", ""),
    "Illegal trailing comma before end of object": ("nothing follows this comma", "take it out"),
    "Illegal trailing comma before end of array": ("nothing follows this comma", "take it out"),
    "Expecting ':' delimiter": ("a colon is missing here", ""),
    "Expecting ',' delimiter": ("a comma is missing here, or the end", ""),
    "Unterminated string starting at": ("these quotes are never closed", ""),
    "Invalid control character at": ("a control character cannot stand in text", r"write \n, \t or \u0000"),
    "Invalid \\": ("a backslash here begins no known escape", r"write \\ for a backslash"),
}
"""What the decoder's complaints begin with, and what to say instead."""


class JsonError(ValueError):
    """What is wrong with a JSON text, and at which offset of it."""

    def __init__(self, offset: int, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.offset = offset
        self.text = text
        self.hint = hint


class _Odd(ValueError):  # noqa: N818 (never leaves this file)
    pass


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Odd(f"the key {printable(twice, 60)} is written twice")
    return found


def _constant(written: str) -> Any:  # noqa: ANN401 (the decoder's own type)
    raise _Odd(f"{written} is no number in JSON")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant)


def skip_space(text: str, offset: int) -> int:
    """Return the offset of the next character that is no space."""
    found = _SPACE.match(text, offset)
    return found.end() if found else offset


def decode(text: str, offset: int = 0) -> tuple[Any, int]:
    """Return the data of the value that begins at ``offset``, and the offset behind it; raise JsonError."""
    try:
        data, end = _DECODER.raw_decode(text, offset)
        return _plain(data, DEEPEST), end
    except json.JSONDecodeError as error:
        raise JsonError(
            error.pos, *next(said for begin, said in _SAID.items() if error.msg.startswith(begin))
        ) from None
    except _Odd as error:
        raise JsonError(offset, str(error), "") from None
    except RecursionError:
        raise JsonError(offset, f"this is nested deeper than {DEEPEST} levels") from None
    except ValueError:  # Python reads no number of more than some thousand digits
        raise JsonError(offset, "there is a number with too many digits in this") from None


def _plain(data: Any, deepest: int) -> Any:  # noqa: ANN401 (whatever the text says)
    kind = type(data)
    if kind is not list and kind is not dict:
        return data
    if not deepest:
        raise RecursionError
    if kind is list:
        return tuple([_plain(each, deepest - 1) for each in data])
    for name, each in data.items():
        if type(each) is list or type(each) is dict:  # most are neither
            data[name] = _plain(each, deepest - 1)
    return data


def compose(text: str, offset: int, place: Place) -> Node:
    """Return the node of the value that begins at ``offset``, which ``decode`` was able to read."""
    return _node(text, offset, place)[0]


def _node(text: str, offset: int, place: Place) -> tuple[Node, int]:
    line, column = place(offset)
    match text[offset]:
        case '"':
            data, end = _DECODER.raw_decode(text, offset)
            return Node(line, column, data, data), end
        case "[":
            return _list(text, offset, place)
        case "{":
            return _mapping(text, offset, place)
    data, end = _DECODER.raw_decode(text, offset)
    return Node(line, column, data, text[offset:end], plain=True, json=True), end


def _list(text: str, offset: int, place: Place) -> tuple[Node, int]:
    parts: list[Node] = []
    end = skip_space(text, offset + 1)
    while text[end] != "]":
        node, end = _node(text, end, place)
        parts.append(node)
        end = _next(text, end)
    return Node(*place(offset), tuple(part.data for part in parts), parts=parts), end + 1


def _mapping(text: str, offset: int, place: Place) -> tuple[Node, int]:
    parts: dict[str, tuple[Node, Node]] = {}
    end = skip_space(text, offset + 1)
    while text[end] != "}":
        key, end = _node(text, end, place)
        end = skip_space(text, skip_space(text, end) + 1)
        value, end = _node(text, end, place)
        parts[key.data] = key, value
        end = _next(text, end)
    return Node(*place(offset), {name: value.data for name, (_, value) in parts.items()}, parts=parts), end + 1


def _next(text: str, offset: int) -> int:
    """Return where the next part of a list or mapping begins, or its end."""
    end = skip_space(text, offset)
    return skip_space(text, end + 1) if text[end] == "," else end
