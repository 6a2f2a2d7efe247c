"""
The kinds of value that the keys of settings, inventory and catalogues take, as pydantic field types.

Each takes what the file says and returns plain data within bounds, or raises Mistake or Expected with the sentence for
the operator. The form that a schema for editors tells stands beside it: as much of it as such a schema can say.
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import BeforeValidator, Field, PlainValidator

from aescan.settings import duration
from aescan.settings.problems import Expected, Mistake, Wants

HIGHEST_PORT: Final = 65535
"""RFC 9293 section 3.1: a port has 16 bits."""

PORT: Final = f"a port (1–{HIGHEST_PORT})"

_PORTS: Final = re.compile(r"([0-9]{1,5})-([0-9]{1,5})", re.ASCII)

LONGEST_LINE: Final = 256
"""Characters of a name, release or label value: a table cell, a metric label."""

LONGEST_PATH: Final = 4096
"""Characters of a path: Linux's PATH_MAX."""

LONGEST_TEXT: Final = 2000
"""Characters of a note or source in a catalogue."""

T = TypeVar("T")


def shaped(*patterns: re.Pattern[str] | str) -> Any:  # noqa: ANN401 (a type that is made at run time)
    """Return the type of text that one of the patterns matches in full, for schemas: in the syntax of ECMA 262."""
    texts = [re.sub(r"\?P<\w+>", "", each if isinstance(each, str) else each.pattern) for each in patterns]
    return Annotated[str, Field(pattern=f"^(?:{'|'.join(texts)})$")]


def of_length(most: int) -> Any:  # noqa: ANN401 (likewise)
    """Return the type of text of that many characters at most, and one at least, for schemas."""
    return Annotated[str, Field(min_length=1, max_length=most)]


def line(written: object, most: int = LONGEST_LINE) -> str:
    """Return ``written`` if it is non-empty text of one line that is fit to show."""
    if not isinstance(written, str):
        raise Expected("text", Wants.TEXT)
    if not written or written.isspace():
        raise Mistake("the text is empty")
    if len(written) > most:
        raise Mistake(f"the text has {len(written)} characters; {most} are the most")
    if not written.isprintable():
        odd = next(character for character in written if not character.isprintable())
        raise Mistake(f"the character U+{ord(odd):04X} cannot be shown", "take it out")
    return written


def path(written: object) -> str:
    """Return a path as written, one line of text."""
    return line(written, LONGEST_PATH)


def one_or_more(written: object) -> object:
    """Return one path as a list of it."""
    if isinstance(written, tuple):
        return written
    if isinstance(written, str):
        return (written,)
    raise Expected("a path, or a list of paths", Wants.TEXT)


def prose(written: object) -> str:
    """Return text of several lines as one line."""
    if isinstance(written, str):
        written = " ".join(written.split())
    return line(written, LONGEST_TEXT)


def port_range(written: object) -> range:
    """Return the ports of ``4722`` or ``1066-1081``."""
    if type(written) is int and 1 <= written <= HIGHEST_PORT:
        return range(written, written + 1)
    if isinstance(written, str) and (found := _PORTS.fullmatch(written)):
        first, last = int(found[1]), int(found[2])
        if last < first:
            raise Mistake(f"{written} runs backwards", f"write {last}-{first}")
        if first and last <= HIGHEST_PORT:
            return range(first, last + 1)
    raise Expected(PORT, Wants.NUMBER)


def whole(least: int, most: int) -> Any:  # noqa: ANN401 (pydantic takes it as an annotation's metadata)
    """Return the validator of a whole number within these bounds."""

    def validate(written: object) -> int:
        if type(written) is int and least <= written <= most:
            return written
        raise Expected(f"a whole number from {least} to {most}", Wants.NUMBER)

    return PlainValidator(validate, json_schema_input_type=Annotated[int, Field(ge=least, le=most)])


def share(written: object) -> float:
    """Return a number from 0 to 1."""
    if type(written) in {int, float} and 0 <= written <= 1:  # type: ignore[operator] # the exact type was just checked
        return float(written)  # type: ignore[arg-type] # likewise
    raise Expected("a share from 0 to 1, such as 0.1", Wants.NUMBER)


def switch(written: object) -> bool:
    """Return whether something is switched on."""
    if isinstance(written, bool):
        return written
    raise Expected("true or false", Wants.OTHER)


def lasting(least: timedelta, most: timedelta) -> Any:  # noqa: ANN401 (pydantic takes it as an annotation's metadata)
    """Return the validator of a length of time within these bounds."""
    form = shaped(duration.WRITTEN)
    return PlainValidator(lambda written: duration.parse(written, least, most), json_schema_input_type=form)


def one_of(words: Sequence[str]) -> Any:  # noqa: ANN401 (pydantic takes it as an annotation's metadata)
    """Return the validator of one of these words."""

    def validate(written: object) -> str:
        if isinstance(written, str) and written in words:
            return written
        raise Expected(f"one of {', '.join(words)}", known=words)

    return PlainValidator(validate, json_schema_input_type=Literal[*(str(word) for word in words)])


Interval = Annotated[timedelta, lasting(timedelta(seconds=10), timedelta(days=7))]
"""Ten seconds spare the servers; a week is the longest that still gives warning in a band of 15 days."""
Line = Annotated[str, PlainValidator(line, json_schema_input_type=of_length(LONGEST_LINE))]
PathText = Annotated[str, PlainValidator(path, json_schema_input_type=of_length(LONGEST_PATH))]
Paths = Annotated[
    tuple[PathText, ...], BeforeValidator(one_or_more, json_schema_input_type=PathText | tuple[PathText, ...])
]
Prose = Annotated[str, PlainValidator(prose)]
Port = Annotated[int, Field(ge=1, le=HIGHEST_PORT)]
Ports = Annotated[range, PlainValidator(port_range, json_schema_input_type=Port | shaped(_PORTS))]
Switch = Annotated[bool, PlainValidator(switch, json_schema_input_type=bool)]
Confidence = Annotated[str, one_of(("sourced", "derived", "unverified"))]
"""How sure a fact is: read at its source, following from one by reasoning, or from general knowledge only."""
