"""
Which chain is shown to which hello, target by target, where the inventory asks for views.

Observations come in, worst first; lines go out, none where nothing was asked. Targets that show the same chain to every
hello are named in one line; of the others each chain stands once, with those that are shown it before it.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from rich.text import Text

from aescan.certificates.chain import Chain
from aescan.inventory.model import Target
from aescan.observation import Failed, Observation, Seen
from aescan.report.causes import named, spread
from aescan.report.terminal.page import FAINT, Page, fitted, line
from aescan.report.terminal.rows import names

_INDENT: Final = 2
_LABEL: Final = 32
"""Cells of the names of the hellos, with their indent: the ordinary one and three views fit."""


def views(ordered: Iterable[Observation], page: Page) -> Iterator[Text]:
    """Return the lines about each target that shows several chains, then the others."""
    alike: list[Target] = []
    for observation in ordered:
        outcome = observation.outcome
        if not isinstance(outcome, Seen) or not outcome.views:
            continue
        shown = _shown(outcome)
        if len(shown) == 1:
            alike.append(observation.target)
            continue
        yield from page.fold(line(named([observation.target])), _INDENT, line(" " * _INDENT))
        for words, hellos in shown:
            label = fitted(" " * 2 * _INDENT + ", ".join(hellos), _LABEL)
            yield from page.fold(line(words), _LABEL, line((label, FAINT)))
    if alike:
        said = line("the same chain for every hello", (f", {spread(alike)}", FAINT))
        yield from page.fold(said, _INDENT, line(" " * _INDENT))
        yield from page.fold(line((named(alike), FAINT)), 2 * _INDENT)


def _shown(seen: Seen) -> list[tuple[str, list[str]]]:
    """Return what was shown, in words, each with the hellos that it was shown to."""
    shown: dict[object, tuple[str, list[str]]] = {seen.capture.certificates: (_words(seen.chain), ["ordinary"])}
    for sight in seen.views:
        outcome = sight.outcome
        if isinstance(outcome, Failed):
            words = f"nothing: {outcome.reason}: {outcome.detail}"
            shown.setdefault(words, (words, []))[1].append(sight.view)
        else:
            shown.setdefault(outcome.capture.certificates, (_words(outcome.chain), []))[1].append(sight.view)
    return list(shown.values())


def _words(chain: Chain) -> str:
    leaf = chain.leaf
    key = " ".join(str(part) for part in (leaf.key_algorithm, leaf.key_bits) if part) or "unknown key"
    end = "end unknown" if chain.not_after is None else f"ends {chain.not_after:%Y-%m-%d}"
    return f"{names(leaf)}, {key}, {end}"
