"""What full collections leave alone is set aside, and nothing is lost by that for ever."""

import gc
import sys
import weakref
from collections.abc import Iterator

import pytest

from aescan.exporter.pauses import SWITCH_INTERVAL, Shelf, kept_short


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


def looked_at(item: object) -> bool:
    """Whether the next full collection looks at it."""
    return any(each is item for each in gc.get_objects())


def test_within_the_block() -> None:
    """What stays is looked at once; afterwards everything is as it was."""
    interval, callbacks, frozen = sys.getswitchinterval(), list(gc.callbacks), gc.get_freeze_count()
    old = Node()
    with kept_short():
        assert sys.getswitchinterval() == pytest.approx(SWITCH_INTERVAL)
        new = Node()
        assert not looked_at(old)
        assert looked_at(new)
        gc.collect()
        assert not looked_at(new)
    assert looked_at(old)
    assert looked_at(new)
    assert (sys.getswitchinterval(), gc.callbacks) == (interval, callbacks)
    assert frozen == gc.get_freeze_count() == 0


def test_young_cycles() -> None:
    """Cycles that nobody holds are collected before anything is set aside."""
    with kept_short():
        reference = weakref.ref(cycle())
        gc.collect()
        assert reference() is None


def test_reference_counts() -> None:
    """What was set aside goes when nobody holds it."""
    node = Node()
    with kept_short():
        reference = weakref.ref(node)
        del node
        assert reference() is None


def test_old_cycles(restored: None) -> None:
    """Cycles that ended after they were set aside are collected when there is more of such than there was."""
    del restored
    shelf = Shelf(count_every=2, growth=1)
    gc.callbacks.append(shelf)
    node = cycle()
    gc.collect()
    reference, kept = weakref.ref(node), [Node() for _ in range(100)]
    del node
    gc.collect()  # the second, which counts
    assert reference() is not None
    gc.collect()  # looks at everything
    assert reference() is None
    assert not looked_at(kept[0])
    assert not looked_at(shelf)
