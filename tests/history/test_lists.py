"""The lists of sources are kept, as they are now and no others."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from aescan.history.lists import read, write
from aescan.history.schema import connect
from aescan.inventory.kept import KeptList
from tests.facts import NOW
from tests.history.samples import after

ONE = KeptList("sd/*.json", "sd/one.json", NOW, b"one")
TWO = KeptList("sd/*.json", "sd/two.json", NOW, b"two")
SERVER = KeptList("http://cmdb/sd", "http://cmdb/sd", after(hours=1), b"three")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection to a new history."""
    connection = connect(tmp_path / "history.db")
    yield connection
    connection.close()


def written(connection: sqlite3.Connection) -> int:
    """Return how many rows were written so far."""
    return connection.total_changes


def test_there_and_back(connection: sqlite3.Connection) -> None:
    """What was written is read, in the order it came."""
    write(connection, (ONE, TWO, SERVER))

    assert read(connection) == (ONE, TWO, SERVER)


def test_only_these(connection: sqlite3.Connection) -> None:
    """One that is not among them any more is gone, list and all."""
    write(connection, (ONE, TWO))
    write(connection, (SERVER, TWO))

    assert read(connection) == (TWO, SERVER)
    assert connection.execute("SELECT count(*) FROM lists").fetchone() == (2,)


def test_what_is_the_same_is_not_written_again(connection: sqlite3.Connection) -> None:
    """Of a list that is read again only the moment is, and of one that was not nothing."""
    write(connection, (ONE, TWO))
    before = written(connection)
    write(connection, (ONE, TWO))
    assert written(connection) == before
    later = KeptList(TWO.feed, TWO.source, after(hours=1), TWO.content)
    write(connection, (ONE, later))
    assert written(connection) == before + 1
    other = KeptList(TWO.feed, TWO.source, after(hours=1), b"other")
    write(connection, (ONE, other))

    assert read(connection) == (ONE, other)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE lists SET content = 'text' WHERE source = 1",
        "UPDATE sources SET read = 'noon' WHERE id = 1",
        "UPDATE sources SET read = 1e300 WHERE id = 1",
        "UPDATE sources SET feed = x'ff' WHERE id = 1",
        "DELETE FROM lists WHERE source = 1",
    ],
)
def test_what_cannot_be_read(connection: sqlite3.Connection, damage: str) -> None:
    """It costs its own list and no other."""
    write(connection, (ONE, TWO))
    connection.execute(damage)

    assert read(connection) == (TWO,)
