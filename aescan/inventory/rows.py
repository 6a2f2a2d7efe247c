"""
Hosts of a flat file, one after the other, to targets.

Each host comes in as the mapping that ``HostEntry`` describes, with what else it takes to say where a mistake in it
stands. What hosts have in common is checked once: of a hundred thousand hosts mostly the name is another one. A host
that has not been met before in all but its name, or in which anything is odd, takes the long way that every host of a
YAML inventory takes; nothing is decided here that is not decided there.
"""

from collections.abc import Callable, Hashable
from typing import Any, Final

from aescan.inventory.expand import Level, expand
from aescan.inventory.hosts import Hosts, address, hosts
from aescan.inventory.listing import Listed, Listing, add_host
from aescan.inventory.services import Services
from aescan.settings.compose import Node
from aescan.settings.fields import line
from aescan.settings.labels import few_labels, own_label
from aescan.settings.problems import Expected, Mistake

MOST_LEVELS: Final = 10_000
"""Different sets of everything but name and labels that are remembered."""

SINGLE: Final = frozenset({"host", "name", "address", "labels"})
"""Keys whose values differ from host to host."""


class Rows:
    """The hosts of one file, below ``level``."""

    def __init__(self, document: Listed, level: Level, services: Services) -> None:
        self.listing = Listing(document)
        self._document = document
        self._level = level
        self._services = services
        self._levels: dict[Hashable, Level] = {}
        self._label_names: set[str] = set()

    def add(self, data: Any, key: Hashable, place: tuple[int, int], node: Callable[[], Node]) -> None:  # noqa: ANN401 (whatever the file says)
        """
        Add the targets of a host, or note what is wrong with it.

        ``key``
            Equal for hosts whose ``data`` is equal in all keys but those of ``SINGLE``.
        ``place``
            Its line and column.
        ``node``
            Returns the host with the places of all its values.
        """
        known = self._levels.get(key)
        if known is None or not self._added(data, known, place):
            level = add_host(self._document.entry(node()), (), self._level, self._services, self.listing)
            if level is not None and len(self._levels) < MOST_LEVELS:
                self._levels[key] = level

    def _added(self, data: dict[str, Any], level: Level, place: tuple[int, int]) -> bool:
        """Add the targets of a host whose keys but the single ones are known to be sound; False where it is odd."""
        try:
            host = data["host"] if isinstance(data["host"], Hosts) else hosts(data["host"])
            name = line(data["name"]) if "name" in data else ""
            dialled = address(data["address"]) if "address" in data else ""
            labels = self._labels(data.get("labels", {}))
        except (Mistake, Expected, KeyError, TypeError, AttributeError):
            return False
        if host.network is not None:
            return False
        own = {**self._level.labels, **labels}
        self.listing.extend(expand(host, level, self._document.name, name, dialled, own), place)
        return True

    def _labels(self, written: dict[str, str]) -> dict[str, str]:
        few_labels(written)
        for name in written:
            if name not in self._label_names:
                self._label_names.add(own_label(name))
        return {name: line(value) for name, value in written.items()}
