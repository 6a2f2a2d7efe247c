"""
What a plain YAML scalar means, and what the operator may have meant by it.

PyYAML resolves by YAML 1.1: an unquoted ``NO`` is false, ``22:30`` is 1350, ``1.10`` is 1.1, ``010`` is eight. Only
the spellings that nobody can misread become data here; every other one becomes an ``Unclear``, which no key accepts and
whose message says what YAML makes of it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

TAG: Final = "tag:yaml.org,2002:"

_DECIMAL: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,99})", re.ASCII)
"""Whole numbers written as everybody writes them."""

_FRACTION: Final = re.compile(r"-?[0-9]{1,15}\.[0-9]{1,15}", re.ASCII)

_TRUE: Final = frozenset(("yes", "true", "on"))

_BASES: Final = {"0b": 2, "0x": 16}

LONGEST_NUMBER: Final = 100
"""Digits of a number that are still worked out for a message."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """A plain scalar that YAML does not take for text and that is not the usual way to write its value."""

    meaning: str


MERGE: Final = Unclear("a merge")

ALIAS: Final = Unclear("an alias")
"""Stands for the value of an alias that leads nowhere, which has been told of already."""


def value_of(tag: str, text: str) -> object:
    """Return the data of the plain scalar ``text``, which YAML resolves to ``tag``: text for anything unknown."""
    read = _READ.get(tag)
    return read(text) if read else text


def meaning(data: object) -> str:
    """Return what YAML makes of a scalar, in words; an empty string for text."""
    match data:
        case None:
            return "nothing"
        case bool():
            return "true" if data else "false"
        case int() | float():
            return f"the number {data}"
        case Unclear():
            return data.meaning
        case _:
            return ""


def _integer(text: str) -> int | Unclear:
    if _DECIMAL.fullmatch(text):
        return int(text)
    return Unclear("a number" if len(text) > LONGEST_NUMBER else f"the number {_whole(text)}")


def _fraction(text: str) -> float | Unclear:
    return float(text) if _FRACTION.fullmatch(text) else Unclear("a number")


def _whole(text: str) -> str:
    """Return the value of a YAML 1.1 integer (octal, hexadecimal, binary, base 60, with signs and underscores)."""
    digits = text.replace("_", "").lower()
    sign = -1 if digits[0] == "-" else 1
    digits = digits.lstrip("+-")
    if ":" in digits:
        value = 0
        for part in digits.split(":"):
            value = value * 60 + int(part)
    else:
        base = _BASES.get(digits[:2], 8 if digits[0] == "0" and len(digits) > 1 else 10)
        value = int(digits, base) if digits not in _BASES else 0
    return str(sign * value)


_READ: Final[dict[str, Callable[[str], object]]] = {
    TAG + "null": lambda _: None,
    TAG + "bool": lambda text: text.lower() in _TRUE,
    TAG + "int": _integer,
    TAG + "float": _fraction,
    TAG + "timestamp": lambda _: Unclear("a date"),
    TAG + "merge": lambda _: MERGE,
}
