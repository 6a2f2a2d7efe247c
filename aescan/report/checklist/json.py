"""
The checklist as one JSON document (``docs/preflight.md``): pure ASCII, one item to a line.

Codes and results are public; titles and sentences are for people and may change.
"""

import json
from collections.abc import Iterator
from typing import Final

from aescan.report.checklist.model import Checklist, exit_status
from aescan.report.model import iso

SCHEMA: Final = "aescan-preflight/1"
"""The number rises when a reader of the old form could misread the new one."""


def render(checklist: Checklist) -> Iterator[str]:
    """Return the document in pieces."""
    head = {
        "schema": SCHEMA,
        "generated": iso(checklist.moment),
        "version": checklist.version,
        "files": checklist.files,
        "host": checklist.host,
        "fit": not exit_status(checklist),
    }
    yield "{\n"
    for key, value in head.items():
        yield f'"{key}": {json.dumps(value)},\n'
    yield '"items": ['
    separator = "\n"
    for item in checklist.items:
        yield separator + json.dumps(
            {
                "item": item.code,
                "title": item.title,
                "result": item.result,
                "sentence": item.sentence,
                "section": item.section,
                "binding": item.binding,
            }
        )
        separator = ",\n"
    yield "\n]\n}\n"
