"""
An inventory file in YAML to targets.

Bytes come in; a ``Listing`` goes out: the targets, where each stands in the file, and every mistake of the file. A
host with a mistake gives no targets but stops nothing, so the mistakes of the others are found too. Names that are used
twice are found by ``load``, which sees all files.
"""

from collections.abc import Iterator
from typing import Final

from aescan.inventory.entries import GroupEntry, InventoryFile, Shared
from aescan.inventory.expand import Level, lay_over
from aescan.inventory.listing import Listing, add_host
from aescan.inventory.services import Services
from aescan.settings.document import Document, Location, parse
from aescan.settings.validation import check

KEYS: Final = "the key hosts with a list of hosts"


def read_yaml(name: str, content: bytes, first: Level, services: Services) -> Listing:
    """Return the listing of a file of this name, its hosts laid over ``first``; raise ConfigError without a mapping."""
    document = parse(name, content, KEYS)
    listing = Listing(document)
    file = check(InventoryFile, document, salvage=True) or InventoryFile()
    level = _defaults(file, (), first, services, document)
    for location, host_level in _places(file, level, services, document):
        add_host(document, location, host_level, services, listing)
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
