"""A file is made, brought forward, or refused, and never half."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from aescan.errors import ConfigError
from aescan.history import schema
from aescan.history.schema import APPLICATION, MIGRATIONS, connect, connect_to_read
from aescan.history.store import Store
from aescan.inventory.kept import KeptList
from tests.facts import NOW
from tests.history.samples import ONE, write_v1

Connect = Callable[[Path], sqlite3.Connection]
LIST = KeptList("sd.json", "sd.json", NOW, b"a list")
RECORDED_LEAF = b"the leaf of the recorded file"
BOTH = pytest.mark.parametrize("opening", [connect, connect_to_read])


def tables(path: Path) -> dict[str, str]:
    """Return the statements that the tables and indexes of a file were made by."""
    connection = sqlite3.connect(path)
    found = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    connection.close()
    return {name: " ".join(sql.split()) for name, sql in found.items()}


def test_a_new_file(tmp_path: Path) -> None:
    """The file says whose it is and of which version, and outlives the process by its write-ahead log."""
    connection = connect(tmp_path / "history.db")
    pragmas = [
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("application_id", "user_version", "journal_mode", "synchronous")
    ]
    connection.close()

    assert pragmas == [APPLICATION, len(MIGRATIONS), "wal", 1]


def test_the_first_version_comes_forward(tmp_path: Path) -> None:
    """A file that the first version left has the tables of this one then, and all that stood in it."""
    write_v1(tmp_path / "old.db")
    store = Store.open(tmp_path / "old.db")
    (known,) = store.load()
    (period,) = store.periods(ONE.name)
    store.commit((), (LIST,))
    assert store.lists() == (LIST,)
    store.close()
    connect(tmp_path / "new.db").close()

    assert tables(tmp_path / "old.db") == tables(tmp_path / "new.db")
    assert known.target.identity == ONE.identity
    assert known.success is not None
    assert known.success.capture.certificates == (RECORDED_LEAF,)
    assert period.leaf.der == RECORDED_LEAF


def test_a_later_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that fails leaves the file as it was; one that does not is taken once."""
    path = tmp_path / "history.db"
    write_v1(path)
    before = tables(path)
    monkeypatch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, ("CREATE TABLE more (one)", "CREATE TABLE more (one)")))
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        connect(path)
    assert tables(path) == before
    monkeypatch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, ("CREATE TABLE more (one)",)))
    for _ in range(2):
        connect(path).close()
    monkeypatch.undo()
    connect(tmp_path / "new.db").close()

    assert tables(path) == tables(tmp_path / "new.db") | {"more": "CREATE TABLE more (one)"}


def test_an_older_file_is_not_brought_forward_by_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who only reads changes nothing."""
    path = tmp_path / "history.db"
    write_v1(path)
    monkeypatch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, ()))
    with pytest.raises(ConfigError) as caught:
        connect_to_read(path)

    assert caught.value.problems == (
        f"reading the history {path}: it is of an older version; a scan that keeps it brings it forward",
    )


@BOTH
def test_a_file_of_a_later_version(tmp_path: Path, opening: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a later version wrote is not touched."""
    path = tmp_path / "history.db"
    monkeypatch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, ()))
    connect(path).close()
    monkeypatch.undo()
    with pytest.raises(ConfigError) as caught:
        opening(path)

    assert caught.value.problems == (
        f"opening the history {path}: a later version of aescan made it, use that one or choose another file",
    )


@BOTH
def test_another_programs_file(tmp_path: Path, opening: Connect) -> None:
    """A database of somebody else gets no tables of ours."""
    path = tmp_path / "cookies.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE cookies (name)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(ConfigError) as caught:
        opening(path)

    assert caught.value.problems == (
        f"opening the history {path}: this is another program's database, choose another file",
    )
    assert path.read_bytes() == before


def test_no_file_to_read(tmp_path: Path) -> None:
    """Reading makes no file."""
    path = tmp_path / "history.db"
    with pytest.raises(ConfigError) as caught:
        connect_to_read(path)

    assert caught.value.problems == (f"reading the history {path}: there is no such file",)
    assert not path.exists()


def test_no_database_to_read(tmp_path: Path) -> None:
    """A file that is something else is told as what it is."""
    path = tmp_path / "history.db"
    path.write_text("this is no database, however long one reads on in it" * 100, encoding="ascii")
    with pytest.raises(ConfigError) as caught:
        connect_to_read(path)

    assert caught.value.problems == (f"reading the history {path}: file is not a database",)


def test_reading_beside_a_writer(tmp_path: Path) -> None:
    """What is committed is seen while another connection is open to write."""
    writer = connect(tmp_path / "history.db")
    writer.execute("INSERT INTO clock VALUES (1, 2, 3)")
    reader = connect_to_read(tmp_path / "history.db")
    found = reader.execute("SELECT * FROM clock").fetchall()
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("DELETE FROM clock")
    reader.close()
    writer.close()

    assert found == [(1, 2, 3)]
