"""
An inventory file in YAML to targets.

A path comes in; a ``Listing`` goes out: the targets, where each stands in the file, and every mistake of the file. A
host with a mistake gives no targets but stops nothing, so the mistakes of the others are found too. Names that are used
twice are found by ``load``, which sees all files.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aescan.inventory.entries import GroupEntry, HostEntry, InventoryFile, Shared
from aescan.inventory.expand import Level, first_level, lay_over, targets_of
from aescan.inventory.model import Target
from aescan.inventory.services import Services
from aescan.settings.document import Document, Location, read
from aescan.settings.policy import Thresholds
from aescan.settings.problems import Mistake
from aescan.settings.validation import check

KEYS: Final = "the key hosts with a list of hosts"

MOST_TARGETS: Final = 1_000_000
"""Targets of one file: a gigabyte of them, far more than one scanner sweeps in an hour."""


@dataclass(slots=True)
class Listing:
    """Targets of one file in its order, the location of the entry that each came from, and the file's problems."""

    document: Document
    targets: list[Target] = field(default_factory=list)
    locations: list[Location] = field(default_factory=list)


def read_inventory(path: Path, thresholds: Thresholds, services: Services, *, full_handshake: bool = False) -> Listing:
    """Return the listing of the file at ``path``; raise ConfigError only where it holds no mapping at all."""
    listing = Listing(read(path, KEYS))
    document = listing.document
    file = check(InventoryFile, document, salvage=True) or InventoryFile()
    first = first_level(thresholds, services, full_handshake=full_handshake)
    level = _defaults(file, (), first, services, document)
    for location, host_level in _places(file, level, services, document):
        _add(location, host_level, services, listing)
    if not listing.targets and not document.problems:
        document.add((), "no hosts are listed", "list at least one under hosts, or under the hosts of a group")
    return listing


def _defaults(
    entry: InventoryFile | GroupEntry, location: Location, level: Level, services: Services, document: Document
) -> Level:
    """Return ``level`` with the defaults of the file or group laid over it."""
    if "defaults" not in entry.model_fields_set:
        return level
    place = (*location, "defaults")
    own = check(Shared, document, place, context=services, salvage=True) or Shared()
    return lay_over(level, own, services, document, place)


def _places(
    file: InventoryFile, level: Level, services: Services, document: Document
) -> Iterator[tuple[Location, Level]]:
    """Yield where each host stands and the level that holds there, group by group, then the hosts of no group."""
    for position in range(len(file.groups)):
        location: Location = ("groups", position)
        group = check(GroupEntry, document, location, salvage=True)
        if group is None:
            continue
        group_level = _defaults(group, location, level, services, document)
        for host in range(len(group.hosts)):
            yield (*location, "hosts", host), group_level
    for host in range(len(file.hosts)):
        yield ("hosts", host), level


def _add(location: Location, level: Level, services: Services, listing: Listing) -> None:
    """Add the targets of the host at ``location``, or the problems that keep it from having any."""
    document = listing.document
    entry = check(HostEntry, document, location, context=services)
    if entry is None:
        return
    own = lay_over(level, entry, services, document, location)
    try:
        targets = targets_of(entry, own, document.name)
    except Mistake as mistake:
        document.add(location, mistake.text, mistake.hint)
        return
    if len(listing.targets) > MOST_TARGETS:
        return
    before = len(listing.targets)
    listing.targets.extend(targets)
    listing.locations.extend([location] * (len(listing.targets) - before))
    if len(listing.targets) > MOST_TARGETS:
        document.add(location, f"the file comes to more than {MOST_TARGETS:,} targets", "split the inventory")
