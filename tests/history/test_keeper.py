"""Whatever happens to the file, observations are taken, and written as soon as they can be."""

import contextlib
import os
import resource
import sqlite3
import tempfile
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from aescan.history.keeper import History, Identity
from aescan.history.model import Known, Pending
from aescan.history.store import Store
from aescan.inventory.model import Target
from tests.facts import NOW, failed, target
from tests.history.samples import ONE, OTHER, after, at, captured, leaf, pending
from tests.logged import logged

KEEP = timedelta(days=400)
PATIENCE = 60.0
NOBODY = 65534


@contextlib.contextmanager
def keeping(path: Path, *, retry: float = 3600) -> Iterator[History]:
    """Give a history that is being written; nothing is until it is asked for."""
    history = History(path, KEEP, pause=3600, retry=retry)
    history.start()
    try:
        yield history
    finally:
        history.close()
        assert history._thread is not None
        history._thread.join(PATIENCE)
        assert not history._thread.is_alive()


def fail(history: History) -> None:
    """Return when the history has tried to write, in vain, and holds again what it could not."""
    tried, take_back = threading.Event(), history._take_back

    def taking_back(batch: Mapping[Identity, Pending]) -> None:
        take_back(batch)
        tried.set()

    history._take_back = taking_back  # type: ignore[method-assign] # only this history's
    history.flush()
    assert tried.wait(PATIENCE)
    assert not history.up


def names(path: Path) -> list[str]:
    """Return the targets that stand in the file."""
    store = Store.open_to_read(path)
    found = [known.target.name for known in store.load()]
    store.close()
    return found


def write(path: Path, *of: Target) -> None:
    """Make a history that knows these targets."""
    store = Store.open(path)
    store.commit([pending(at(NOW, one, leaf(1))) for one in of])
    store.close()


def files(folder: Path) -> set[str]:
    """Return the names of the files there."""
    return {path.name for path in folder.iterdir()}


def test_observations_are_written(tmp_path: Path) -> None:
    """What was noted is known to the next process, and the file is left tidy."""
    path = tmp_path / "history.db"
    with keeping(path) as history:
        history.note(at(NOW, ONE, b"leaf"))
        history.note(failed(ONE, moment=after(minutes=1)))
        history.note(failed(OTHER))
        assert history.settle(PATIENCE)
        assert names(path) == [ONE.name, OTHER.name]
        history.note(at(after(minutes=2), OTHER, b"leaf"))
    known = History(path, KEEP).load()

    assert [(one.failed is None, one.success and one.success.moment) for one in known] == [
        (False, NOW),
        (True, after(minutes=2)),
    ]
    assert files(tmp_path) == {"history.db"}


def test_nothing_to_write(tmp_path: Path) -> None:
    """Without an observation there is nothing to wait for, and no file."""
    with keeping(tmp_path / "history.db") as history:
        assert history.settle(PATIENCE)
    assert files(tmp_path) == set()


def test_observations_are_written_by_and_by(tmp_path: Path) -> None:
    """Nobody needs to ask."""
    path = tmp_path / "history.db"
    history = History(path, KEEP, pause=0)
    history.start()
    history.note(failed(ONE))
    with history._condition:
        assert history._condition.wait_for(lambda: history._idle and not history._pending, PATIENCE)
    history.close()

    assert names(path) == [ONE.name]


def test_a_batch_is_one_transaction(tmp_path: Path) -> None:
    """Many probes of one target between two writings are one: the last, and the last that was good."""
    path = tmp_path / "history.db"
    with keeping(path) as history:
        for minute in range(100):
            history.note(at(after(minutes=minute), ONE, b"leaf"))
        history.note(failed(ONE, moment=after(hours=3)))
        assert history.settle(PATIENCE)
    (known,) = History(path, KEEP).load()

    assert known.moment == after(hours=3)
    assert known.success is not None
    assert known.success.moment == after(minutes=99)


def test_old_things_are_forgotten(tmp_path: Path) -> None:
    """The size is bounded by what is kept."""
    path = tmp_path / "history.db"
    with keeping(path) as history:
        history.note(at(NOW, ONE, b"leaf"))
        for day in range(0, 410, 5):
            history.note(at(after(days=day), OTHER, b"leaf"))
            assert history.settle(PATIENCE)

    assert names(path) == [OTHER.name]


DAMAGES = {
    "no database": b"\x00garbage" * 4096,
    "a text": b"hosts: [aes1.example.com]\n" * 100,
}


@pytest.mark.parametrize("content", [pytest.param(content, id=name) for name, content in DAMAGES.items()])
def test_a_damaged_file_at_the_beginning(tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """It is kept under another name, and a new one is begun."""
    path = tmp_path / "history.db"
    path.write_bytes(content)
    history = History(path, KEEP)

    assert history.load() == ()
    assert (tmp_path / "history.db.damaged-1").read_bytes() == content
    assert not path.exists()
    assert logged(caplog) == [
        f'msg="history cannot be kept, scanning goes on without it" file={path} error="file is not a database"',
        f'msg="history was damaged, a new one is begun" file={path} damaged={path}.damaged-1',
    ]


def test_a_page_that_is_damaged(tmp_path: Path) -> None:
    """Damage inside is found when it is read, and costs what stood there."""
    path = tmp_path / "history.db"
    write(path, *(target(f"aes{number}.example.com") for number in range(200)))
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    history = History(path, KEEP)

    assert history.load() == ()
    assert not history.up
    assert files(tmp_path) == {"history.db.damaged-1"}


def test_a_file_that_is_damaged_meanwhile(tmp_path: Path) -> None:
    """The observations that could not be written to it are written to the new one."""
    path, ups = tmp_path / "history.db", list[bool]()
    write(path, OTHER)
    with keeping(path, retry=0) as history:
        history.changed = lambda: ups.append(history.up)
        content = path.read_bytes()
        with path.open("r+b") as file:
            file.write(b"\xff" * len(content))
        history.note(at(NOW, ONE, leaf(1)))
        assert history.settle(PATIENCE)

    assert ups == [False, True]
    assert names(path) == [ONE.name]
    assert (tmp_path / "history.db.damaged-1").exists()


def test_damage_again_and_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A disk that spoils every file is not filled with them."""
    path = tmp_path / "history.db"
    for _ in range(5):
        path.write_bytes(DAMAGES["no database"])
        assert History(path, KEEP).load() == ()

    assert files(tmp_path) == {"history.db", *(f"history.db.damaged-{number}" for number in (1, 2, 3))}
    assert sum("set aside" in message or "a new one is begun" in message for message in logged(caplog)) == 3


def test_a_file_of_somebody_else(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is not written to, not moved, and said once."""
    path = tmp_path / "history.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE cookies (name)")
    connection.close()
    before = path.read_bytes()
    with keeping(path, retry=0) as history:
        assert history.load() == ()
        history.note(failed(ONE))
        fail(history)

    assert (path.read_bytes(), files(tmp_path)) == (before, {"history.db"})
    why = f"opening the history {path}: this is another program's database, choose another file"
    assert logged(caplog) == [f'msg="history cannot be kept, scanning goes on without it" file={path} error="{why}"']


def test_a_file_that_is_deleted_meanwhile(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A new one is begun, and holds what is observed from then on."""
    path = tmp_path / "history.db"
    with keeping(path) as history:
        history.note(at(NOW, ONE, leaf(1)))
        assert history.settle(PATIENCE)
        path.unlink()
        history.note(at(NOW, OTHER, leaf(1)))
        assert history.settle(PATIENCE)
        assert history.up
        assert names(path) == [OTHER.name]

    assert logged(caplog) == [f'msg="history was deleted or replaced, another is begun" file={path}']


def test_a_folder_that_is_not_there_yet(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is tried again until it can be done; both are said once."""
    caplog.set_level("INFO")
    path = tmp_path / "later" / "history.db"
    with keeping(path, retry=0) as history:
        assert history.load() == ()
        history.note(at(NOW, ONE, leaf(1)))
        fail(history)
        history.note(failed(ONE, moment=after(hours=1)))
        path.parent.mkdir()
        assert history.settle(PATIENCE)
        assert history.up
    (known,) = History(path, KEEP).load()

    assert (known.failed is None, known.success is None) == (False, False)
    assert logged(caplog) == [
        f'msg="history cannot be kept, scanning goes on without it" file={path} error="unable to open database file"',
        f'msg="history is written again" file={path}',
    ]


@contextlib.contextmanager
def unprivileged() -> Iterator[Path]:
    """Give a folder of a user that is not root, and be that user: root may write to anything."""
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if root:
            os.chown(folder, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            folder.chmod(0o700)
            if root:
                os.seteuid(0)


@pytest.mark.parametrize("mode", [0o700, 0o500])
def test_a_file_that_is_read_only(mode: int) -> None:
    """What it says is known; it is written to as soon as it may be."""
    with unprivileged() as folder:
        path = folder / "history.db"
        write(path, ONE)
        path.chmod(0o400)
        folder.chmod(mode)
        with keeping(path) as history:
            assert [known.target.name for known in history.load()] == [ONE.name]
            history.note(at(NOW, OTHER, leaf(1)))
            fail(history)
            folder.chmod(0o700)
            for part in folder.iterdir():  # SQLite's log has the permissions of the file
                part.chmod(0o600)
            assert history.settle(PATIENCE)
            assert history.up
        assert names(path) == [ONE.name, OTHER.name]


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    """Nothing of the batch is lost: it is written when there is room again."""
    path = tmp_path / "history.db"
    many = [target(f"aes{number}.example.com") for number in range(500)]
    write(path, ONE)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with keeping(path) as history:
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 8192, limits[1]))
        try:
            for one in many:
                history.note(at(NOW, one, leaf(1)))
            fail(history)
            assert names(path) == [ONE.name]
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert history.settle(PATIENCE)
        assert history.up

    assert set(names(path)) == {ONE.name, *(one.name for one in many)}


def test_two_processes(tmp_path: Path) -> None:
    """Who finds the file locked waits for its turn, and loses nothing."""
    path = tmp_path / "history.db"
    write(path, ONE)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with keeping(path, retry=0) as history:
        history.note(at(NOW, OTHER, leaf(1)))
        assert not history.settle(0.2)
        other.execute("ROLLBACK")
        assert history.settle(PATIENCE)
    other.close()

    assert names(path) == [ONE.name, OTHER.name]


def test_a_bug_is_loud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no fault of file or disk is not caught, and the metric says that no history is kept."""
    seen = list[str]()
    monkeypatch.setattr(threading, "excepthook", lambda found: seen.append(found.exc_type.__name__))
    monkeypatch.setattr(Store, "commit", lambda *_: 1 / 0)
    history = History(tmp_path / "history.db", KEEP, pause=0)
    history.start()
    history.note(failed(ONE))
    assert history._thread is not None
    history._thread.join(PATIENCE)

    assert seen == ["ZeroDivisionError"]
    assert not history.up


def test_known_is_what_was_seen(tmp_path: Path) -> None:
    """The facts come back as they were captured."""
    path = tmp_path / "history.db"
    write(path, ONE)
    (known,) = History(path, KEEP).load()

    assert isinstance(known, Known)
    assert known.success is not None
    assert known.success.capture == captured(leaf(1))


def test_periods(tmp_path: Path) -> None:
    """Which leaf a target presented when can be asked while it is written; a file that cannot be read tells nothing."""
    path = tmp_path / "history.db"
    assert History(path, KEEP).periods(ONE.name) == ()
    with keeping(path) as history:
        history.note(at(NOW, ONE, leaf(1)))
        assert history.settle(PATIENCE)
        (period,) = history.periods(ONE.name)
        assert (period.leaf.der, period.first_seen) == (leaf(1), NOW)
        assert history.periods(OTHER.name) == ()
    path.write_bytes(b"no database" * 1000)
    assert History(path, KEEP).periods(ONE.name) == ()
