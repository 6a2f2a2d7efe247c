"""Targets are gathered with the places they came from, and so are mistakes."""

import pytest

from aescan.inventory import listing as module
from aescan.inventory.expand import first_level
from aescan.inventory.listing import Listed, Listing, add_host
from aescan.inventory.services import load_services
from aescan.settings.document import parse
from aescan.settings.policy import Thresholds

SERVICES = load_services()
FIRST = first_level(Thresholds(), SERVICES)


def test_entries_are_known_by_line_and_column() -> None:
    """Mistakes of the file, and of its entries, come out in its order."""
    listed = Listed("f", ["one", "two"])
    entry = parse("f", b"\nport: 1", "").root
    listed.add((2, 2), "odd", "mend it")
    listed.entry(entry).add(("port",), "wrong")
    listed.add((1, 1), "early")

    assert listed.place((2, 2)) == "f:2:2"
    assert listed.texts() == [
        "f:1:1: early\n    one\n    ^",
        "f:2:2: odd\n    two\n     ^\n    mend it",
        "f:2:7: port: wrong\n    two\n       ^",
    ]


def test_hosts_are_added_where_they_stand() -> None:
    """The level that is returned holds for others like it; a mistake is noted and gives none."""
    listed = Listed("f", ["", "", "", ""])
    listing = Listing(listed)
    good = listed.entry(parse("f", b"\n\nhost: aes1\nports: [1]\n", "").root)
    bad = listed.entry(parse("f", b"host: 10.0.0.0/8", "").root)

    level = add_host(good, (), FIRST, SERVICES, listing)

    assert level is not None
    assert [endpoint.port for endpoint in level.endpoints] == [1]
    assert add_host(bad, (), FIRST, SERVICES, listing) is None
    assert (len(listing.targets), listing.locations) == (1, [(3, 1)])
    assert len(listed.problems) == 1
    assert listing.finish() is listing


def test_there_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told once; what comes after is not even looked at."""
    monkeypatch.setattr(module, "MOST_TARGETS", 1)
    listing = Listing(Listed("f", []))
    for line in 1, 2, 3:
        entry = Listed("f", []).entry(parse("f", b"\n" * (line - 1) + b"host: a\nports: [1]", "").root)
        add_host(entry, (), FIRST, SERVICES, listing)

    assert listing.document.texts() == ["f:2:1: the file comes to more than 1 targets\n    split the inventory"]
    assert len(listing.targets) == 2


def test_nothing_listed_is_noted() -> None:
    """Unless something is wrong that explains it."""
    listing = Listing(Listed("f", [])).finish()
    assert listing.finish().document.texts() == ["f:1:1: no hosts are listed\n    list at least one"]
