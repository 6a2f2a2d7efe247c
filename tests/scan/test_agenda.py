"""Who is scanned when, on a clock that the test turns."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from aescan.inventory.model import Target
from aescan.scan.agenda import AFTER_QUIET, PATIENCE, Agenda, interleaved, share
from tests.facts import target

HOUR = 3600.0
EPOCH = 1_795_435_200.0


def targets(count: int, **labels: str) -> tuple[Target, ...]:
    """Return that many targets, each on a host of its own."""
    return tuple(target(f"aes{number}.example.com", 4722, "dmcc", **labels) for number in range(count))


def begun(*of: Target, backoff: float = 6 * HOUR) -> Agenda:
    """Return an agenda of these targets whose first scans are done, well, at the same time."""
    agenda = Agenda(HOUR, backoff, EPOCH)
    agenda.configure(of, 0)
    for each in agenda.take(0):
        agenda.done(each.name, 0, failed=False)
    return agenda


def due_times(agenda: Agenda, until: float) -> dict[str, list[float]]:
    """Return when each target was scanned up to that time, every scan being done at once and well."""
    found: dict[str, list[float]] = {}
    while agenda.next_due is not None and agenda.next_due <= until:
        now = agenda.next_due
        for each in agenda.take(now):
            found.setdefault(each.name, []).append(now)
            agenda.done(each.name, now, failed=False)
    return found


def test_all_are_due_at_first() -> None:
    """A new inventory is scanned at once; what is under way is not taken again."""
    agenda = Agenda(HOUR, 0, EPOCH)
    agenda.configure(targets(3), 5)
    assert {each.name for each in agenda.take(5)} == {each.name for each in targets(3)}
    assert agenda.take(5) == ()
    assert agenda.next_due is None


def test_spread_evenly() -> None:
    """After that, targets come at an even rate: no minute has more than a few times its share."""
    agenda = begun(*targets(3600))
    minutes = Counter(int(times[-1] // 60) for times in due_times(agenda, 2.5 * HOUR).values())
    assert all(30 < minutes[minute] < 100 for minute in range(92, 148))


def test_once_per_interval() -> None:
    """Each target is scanned once per interval, at its own place in it."""
    for times in due_times(begun(*targets(50)), 24 * HOUR).values():
        assert 0.5 * HOUR <= times[0] <= 1.5 * HOUR
        assert {round(later - earlier, 3) for earlier, later in pairwise(times)} == {HOUR}


def test_same_place_after_a_restart() -> None:
    """The place follows from the name and the wall's time when the clock began, not from when aescan started."""
    (one,) = targets(1)
    first = due_times(begun(one), 10 * HOUR)[one.name]
    later = Agenda(HOUR, 0, EPOCH + 1234)
    later.configure([one], 0)
    later.take(0)
    later.done(one.name, 0, failed=False)
    second = due_times(later, 10 * HOUR)[one.name]
    assert {round((EPOCH + at) % HOUR, 3) for at in first} == {round((EPOCH + 1234 + at) % HOUR, 3) for at in second}


def test_known_ones_after_a_restart() -> None:
    """What nobody knows anything of comes before what an earlier run has seen."""
    agenda = Agenda(HOUR, 0, EPOCH)
    known, new = targets(2)
    agenda.configure([known, new], 0, known=[known.name])
    assert agenda.take(0) == (new, known)


def test_own_interval() -> None:
    """A target may have its own interval."""
    often = replace(targets(1)[0], interval=60.0)
    assert len(due_times(begun(often), HOUR)[often.name]) in {59, 60}


def test_new_interval() -> None:
    """A shorter interval counts from the reload on, not after the longer one; a longer one puts nothing off."""
    (one,) = targets(1)
    agenda = begun(one)
    agenda.interval = 60.0
    agenda.configure([one], 10)
    assert agenda.next_due is not None
    assert agenda.next_due <= 100
    before, agenda.interval = agenda.next_due, HOUR
    agenda.configure([one], 10)
    assert agenda.next_due == before


def test_another_target_of_the_name() -> None:
    """What another thing is asked of is due at once."""
    one, other = targets(2)
    agenda = begun(one, other)
    changed = replace(one, protocols=True)
    agenda.configure([changed, other], 10)
    assert agenda.take(10) == (changed,)


def test_only() -> None:
    """In quiet hours only what was asked for is taken; the rest stays due."""
    one, other = targets(2)
    agenda = Agenda(HOUR, 0, EPOCH)
    agenda.configure([one, other], 0)
    assert agenda.take(5, frozenset()) == ()
    assert agenda.take(5, {one.name}) == (one,)
    assert agenda.take(5) == (other,)


def test_new_ones_first() -> None:
    """A target that was added is scanned at once, before others that are due."""
    old = targets(10)
    agenda = begun(*old)
    added = target("new.example.com", 4722, "dmcc")
    agenda.configure([*old, added], 10)
    assert agenda.take(10) == (added,)
    agenda.done(added.name, 10, failed=False)
    agenda.ask(11)
    agenda.configure([*old, added, replace(added, name="newer")], 11)
    assert agenda.take(11)[0].name == "newer"


def test_removed() -> None:
    """A target that left is not scanned any more, and its late outcome changes nothing."""
    one, other = targets(2)
    agenda = Agenda(HOUR, 0, EPOCH)
    agenda.configure([one, other], 0)
    agenda.take(0)
    agenda.configure([other], 1)
    assert agenda.done(one.name, 2, failed=False) is None
    assert agenda.done(other.name, 2, failed=False) == 2
    assert set(due_times(agenda, 10 * HOUR)) == {other.name}


def test_backoff() -> None:
    """A target that keeps failing is asked at its interval at first, then half as often each time, then no less."""
    (one,) = targets(1)
    agenda = begun(one, backoff=4 * HOUR)
    gaps = []
    before = 0.0
    for _ in range(7):
        now = agenda.next_due
        assert now is not None
        agenda.take(now)
        agenda.done(one.name, now, failed=True)
        gaps.append(round((now - before) / HOUR, 3))
        before = now
    assert gaps[1 : PATIENCE + 1] == [1, 1]
    assert gaps[PATIENCE + 1 :] == [2, 4, 4, 4]
    now = agenda.next_due
    assert now is not None
    agenda.take(now)
    agenda.done(one.name, now, failed=False)
    assert agenda.next_due is not None
    assert agenda.next_due - now <= 1.5 * HOUR, "one success ends it"


@pytest.mark.parametrize("backoff", [0, HOUR])
def test_no_backoff(backoff: float) -> None:
    """A backoff no longer than the interval is none."""
    (one,) = targets(1)
    agenda = begun(one, backoff=backoff)
    for _ in range(40):
        now = agenda.next_due
        assert now is not None
        agenda.take(now)
        agenda.done(one.name, now, failed=True)
        assert agenda.next_due is not None
        assert agenda.next_due - now == pytest.approx(HOUR)


def test_ask() -> None:
    """Targets can be asked for, one or all; one under way is not scanned twice."""
    one, other = targets(2)
    agenda = begun(one, other)
    assert agenda.ask(5, [one.name, "nobody"]) == (one.name,)
    assert agenda.take(5) == (one,)
    assert agenda.ask(6) == (one.name, other.name)
    assert agenda.take(6) == (other,)


def test_give_back() -> None:
    """What was broken off is due again."""
    one, other = targets(2)
    agenda = Agenda(HOUR, 0, EPOCH)
    agenda.configure([one, other], 0)
    agenda.take(0)
    agenda.done(one.name, 1, failed=False)
    agenda.give_back(2)
    assert agenda.take(2) == (other,)


def test_sweeps() -> None:
    """A sweep is over when every target was scanned, however often some were; then the next begins."""
    one, other = targets(2)
    agenda = Agenda(HOUR, 0, EPOCH)
    agenda.configure([one, other], 100)
    agenda.take(100)
    assert agenda.done(one.name, 101, failed=False) is None
    assert agenda.done(one.name, 103, failed=False) is None
    assert agenda.done(other.name, 107, failed=True) == 7
    assert agenda.done(other.name, 110, failed=False) is None
    assert agenda.done(one.name, 112, failed=False) == 5


def test_a_sweep_waits_for_nobody() -> None:
    """Who keeps failing, or is to be scanned less often, is no part of a sweep but the first."""
    one, lost = targets(2)
    rare = replace(one, name="rare", interval=24 * HOUR)
    agenda = begun(one, lost, rare)
    for now in range(1, PATIENCE + 2):
        agenda.ask(now)
        agenda.take(now)
        agenda.done(lost.name, now, failed=True)
        assert agenda.done(one.name, now, failed=False) == pytest.approx(1)
        agenda.done(rare.name, now, failed=False)
    agenda.ask(10, [one.name])
    agenda.take(10)
    assert agenda.done(one.name, 10, failed=False) is not None


def test_a_sweep_over_a_reload() -> None:
    """What was scanned in a sweep stays so when the inventory changes; what is added belongs to it."""
    one, other, added = targets(3)
    agenda = Agenda(HOUR, 0, EPOCH)
    agenda.configure([one, other], 0)
    agenda.take(0)
    assert agenda.done(one.name, 1, failed=False) is None
    agenda.configure([one, added], 2)
    agenda.take(2)
    assert agenda.done(added.name, 3, failed=False) == 3


def test_after_quiet_hours() -> None:
    """What became due in quiet hours is spread, over an hour at most."""
    agenda = begun(*targets(100))
    agenda.spread(9 * HOUR, but=["aes0.example.com:4722"])
    assert [each.name for each in agenda.take(9 * HOUR)] == ["aes0.example.com:4722"]
    assert len(agenda.take(9 * HOUR + 60)) < 10
    assert sum(len(agenda.take(9 * HOUR + minute * 60)) for minute in range(1, 61)) > 90
    assert AFTER_QUIET == HOUR


def test_sites_take_turns() -> None:
    """A site with many targets, or a host with many ports, does not come whole before another."""
    big = tuple(replace(each, name=f"b{number}") for number, each in enumerate(targets(6, site="big")))
    ports = tuple(replace(target("aes.example.com", port, "dmcc"), name=f"p{port}") for port in (1, 2, 3))
    assert [each.name for each in interleaved([*big, *ports])] == ["b0", "p1", "b1", "p2", "b2", "p3", "b3", "b4", "b5"]


def test_share() -> None:
    """A place is from 0 up to 1 and depends on nothing but the name."""
    assert share("aes1.example.com:4722") == share("aes1.example.com:4722")
    assert all(0 <= share(str(number)) < 1 for number in range(100))


def test_empty() -> None:
    """An empty inventory has nothing due."""
    agenda = Agenda(HOUR, 0, EPOCH)
    agenda.configure([], 0)
    assert agenda.take(0) == ()
    assert agenda.next_due is None


def test_last_due() -> None:
    """A sweep is over when its last target was scanned: the one due last tells when, be it under way or not."""
    one, other = targets(2)
    slow = replace(other, interval=3 * HOUR)
    agenda = Agenda(HOUR, 6 * HOUR, EPOCH)
    assert agenda.last_due is None
    agenda.configure([one, slow], 5)
    assert agenda.last_due == (5, 3 * HOUR), "the first sweep has every target"
    agenda.take(7)
    assert agenda.last_due == (5, 3 * HOUR), "what hangs is late since it was due"
    agenda.done(one.name, 8, failed=False)
    agenda.done(slow.name, 9, failed=False)
    assert agenda.last_due == (agenda.next_due, HOUR), "the next has those that are scanned as often as usual"
    agenda.configure([], 10)
    assert agenda.last_due is None


def test_last_due_while_all_fail() -> None:
    """A sweep of nothing but targets that keep failing lasts as long as their pause."""
    (one,) = targets(1)
    agenda = begun(one)
    now = 0.0
    for _ in range(PATIENCE + 4):
        now = agenda.next_due or 0.0
        agenda.take(now)
        agenda.done(one.name, now, failed=True)
    assert agenda.last_due == (now + 6 * HOUR, HOUR)
