"""
The targets of one file or answer, each with the place it came from, and every mistake found on the way.

The readers of each format add to a ``Listing``; ``load`` compares listings with each other. An entry with a mistake
gives no targets but stops nothing, so that the mistakes of the others are found too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from aescan.inventory.entries import HostEntry
from aescan.inventory.expand import Level, lay_over, targets_of
from aescan.inventory.model import Target
from aescan.inventory.services import Services
from aescan.settings.compose import Node
from aescan.settings.document import Document, Location
from aescan.settings.problems import Mistake, Problem, render
from aescan.settings.validation import check

MOST_TARGETS: Final = 1_000_000
"""Targets of one file: a gigabyte of them, far more than one scanner sweeps in an hour."""


@dataclass(slots=True)
class Listed:
    """A file whose entries are known by line and column, each of them a document of its own."""

    name: str
    lines: Sequence[str]
    problems: list[Problem] = field(default_factory=list)

    def add(self, location: Location, text: str, hint: str = "") -> None:
        """Note a problem with the entry at ``location``, its line and its column."""
        line, column = location
        self.problems.append(Problem(int(line), int(column), "", text, hint))

    def place(self, location: Location) -> str:
        """Return ``file:line:column`` of the entry at ``location``."""
        line, column = location
        return f"{self.name}:{line}:{column}"

    def texts(self) -> list[str]:
        """Return the problems found so far as texts for the operator, in file order."""
        return render(self.name, self.lines, self.problems)

    def entry(self, node: Node) -> Document:
        """Return one entry as a document, whose problems are the file's."""
        return Document(self.name, self.lines, node, self.problems)


@dataclass(slots=True)
class Listing:
    """Targets of one file in its order, the location of the entry that each came from, and the file's problems."""

    document: Document | Listed
    targets: list[Target] = field(default_factory=list)
    locations: list[Location] = field(default_factory=list)

    def extend(self, targets: Iterable[Target], location: Location) -> None:
        """Add the targets of the entry at ``location``; note it where they become too many."""
        if len(self.targets) > MOST_TARGETS:
            return
        before = len(self.targets)
        self.targets.extend(targets)
        self.locations.extend([location] * (len(self.targets) - before))
        if len(self.targets) > MOST_TARGETS:
            self.document.add(location, f"the file comes to more than {MOST_TARGETS:,} targets", "split the inventory")

    def finish(self) -> "Listing":
        """Return the listing, having noted it where the file lists nothing at all."""
        if not self.targets and not self.document.problems:
            place: Location = () if isinstance(self.document, Document) else (1, 1)
            self.document.add(place, "no hosts are listed", "list at least one")
        return self


def add_host(
    document: Document, location: Location, level: Level, services: Services, listing: Listing
) -> Level | None:
    """Add the targets of the host at ``location`` of a document; return its level, None where there is a mistake."""
    entry = check(HostEntry, document, location, context=services)
    if entry is None:
        return None
    own = lay_over(level, entry, services, document, location)
    try:
        targets = targets_of(entry, own, document.name)
    except Mistake as mistake:
        document.add(location, mistake.text, mistake.hint)
        return None
    place = location if listing.document is document else (document.root.line, document.root.column)
    listing.extend(targets, place)
    return own
