"""
An inventory in JSON lines to targets.

Bytes come in; a ``Listing`` goes out. Each line is a host as a YAML inventory has it: a mapping with the same keys, or
a text such as ``"aes1:4722"``. Empty lines are passed over. A line with a mistake stops nothing.
"""

from functools import partial
from typing import Any, Final

from aescan.inventory.expand import Level
from aescan.inventory.json import JsonError, compose, decode, skip_space
from aescan.inventory.listing import Listed, Listing
from aescan.inventory.rows import SINGLE, Rows
from aescan.inventory.services import Services
from aescan.settings.compose import Node
from aescan.settings.document import lines_of, text_of
from aescan.settings.problems import MOST_SHOWN

MOST_BROKEN: Final = MOST_SHOWN + 1
"""Lines that are no JSON, after which the file is no JSON lines."""


def read_jsonl(name: str, content: bytes, level: Level, services: Services) -> Listing:
    """Return the listing of a file of this name, its hosts laid over ``level``; raise ConfigError without any text."""
    document = Listed(name, lines_of(text_of(name, content)))
    rows = Rows(document, level, services)
    broken = 0
    for number, text in enumerate(document.lines, 1):
        offset = skip_space(text, 0)
        if offset == len(text):
            continue
        try:
            data = _value(text, offset)
        except JsonError as error:
            document.add((number, error.offset + 1), error.text, error.hint)
            broken += 1
            if broken == MOST_BROKEN:
                break
            continue
        key = repr([each for each in data.items() if each[0] not in SINGLE]) if isinstance(data, dict) else None
        rows.add(data, key, (number, offset + 1), partial(_node, text, offset, number))
    return rows.listing.finish()


def _value(text: str, offset: int) -> Any:  # noqa: ANN401 (whatever the line says)
    data, end = decode(text, offset)
    if (rest := skip_space(text, end)) < len(text):
        raise JsonError(rest, "nothing may stand after the end of the host", "write one host per line")
    return data


def _node(text: str, offset: int, number: int) -> Node:
    return compose(text, offset, lambda at: (number, at + 1))
