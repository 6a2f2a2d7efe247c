"""Turns: how many at once, how long a host rests, how many a second; nobody waits for a host that is not theirs."""

import asyncio
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aescan.probe.pace import Limits, Pace
from tests.virtual import clock, in_no_time


@dataclass
class Visits:
    """Connections that take their turns, and when each began and ended."""

    pace: Pace
    made: list[tuple[str, float, float]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    async def visit(self, address: str, seconds: float = 1.0, after: float = 0.0) -> None:
        """Ask for a turn after a while, and stay for some seconds."""
        await asyncio.sleep(after)
        async with self.pace.turn(address) as waited:
            began = clock()
            await asyncio.sleep(seconds)
            self.made.append((address, began, clock()))
            self.waits.append(waited)

    @property
    def begun(self) -> list[tuple[str, float]]:
        """Who began when, in order."""
        return sorted(((address, round(began, 6)) for address, began, _ in self.made), key=lambda visit: visit[1])


def visits(limits: Limits, *asked: tuple[str, float, float]) -> Visits:
    """Return what became of visits of (address, seconds, asked for after), in virtual time."""

    async def all_of_them() -> Visits:
        made = Visits(Pace(limits, clock))
        async with asyncio.TaskGroup() as group:
            for address, seconds, after in asked:
                group.create_task(made.visit(address, seconds, after))
        return made

    return in_no_time(all_of_them())


def most_at_once(spans: Sequence[tuple[float, float]]) -> int:
    """Return how many of these spans of time overlap at most; one that ends as another begins does not."""
    events = sorted([(began, 1) for began, _ in spans] + [(ended, -1) for _, ended in spans])
    return max(itertools.accumulate(step for _, step in events), default=0)


def test_no_limits() -> None:
    """Nothing is limited unless it is said."""
    made = visits(Limits(), *[("a", 1, 0)] * 100)

    assert made.begun == [("a", 0)] * 100
    assert made.waits == [0] * 100


def test_one_at_a_time_and_a_pause() -> None:
    """A host's next connection begins a pause after the end of the last, in the order asked for."""
    made = visits(Limits(host_concurrency=1, host_pause=0.5), ("a", 1, 0), ("a", 2, 0), ("a", 1, 0.2))

    assert made.begun == [("a", 0), ("a", 1.5), ("a", 4)]
    assert made.waits == pytest.approx([0, 1.5, 3.8])


def test_a_host_that_has_rested_is_free() -> None:
    """The pause counts from the end of a connection, whether anybody waits or not."""
    made = visits(Limits(host_concurrency=1, host_pause=0.5), ("a", 1, 0), ("a", 1, 1.2), ("a", 1, 9))

    assert made.begun == [("a", 0), ("a", 1.5), ("a", 9)]


def test_each_of_several_at_once_is_followed_by_a_pause() -> None:
    """With two at once, the pause counts from the end of the one whose place is taken."""
    made = visits(Limits(host_concurrency=2, host_pause=1), ("a", 2, 0), ("a", 2.5, 0), ("a", 1, 0), ("a", 1, 0))

    assert made.begun == [("a", 0), ("a", 0), ("a", 3), ("a", 3.5)]


def test_a_slow_host_keeps_only_its_own_back() -> None:
    """While fifty wait for one host, the others have their turn at once."""
    slow, others = [("slow", 100, 0)] * 50, [(f"host {number}", 1, 0) for number in range(5)]
    made = visits(Limits(concurrency=6, host_concurrency=1, host_pause=1), *slow, *others)

    assert [began for address, began in made.begun if address != "slow"] == [0] * 5
    assert [began for address, began in made.begun if address == "slow"] == [101 * number for number in range(50)]


def test_so_many_in_all() -> None:
    """A place that is given up goes to the one who has waited longest."""
    made = visits(Limits(concurrency=2), ("a", 1, 0), ("b", 2, 0), ("c", 5, 0), ("d", 5, 0))

    assert made.begun == [("a", 0), ("b", 0), ("c", 1), ("d", 2)]


def test_so_many_a_second() -> None:
    """Connections begin evenly spread, and a quiet time saves nothing up."""
    made = visits(Limits(rate=4), *[(name, 0, 0) for name in "abc"], ("d", 0, 10), ("e", 0, 10.1), ("f", 0, 10.2))

    assert made.begun == [("a", 0), ("b", 0.25), ("c", 0.5), ("d", 10), ("e", 10.25), ("f", 10.5)]


def test_a_stop_of_the_loop_is_hardly_made_up_for() -> None:
    """Who waited meanwhile begins evenly spread after it, but for the few of a hundredth of a second."""
    late = [5.0]

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds + (late.pop() if late else 0))

    async def crowd() -> Visits:
        made = Visits(Pace(Limits(rate=400), clock, sleep))
        async with asyncio.TaskGroup() as group:
            for number in range(9):
                group.create_task(made.visit(str(number)))
        return made

    began = [began for _, began in in_no_time(crowd()).begun]

    assert began == pytest.approx([0, *[5.0025] * 5, 5.005, 5.0075, 5.01])


@given(
    st.builds(
        Limits,
        concurrency=st.integers(1, 4),
        host_concurrency=st.integers(1, 3),
        host_pause=st.sampled_from([0, 0.5, 3]),
        rate=st.sampled_from([0.5, 2, 100, math.inf]),
    ),
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from([0.25, 1, 7]), st.sampled_from([0, 0.5, 4])), max_size=25
    ),
)
def test_limits_always_hold(limits: Limits, asked: list[tuple[str, float, float]]) -> None:
    """Whoever asks for what and when: everybody has a turn, and no limit is ever broken."""
    made = visits(limits, *asked)
    # In whole microseconds, for sums of fractions are off by less.
    spans = {
        address: sorted((round(began * 1e6), round(ended * 1e6)) for of, began, ended in made.made if of == address)
        for address in "abc"
    }
    every = sorted(itertools.chain(*spans.values()))

    assert sorted(address for address, _, _ in made.made) == sorted(address for address, _, _ in asked)
    assert most_at_once(every) <= limits.concurrency
    assert all(later[0] - earlier[0] >= 1e6 / limits.rate - 2 for earlier, later in itertools.pairwise(every))
    for of_host in spans.values():
        rested = [(began, ended + int(limits.host_pause * 1e6) - 2) for began, ended in of_host]
        assert most_at_once(rested) <= limits.host_concurrency


@pytest.mark.parametrize(
    ("limits", "address"),
    [
        (Limits(host_concurrency=1), "a"),
        (Limits(host_concurrency=1, host_pause=5), "a"),
        (Limits(concurrency=1), "b"),
        (Limits(rate=0.1), "b"),
    ],
    ids=["busy host", "resting host", "no place", "rate"],
)
@pytest.mark.parametrize("when", [0.5, 1.5, 3])
def test_one_who_stops_waiting_leaves_nothing_behind(limits: Limits, address: str, when: float) -> None:
    """Cancelled at any stage of the wait: those behind still have their turns, as if it had never asked."""

    async def cancelled() -> Visits:
        made = Visits(Pace(limits, clock))
        async with asyncio.TaskGroup() as group:
            group.create_task(made.visit("a"))
            impatient = group.create_task(made.visit(address, 50, after=0.1))
            group.create_task(made.visit("a", after=20))
            group.create_task(made.visit("b", after=40))
            await asyncio.sleep(when)
            impatient.cancel()
        assert made.pace.waiting == 0
        return made

    assert [visit for visit in in_no_time(cancelled()).begun if visit[1] >= 20] == [("a", 20), ("b", 40)]


def test_one_who_stops_just_as_the_turn_comes() -> None:
    """A turn given to somebody who is cancelled in the same moment goes to the next."""

    async def crossed() -> list[tuple[str, float]]:
        made = Visits(Pace(Limits(host_concurrency=1), clock))
        async with asyncio.TaskGroup() as group:
            async with made.pace.turn("a"):
                impatient, patient = (group.create_task(made.visit("a", seconds)) for seconds in (7, 1))
                await made.pace.news.wait()
                await asyncio.sleep(0)
            impatient.cancel()  # it has the turn and does not know
            await patient
        assert made.pace.waiting == 0
        return made.begun

    assert in_no_time(crossed()) == [("a", 0)]


def test_a_connection_that_fails_gives_its_turn_back() -> None:
    """An error passes through, and the next has the turn."""

    async def failing() -> None:
        pace = Pace(Limits(concurrency=1, host_concurrency=1), clock)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                async with pace.turn("a"):
                    raise ZeroDivisionError

    in_no_time(failing())


def test_those_who_wait_are_counted() -> None:
    """Only those who wait for a host count, and their coming is told; a place or the rate is everybody's."""

    async def counted() -> None:
        made = Visits(Pace(Limits(concurrency=2, host_concurrency=1, host_pause=1), clock))
        async with asyncio.TaskGroup() as group:
            for address in "aab":
                group.create_task(made.visit(address))
            await asyncio.sleep(0.5)
            assert made.pace.waiting == 1
            assert made.pace.news.is_set()
            group.create_task(made.visit("c"))
            await asyncio.sleep(0)
            assert made.pace.waiting == 1
            await asyncio.sleep(1)  # its host is free, and rests
            assert made.pace.waiting == 1
            await asyncio.sleep(1)
            assert made.pace.waiting == 0

    in_no_time(counted())


def test_hosts_are_forgotten() -> None:
    """What is kept in mind does not grow with the estate or time: hosts in use, and those that may still rest."""

    async def many() -> None:
        made = Visits(Pace(Limits(host_concurrency=1, host_pause=2), clock))
        for number in range(1000):
            await made.visit(str(number))
            assert made.pace.hosts <= 4
        unlimited = Visits(Pace(Limits(), clock))
        async with unlimited.pace.turn("a"):
            for _ in range(1000):
                await unlimited.visit("a")
            assert len(unlimited.pace._hosts["a"].rests) == 1

    in_no_time(many())
