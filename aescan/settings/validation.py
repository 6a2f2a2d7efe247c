"""
A part of a document held against a pydantic model, every mistake told in the operator's words.

``check`` takes the model and the place of the part; it returns the model's instance or None, and adds to the document
one problem per mistake. Nothing of pydantic's own wording gets through: each type of error has its sentence here, and a
type without one is a bug.
"""

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

    With ``salvage``, keys with a mistake are left out and the rest is returned, so that the checks that follow can find
    the other mistakes of the file.
    """
    data = document.find(location)[0].data
    try:
        return model.model_validate(data, context=context)
    except ValidationError as error:
        details = error.errors(include_url=False)
    for detail in details:
        _note(detail, model, document, location)
    if not salvage or not isinstance(data, dict):
        return None
    wrong = {part for detail in details for part in detail["loc"][:1]}
    try:
        return model.model_validate({key: value for key, value in data.items() if key not in wrong}, context=context)
    except ValidationError:
        return None


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
