"""
Which formats each document has: each module of its folder but the shared ones is one, called by its name.

A new format is one file with ``render(report: Report) -> Iterator[str]``, pure, and its test; nothing lists it. Names
are found without importing, so that a mode which reports nothing pays for no format.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Final, cast

from aescan.report.model import Report

Render = Callable[[Report], Iterator[str]]
"""A report in, pieces of the document out; the caller writes them."""

DOCUMENTS: Final = {"report": "aescan.report", "plan": "aescan.report.plan"}
"""What can be written, and the folder of its formats."""
SHARED: Final = frozenset(
    {"causes", "clients", "formats", "learned", "model", "periods", "rungs", "stores", "summary", "timeline", "work"}
)
"""Modules in these folders that are no format but what formats are made from."""


def formats(document: str = "report") -> tuple[str, ...]:
    """Return the names of all formats of one of ``DOCUMENTS``, sorted."""
    found = iter_modules(import_module(DOCUMENTS[document]).__path__)
    return tuple(sorted(module.name for module in found if not module.ispkg and module.name not in SHARED))


def renderer(name: str, document: str = "report") -> Render:
    """Return the ``render`` of the format called ``name``, which is one of ``formats(document)``."""
    return cast("Render", import_module(f"{DOCUMENTS[document]}.{name}").render)
