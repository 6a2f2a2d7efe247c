"""
Which versions of the protocol are accepted where: targets that answered alike stand together.

Observations come in, worst first; lines go out, none where nothing was asked. Whoever plans to switch a version off, or
clients over to another, reads here whom it concerns.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from rich.text import Text

from aescan.inventory.model import Target
from aescan.observation import Observation, Seen
from aescan.report.causes import named, spread
from aescan.report.terminal.page import FAINT, Page, line
from aescan.tls.capture import Protocol

_INDENT: Final = 2


def protocols(ordered: Iterable[Observation], page: Page) -> Iterator[Text]:
    """Return the lines about each set of versions, that with the most targets first."""
    alike: defaultdict[tuple[Protocol, ...], list[Target]] = defaultdict(list)
    for observation in ordered:
        if isinstance(observation.outcome, Seen) and observation.outcome.capture.protocols:
            alike[observation.outcome.capture.protocols].append(observation.target)
    lead = line(" " * _INDENT)
    for answers, targets in sorted(alike.items(), key=lambda pair: -len(pair[1])):
        yield from page.fold(line(_words(answers), (f", {spread(targets)}", FAINT)), _INDENT, lead)
        yield from page.fold(line((named(targets), FAINT)), 2 * _INDENT, line(" " * 2 * _INDENT))


def _words(answers: tuple[Protocol, ...]) -> str:
    accepted = ", ".join(one.version for one in answers if one.supported) or "none"
    unknown = ", ".join(one.version for one in answers if one.supported is None)
    return f"{accepted} (not known: {unknown})" if unknown else accepted
