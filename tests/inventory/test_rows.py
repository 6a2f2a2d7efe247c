"""Hosts of flat files take the short way where nothing about them is new, and mean the same."""

from typing import Any

import pytest

from aescan.inventory import rows as module
from aescan.inventory.expand import first_level
from aescan.inventory.hosts import hosts
from aescan.inventory.json import compose
from aescan.inventory.listing import Listed
from aescan.inventory.rows import Rows
from aescan.inventory.services import load_services
from aescan.settings.compose import Node
from aescan.settings.policy import Thresholds

SERVICES = load_services()


class Counted:
    """Rows, and how many of the hosts took the long way."""

    def __init__(self) -> None:
        self.long = 0
        self.rows = Rows(Listed("f", []), first_level(Thresholds(), SERVICES), SERVICES)

    def add(self, key: object, **data: Any) -> None:  # noqa: ANN401 (whatever a file says)
        """Add a host."""
        import json

        written = {name: hosts(value) if name == "host" else value for name, value in data.items()}
        text = json.dumps(data)

        def node() -> Node:
            self.long += 1
            return compose(text, 0, lambda offset: (1, offset + 1))

        self.rows.add(written, repr(key), (1, 1), node)


def test_only_the_first_of_its_kind_takes_the_long_way() -> None:
    """Name, address and labels are its own."""
    counted = Counted()
    counted.add((1,), host="aes1", ports=(1,), labels={"site": "x"})
    counted.add((1,), host="aes2", ports=(1,), labels={"site": "y", "owner": "z"}, name="two", address="10.0.0.1")
    counted.add((1,), host="aes3", ports=(1,))

    assert counted.long == 1
    assert [(target.name, target.address, target.labels) for target in counted.rows.listing.targets] == [
        ("aes1:1", None, {"site": "x"}),
        ("two:1", "10.0.0.1", {"site": "y", "owner": "z"}),
        ("aes3:1", None, {}),
    ]


@pytest.mark.parametrize(
    "odd",
    [
        {"host": "10.0.0.0/30"},
        {"host": "a", "labels": {"port": "x"}},
        {"host": "a", "labels": {"site": ""}},
        {"host": "a", "labels": 5},
        {"host": "a", "name": ""},
        {"host": "a", "address": "x"},
        {"host": "a", "address": 5},
        {"name": "x"},
    ],
)
def test_what_is_odd_takes_the_long_way(odd: dict[str, Any]) -> None:
    """That is where mistakes are told."""
    counted = Counted()
    counted.add((1,), host="aes1", ports=(1,))
    counted.add((1,), ports=(1,), **odd)

    assert counted.long == 2
    assert bool(counted.rows.listing.document.problems) == (odd.get("host") != "10.0.0.0/30")


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in which every host is another kind is read all the same."""
    monkeypatch.setattr(module, "MOST_LEVELS", 2)
    counted = Counted()
    for port in (1, 2, 3, 3, 1):
        counted.add((port,), host="aes1", ports=(port,))

    assert counted.long == 4
    assert [target.port for target in counted.rows.listing.targets] == [1, 2, 3, 3, 1]
