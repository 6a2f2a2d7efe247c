"""
Does a JSON value meet a JSON Schema? As much of draft 2020-12 as docs/report.schema.json uses.

A keyword that is not known here raises KeyError, so the schema cannot say what nothing checks.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_SILENT = {"$schema", "$defs", "title", "description", "type"}
_SIMPLE: Mapping[str, Callable[[Any, Any], bool]] = {
    "const": lambda value, wanted: value == wanted,
    "enum": lambda value, wanted: value in wanted,
    "required": lambda value, wanted: value.keys() >= set(wanted),
    "pattern": lambda value, wanted: re.search(wanted, value) is not None,
    "minimum": lambda value, wanted: value is None or value >= wanted,
    "maximum": lambda value, wanted: value <= wanted,
    "minItems": lambda value, wanted: len(value) >= wanted,
    "maxItems": lambda value, wanted: len(value) <= wanted,
}


def errors(value: Any, schema: Schema, root: Schema, place: str = "$") -> Iterator[str]:  # noqa: ANN401  any JSON
    """Yield each place where ``value`` breaks ``schema``, whose references point into ``root``."""
    kinds = schema.get("type", list(_TYPES))
    if not any(_is_a(value, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)):
        yield f"{place}: {value!r} is no {kinds}"
        return
    for keyword in schema.keys() - _SILENT:
        wanted = schema[keyword]
        match keyword:
            case "$ref":
                yield from errors(value, root["$defs"][wanted.removeprefix("#/$defs/")], root, place)
            case "oneOf":
                found = [list(errors(value, one, root, place)) for one in wanted]
                if found.count([]) != 1:
                    yield f"{place}: meets {found.count([])} of {len(found)}: {found}"
            case "items" | "properties" | "additionalProperties":
                for step, item, inner in _inside(value, schema, keyword):
                    yield from errors(item, inner, root, f"{place}{step}")
            case _ if not _SIMPLE[keyword](value, wanted):
                yield f"{place}: {value!r} breaks {keyword} {wanted!r}"


def _inside(value: Any, schema: Schema, keyword: str) -> Iterator[tuple[str, Any, Schema]]:  # noqa: ANN401  any JSON
    """Yield the step to each inner value that a keyword speaks of, the value, and its schema."""
    known = schema.get("properties", {})
    match keyword:
        case "items":
            yield from ((f"[{position}]", item, schema[keyword]) for position, item in enumerate(value))
        case "properties":
            yield from ((f".{key}", value[key], known[key]) for key in value.keys() & known.keys())
        case _:
            inner = schema[keyword] or {"enum": ()}
            yield from ((f".{key}", value[key], inner) for key in value.keys() - known.keys())


def _is_a(value: object, kind: str) -> bool:
    return isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))
