"""
Which clients accept which chains: for each trust store those that refuse, and why, once.

Observations come in, worst first; lines go out, none where there are no trust stores. Targets refused for one reason
stand together.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from rich.text import Text

from aescan.inventory.model import Target
from aescan.observation import Observation, Seen
from aescan.report.causes import named, spread
from aescan.report.model import Standing
from aescan.report.terminal.page import COLOURS, FAINT, Page, line

_INDENT: Final = 2
MOST_REASONS: Final = 5
"""Sentences spelled out for each store; the other formats have all."""
_WORDS: Final = {True: "accepted", False: "refused", None: "not known"}
_STYLES: Final = {True: COLOURS[Standing.CLEAN], False: COLOURS[Standing.CRITICAL], None: FAINT}


def trust(ordered: Iterable[Observation], page: Page) -> Iterator[Text]:
    """Return the lines about each trust store, in the order of the settings."""
    stores: defaultdict[str, dict[bool | None, defaultdict[str, list[Target]]]] = defaultdict(
        lambda: {answer: defaultdict(list) for answer in _WORDS}
    )
    for observation in ordered:
        if isinstance(observation.outcome, Seen):
            for verdict in observation.outcome.trust:
                stores[verdict.store][verdict.trusted][verdict.sentence].append(observation.target)
    for store, answers in stores.items():
        yield line(" " * _INDENT, store)
        for answer, reasons in answers.items():
            yield from _answer(answer, reasons, page)


def _answer(answer: bool | None, reasons: dict[str, list[Target]], page: Page) -> Iterator[Text]:
    targets = [target for found in reasons.values() for target in found]
    if not targets:
        return
    lead = line(" " * 2 * _INDENT)
    yield from page.fold(line((_WORDS[answer], _STYLES[answer]), (f": {spread(targets)}", FAINT)), 2 * _INDENT, lead)
    if answer:
        return
    most_first = sorted(reasons.items(), key=lambda pair: -len(pair[1]))
    lead = line(" " * 3 * _INDENT)
    for sentence, found in most_first[:MOST_REASONS]:
        yield from page.fold(line(sentence, (f" ({named(found)})", FAINT)), 3 * _INDENT, lead)
    if len(most_first) > MOST_REASONS:
        more = f"and {len(most_first) - MOST_REASONS} more reasons; csv and json list each"
        yield from page.fold(line((more, FAINT)), 3 * _INDENT, lead)
