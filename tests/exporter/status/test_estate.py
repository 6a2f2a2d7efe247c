"""What the exporter knows, worked out once per change."""

from datetime import timedelta

from aescan.exporter.status.estate import KEPT, KEPT_UNCHANGED, Estate, entry
from aescan.settings.policy import Policy
from tests.exporter.estate import LOST, NEW, SOUND, estate, sound
from tests.facts import LEAF, NOW


def test_entries() -> None:
    """Each target has its last probe and the chain last seen, however long ago."""
    found = Estate().at(estate().snapshot(), NOW, Policy()).entries
    assert [(one.name, one.standing) for one in found.values()] == [
        (SOUND.name, "warning"),
        (LOST.name, "critical"),
        (NEW.name, "pending"),
        ('odd "one"\\x0a\\', "warning"),
    ]
    lost = found[LOST.name]
    assert lost.failure is not None
    assert (lost.seen_at, lost.end) == (NOW - timedelta(days=2), LEAF.not_after)


def test_worked_out_once() -> None:
    """Within a moment the same glance is given, then a new one, in which what did not change is the same."""
    of, state = Estate(), estate()
    first = of.at(state.snapshot(), NOW, Policy())
    assert of.at(state.snapshot(), NOW + KEPT, Policy()) is first  # nothing changed
    state.observe(sound(timedelta(seconds=1)))
    assert of.at(state.snapshot(), NOW + KEPT / 2, Policy()) is first
    second = of.at(state.snapshot(), NOW + KEPT, Policy())
    assert second.entries[LOST.name] is first.entries[LOST.name]
    assert second.entries[SOUND.name] is not first.entries[SOUND.name]
    assert of.at(state.snapshot(), NOW + KEPT + KEPT_UNCHANGED, Policy()) is not second  # the time did
    assert of.at(state.snapshot(), NOW - timedelta(days=1), Policy()) is not second  # the clock was set


def test_a_target_that_left() -> None:
    """What has left the inventory is forgotten."""
    of, state = Estate(), estate()
    of.at(state.snapshot(), NOW, Policy())
    state.configure([SOUND], NOW)
    assert list(of.at(state.snapshot(), NOW + KEPT, Policy()).entries) == [SOUND.name]


def test_entry() -> None:
    """A target never probed is known by its name alone."""
    pending = next(status for status in estate().statuses if status.target == NEW)
    assert (entry(pending).last, entry(pending).seen, entry(pending).seen_at) == (None, None, None)
