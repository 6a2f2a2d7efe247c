"""
Which clients accept which chains: for each trust store those that refuse, and why, once.

Observations come in, worst first; lines go out, none where there are no trust stores. Targets refused for one reason
stand together.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from rich.text import Text

from aescan.observation import Observation
from aescan.report.causes import named, spread
from aescan.report.model import Standing
from aescan.report.stores import WORDS, Reasons, stores
from aescan.report.terminal.page import COLOURS, FAINT, Page, line

_INDENT: Final = 2
MOST_REASONS: Final = 5
"""Sentences spelled out for each store; the other formats have all."""
_STYLES: Final = {True: COLOURS[Standing.CLEAN], False: COLOURS[Standing.CRITICAL], None: FAINT}


def trust(ordered: Iterable[Observation], page: Page) -> Iterator[Text]:
    """Return the lines about each trust store, in the order of the settings."""
    for store, answers in stores(ordered).items():
        yield line(" " * _INDENT, store)
        for answer, reasons in answers.items():
            yield from _answer(answer, reasons, page)


def _answer(answer: bool | None, reasons: Reasons, page: Page) -> Iterator[Text]:
    targets = [target for found in reasons.values() for target in found]
    lead = line(" " * 2 * _INDENT)
    yield from page.fold(line((WORDS[answer], _STYLES[answer]), (f": {spread(targets)}", FAINT)), 2 * _INDENT, lead)
    if answer:
        return
    lead = line(" " * 3 * _INDENT)
    told = list(reasons.items())
    for sentence, found in told[:MOST_REASONS]:
        yield from page.fold(line(sentence, (f" ({named(found)})", FAINT)), 3 * _INDENT, lead)
    if len(told) > MOST_REASONS:
        more = f"and {len(told) - MOST_REASONS} more reasons; csv and json list each"
        yield from page.fold(line((more, FAINT)), 3 * _INDENT, lead)
