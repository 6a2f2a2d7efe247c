"""
Which formats there are: each module of this folder but the shared ones is one, called by its name.

A new format is one file with ``render(report: Report) -> Iterator[str]``, pure, and its test; nothing lists it. Names
are found without importing, so that a mode which reports nothing pays for no format.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Final, cast

import aescan.report
from aescan.report.model import Report

Render = Callable[[Report], Iterator[str]]
"""A report in, pieces of the document out; the caller writes them."""

SHARED: Final = frozenset({"causes", "clients", "formats", "learned", "model", "periods", "summary", "timeline"})
"""Modules here that are no format but what formats are made from."""


def formats() -> tuple[str, ...]:
    """Return the names of all formats, sorted."""
    found = iter_modules(aescan.report.__path__)
    return tuple(sorted(module.name for module in found if not module.ispkg and module.name not in SHARED))


def renderer(name: str) -> Render:
    """Return the ``render`` of the format called ``name``, which is one of ``formats()``."""
    return cast("Render", import_module(f"{aescan.report.__name__}.{name}").render)
