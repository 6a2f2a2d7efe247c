"""What full collections leave alone is set aside, and nothing is lost by that for ever."""

import asyncio
import gc
import sys
import weakref
from collections import deque
from collections.abc import Iterator

import pytest

from aescan.exporter.exporter import loaded
from aescan.exporter.pauses import BLOCKS, BLOCKS_OF_TARGET, SWITCH_INTERVAL, Shelf, collect_often, in_turns, kept_short
from tests.exporter.estate import FakeSweep, configuration
from tests.facts import target


class Node:
    """Something that can be part of a cycle."""

    def __init__(self) -> None:
        self.other: Node | None = None


def cycle() -> Node:
    """Return one of two that hold each other."""
    one, two = Node(), Node()
    one.other, two.other = two, one
    return one


@pytest.fixture
def restored() -> Iterator[None]:
    """Leave the collector of the test's own process as it was."""
    before = list(gc.callbacks)
    yield
    gc.callbacks[:] = before
    gc.unfreeze()


def none() -> int:
    """Return that there are no targets."""
    return 0


def many() -> int:
    """Return that there are so many that even a process that has run all tests before has no more than it should."""
    return 1_000_000


@pytest.fixture
def usual(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the process of all these tests, whatever others left in it, be as large as aescan usually is."""
    monkeypatch.setattr("aescan.exporter.pauses.BLOCKS", sys.getallocatedblocks())


def looked_at(item: object) -> bool:
    """Whether the next full collection looks at it."""
    return any(each is item for each in gc.get_objects())


@pytest.mark.usefixtures("usual")
def test_within_the_block() -> None:
    """What stays is looked at once; afterwards everything is as it was."""
    interval, callbacks, frozen = sys.getswitchinterval(), list(gc.callbacks), gc.get_freeze_count()
    old = Node()
    with kept_short(many):
        assert sys.getswitchinterval() == pytest.approx(SWITCH_INTERVAL)
        new = Node()
        assert not looked_at(old)
        assert looked_at(new)
        gc.collect()
        assert not looked_at(new)
    assert not looked_at(old)
    assert (sys.getswitchinterval(), gc.callbacks) == (interval, callbacks)
    assert frozen == 0 < gc.get_freeze_count()


@pytest.mark.usefixtures("usual")
def test_young_cycles() -> None:
    """Cycles that nobody holds are collected before anything is set aside."""
    with kept_short(many):
        reference = weakref.ref(cycle())
        gc.collect()
        assert reference() is None


@pytest.mark.usefixtures("usual")
def test_reference_counts() -> None:
    """What was set aside goes when nobody holds it."""
    node = Node()
    with kept_short(many):
        reference = weakref.ref(node)
        del node
        assert reference() is None


@pytest.mark.parametrize("targets", [0, 10_000])
def test_old_cycles(targets: int, restored: None) -> None:
    """Cycles that ended after they were set aside are collected when there is twice the memory that there should be."""
    del restored
    usual = 2 * (BLOCKS + targets * BLOCKS_OF_TARGET)
    blocks = [usual, usual + 1, usual + 1]
    shelf = Shelf(lambda: targets, lambda: blocks.pop(0))
    gc.callbacks.append(shelf)
    node = cycle()
    gc.collect()
    reference, kept = weakref.ref(node), [Node() for _ in range(100)]
    del node
    gc.collect()  # finds that there is too much
    assert reference() is not None
    gc.collect()  # looks at everything
    assert reference() is None
    assert not looked_at(kept[0])
    assert not looked_at(shelf)


def test_more_than_usual(restored: None) -> None:
    """What is there when everything has been looked at is what there should be: it is not looked at for ever."""
    del restored
    most = 2 * BLOCKS + 1
    blocks = [most, most, 2 * most, 2 * most + 1, most]
    gc.callbacks.append(Shelf(none, lambda: blocks.pop(0)))
    node, looks = Node(), []
    while blocks:
        gc.collect()
        looks.append(looked_at(node))
    assert looks == [True, False, False, True, False]


@pytest.mark.usefixtures("usual")
async def test_as_much_made_as_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes the place of other things, of which CPython would look at ever more at a time, is set aside soon."""
    monkeypatch.setattr("aescan.exporter.pauses.OFTEN", 0)
    with kept_short(many):
        known, most = [Node() for _ in range(10_000)], 0
        collecting = asyncio.create_task(collect_often())
        for number in range(len(known)):
            known[number] = Node()
            if not number % 100:
                await asyncio.sleep(0)
            most = max(most, len(gc.get_objects(0)) + len(gc.get_objects(1)) + len(gc.get_objects(2)))
        collecting.cancel()
    assert most < 1000


def test_a_reload_that_changes_little() -> None:
    """A target that is as it was is the very object that it was, so that nothing has to compare it on the loop."""
    before, other = (target("aes1.example.com"), target("aes2.example.com")), target("aes2.example.com", site="Lund")
    read = configuration(FakeSweep(), target("aes1.example.com"), other, target("aes3.example.com"))
    found = loaded(lambda: read, before)
    assert found == read
    assert [found.targets[0] is before[0], found.targets[1] is other] == [True, True]


async def test_many_targets_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is done for each target leaves the loop a turn after some of them, and reaches them all in order."""
    monkeypatch.setattr("aescan.exporter.pauses.AT_A_TIME", 3)
    others: list[int] = []
    seen: list[int] = []

    async def other() -> None:
        while True:
            others.append(len(seen))
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    async for item in in_turns(deque(range(8))):
        seen += [item]
    task.cancel()
    assert seen == [*range(8)]
    assert others == [3, 6]


async def test_freed_one_by_one() -> None:
    """What has been gone through is held no more."""
    many = deque(Node() for _ in range(3))
    references = [weakref.ref(each) for each in many]
    alive = [sum(reference() is not None for reference in references) async for _ in in_turns(many)]
    assert alive == [3, 2, 1]
