"""
What is wrong and what to do: each cause once, however many targets it has.

Observations come in, worst first; lines go out. A cause is a finding's code or the reason of a failed probe. Below it
stand the sentences that say what was seen, each with its targets, then the remedy. What would not be read is counted.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from rich.text import Text

from aescan.observation import Observation
from aescan.report.causes import Cause, named, spread
from aescan.report.causes import causes as gathered
from aescan.report.terminal.page import COLOURS, FAINT, HEADING, Page, fitted, line

SENTENCES_SHOWN: Final = 5
"""Sentences of a cause that are told: from there on they say the same with other dates."""

LONGEST_REPEATED: Final = 200
"""Characters of a remedy that is told again below another cause: two lines; longer ones are pointed at."""

_INDENT: Final = 2
_LABEL: Final = 14
"""Cells of ``what to do``, the longest label, and a gap."""


def causes(ordered: Sequence[Observation], page: Page) -> Iterator[Text]:
    """Return the lines about every cause, worst first, within that the one with most targets first."""
    told: dict[str, str] = {}
    for cause in gathered(ordered):
        yield line()
        yield from _cause(cause, told, page)


def _cause(cause: Cause, told: dict[str, str], page: Page) -> Iterator[Text]:
    title = line((f"{cause.title} ", HEADING), (f"({cause.code})", FAINT), f", {spread(cause.targets)}")
    yield from page.fold(title, _LABEL, line((fitted(cause.standing, _LABEL), COLOURS[cause.standing])))
    for sentence, targets in islice(cause.sentences.items(), SENTENCES_SHOWN):
        yield from page.fold(line(sentence), _LABEL, label("seen"))
        yield from page.fold(line(named(targets)), _LABEL, label("at"))
    if (more := len(cause.sentences) - SENTENCES_SHOWN) > 0:
        yield from page.fold(line((f"and {more} more like these; json and csv hold each", FAINT)), _LABEL)
    yield from _remedies(cause, told, page)
    if cause.reference:
        yield from page.fold(line((cause.reference, FAINT)), _LABEL, label("see"))


def _remedies(cause: Cause, told: dict[str, str], page: Page) -> Iterator[Text]:
    """
    Say what to do once, and what some targets need besides; apart, where one remedy does not continue another.

    ``told`` holds the remedies of the causes before this one, and is added to.
    """
    common = min(cause.remedies, key=len)
    shared = all(remedy.startswith(common) for remedy in cause.remedies)
    if shared:
        before = told.setdefault(common, cause.code)
        again = before != cause.code and len(common) > LONGEST_REPEATED
        yield from page.fold(line(f"the same as for {before} above" if again else common), _LABEL, label("what to do"))
    for remedy, targets in cause.remedies.items():
        if remedy != common or not shared:
            more = remedy[len(common) :].lstrip(".;, ") if shared else remedy
            yield from page.fold(line(more), _LABEL, label("also" if shared else "what to do"))
            yield from page.fold(line(named(targets)), _LABEL, label("at"))


def label(word: str) -> Text:
    """Return the word that stands before a line of a cause."""
    return line((fitted(" " * _INDENT + word, _LABEL), FAINT))
