"""
A part of a document held against a pydantic model, every mistake told in the operator's words.

``check`` takes the model and the place of the part; it returns the model's instance or None, and adds to the document
one problem per mistake. Nothing of pydantic's own wording gets through: each type of error has its sentence here, and a
type without one is a bug.
"""

from collections.abc import Collection
from typing import Any, Final, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from aescan.settings.compose import Node, misread
from aescan.settings.document import Document, Location
from aescan.settings.problems import Expected, Mistake, Wants, nearest
from aescan.settings.scalars import Unclear
from aescan.text import printable


class Entry(BaseModel):
    """Base of every mapping that a file may hold: no unknown key, no value turned into another type."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, arbitrary_types_allowed=True)


M = TypeVar("M", bound=Entry)

ROUNDS: Final = 2
"""Of leaving out: what is wrong, then what is of no use without that."""

_EXPECTED: Final = {
    "bool_type": Expected("true or false"),
    "tuple_type": Expected("a list"),
    "dict_type": Expected("a mapping of keys to values"),
    "model_type": Expected("a mapping of keys to values"),
}
"""Types of error that pydantic finds by itself, as what was wanted."""


def check(
    model: type[M], document: Document, location: Location = (), *, context: object = None, salvage: bool = False
) -> M | None:
    """
    Return the part of ``document`` at ``location`` as an instance of ``model``, or None, having noted why not.

    With ``salvage``, what has a mistake is left out and the rest is returned, so that the checks that follow can find
    the other mistakes of the file. Entries of lists may be left out too, so that positions are not those of the file.
    """
    data = document.find(location)[0].data
    try:
        return model.model_validate(data, context=context)
    except ValidationError as error:
        details = error.errors(include_url=False)
    for detail in details:
        _note(detail, model, document, location)
    return _salvaged(model, data, details, context) if salvage and isinstance(data, dict) else None


def _salvaged(model: type[M], data: dict[str, Any], details: list[ErrorDetails], context: object) -> M | None:
    """Return what is left of a mapping without what is wrong in it; None where that cannot be used either."""
    wrong = {_unusable(detail) for detail in details}
    for _ in range(ROUNDS):
        data = _without(data, wrong)
        try:
            return model.model_validate(data, context=context)
        except ValidationError as error:  # what is left of an entry is none: it is left out whole
            wrong = {_entry(detail["loc"]) for detail in error.errors(include_url=False)}
    return None


def _unusable(detail: ErrorDetails) -> Location:
    """Return the place of what is left out for a mistake: an unknown key alone, the entry of a list, or a section."""
    location = detail["loc"]
    if detail["type"] == "extra_forbidden":
        return location
    if any(isinstance(part, int) for part in location):
        return _entry(location)
    return location[:-1] if detail["type"] == "missing" else location[:2]


def _entry(location: Location) -> Location:
    """Return the place of the entry of a list that ``location`` is in, or of the top-level key."""
    return location[: next((at + 1 for at, part in enumerate(location) if isinstance(part, int)), 1)]


def _without(data: Any, places: Collection[Location]) -> Any:  # noqa: ANN401 (whatever the file says)
    """Return a mapping or a list without what is at these places, or stands in the way to them."""
    inner: dict[str | int, set[Location]] = {}
    for place in filter(None, places):
        inner.setdefault(place[0], set()).add(place[1:])
    left = []
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        below = inner.get(key, set())
        if not below:
            left.append((key, value))
        elif () not in below and isinstance(value, dict | tuple):
            left.append((key, _without(value, below)))
    return dict(left) if isinstance(data, dict) else tuple(value for _, value in left)


def sentence(node: Node, expected: Expected) -> tuple[str, str]:
    """Return what to say of a value that is not what was expected, and the hint."""
    if node.data is None and not node.text:
        return f"the value is missing; write {expected.what}, or take the key out", ""
    misreadable = node.plain and not isinstance(node.data, str)
    if misreadable and expected.wants is Wants.TEXT:
        return misread(node), ""
    if isinstance(node.data, Unclear) and expected.wants is Wants.NUMBER and ":" not in node.shown:
        _, known, number = node.data.meaning.partition("the number ")
        if known:
            return f"{node.shown} means the number {number} in YAML; write {number}", ""
    if (
        isinstance(node.data, str)
        and not node.plain
        and expected.wants is Wants.NUMBER
        and node.data.isdecimal()
        and node.data.isascii()
    ):
        return f"{node.shown} is text; write {printable(node.data)} without quotes", ""
    if node.text is not None and expected is _EXPECTED["tuple_type"]:
        return f"{node.shown} is not a list", f"write [{node.shown}]"
    return f"{node.shown} is not {expected.what}", nearest(node.text or "", expected.known)


def _note(detail: ErrorDetails, model: type[Entry], document: Document, base: Location) -> None:
    """Add the problem that one of pydantic's errors stands for."""
    location = base + detail["loc"]
    match detail["type"]:
        case "missing":
            document.add(location[:-1], f"the key {location[-1]} is missing")
        case "extra_forbidden":
            known = _model_at(model, detail["loc"][:-1]).model_fields
            hint = nearest(str(location[-1]), known) or f"there are {', '.join(known)}"
            document.add(location, "there is no such key", hint, on_key=True)
        case "value_error":
            _note_value(detail["ctx"]["error"], document, location)
        case kind:
            _note_value(_EXPECTED[kind], document, location)


def _note_value(error: Exception, document: Document, location: Location) -> None:
    on_key = location[-1:] == ("[key]",)
    if on_key:
        location = location[:-1]
    if isinstance(error, Mistake):
        text, hint = error.text, error.hint
    elif isinstance(error, Expected):
        node, key, _ = document.find(location)
        text, hint = sentence(key if on_key else node, error)
    else:
        raise error
    document.add(location, text, hint, on_key=on_key)


def _model_at(annotation: Any, location: Location) -> type[Entry]:  # noqa: ANN401 (an annotation may be anything)
    """Return the model of the mapping at ``location`` below ``annotation``."""
    while not (isinstance(annotation, type) and issubclass(annotation, Entry)):
        if get_origin(annotation) is dict:
            location = location[1:]
        annotation = next(part for part in get_args(annotation) if _holds_model(part))
    if not location:
        return annotation
    if isinstance(location[0], int):
        return _model_at(annotation, location[1:])
    return _model_at(annotation.model_fields[location[0]].annotation, location[1:])


def _holds_model(annotation: object) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        return True
    return any(_holds_model(part) for part in get_args(annotation))
