"""Lists of discovered targets are written and read beside the observations, whatever happens to the file."""

from pathlib import Path

from aescan.history.keeper import History
from aescan.inventory.kept import KeptList
from tests.facts import NOW
from tests.history.samples import ONE, at, leaf
from tests.history.test_keeper import KEEP, PATIENCE, fail, keeping

LISTS = (KeptList("sd", "sd/one", NOW, b"one"), KeptList("sd", "sd/two", NOW, b"two"))


def test_lists(tmp_path: Path) -> None:
    """They are written without any observation, come back, and go when they are not among the next."""
    path = tmp_path / "history.db"
    with keeping(path) as history:
        history.note_lists(LISTS)
        assert history.settle(PATIENCE)
    assert History(path, KEEP).load_lists() == LISTS
    with keeping(path) as history:
        assert history.load_lists() == LISTS
        history.note_lists(())
        assert history.settle(PATIENCE)
    assert History(path, KEEP).load_lists() == ()


def test_lists_wait_for_the_disk(tmp_path: Path) -> None:
    """What could not be written is written as soon as it can be; the last that was noted counts."""
    path = tmp_path / "gone" / "history.db"
    with keeping(path) as history:
        history.note_lists(LISTS)
        fail(history)
        history.note_lists(LISTS[:1])
        path.parent.mkdir()
        assert history.settle(PATIENCE)
        assert history.up
    assert History(path, KEEP).load_lists() == LISTS[:1]


def test_lists_in_another_file(tmp_path: Path) -> None:
    """A file that takes the place of the one that had them gets them with the next batch."""
    path = tmp_path / "history.db"
    with keeping(path) as history:
        history.note_lists(LISTS)
        assert history.settle(PATIENCE)
        path.rename(tmp_path / "away.db")
        history.note(at(NOW, ONE, leaf(1)))
        assert history.settle(PATIENCE)
    assert History(path, KEEP).load_lists() == LISTS


def test_nothing_noted(tmp_path: Path) -> None:
    """Where nothing is discovered nothing is written for it."""
    path = tmp_path / "history.db"
    with keeping(path) as history:
        history.note_lists(())
        assert history.settle(PATIENCE)
    assert not path.exists()


def test_lists_of_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """They are lost with it, and that is told as of all else."""
    path = tmp_path / "history.db"
    path.write_bytes(b"no database" * 1000)
    assert History(path, KEEP).load_lists() == ()
    assert (tmp_path / "history.db.damaged-1").exists()
