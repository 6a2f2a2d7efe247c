"""Turns of a probe on real sockets: one host is one address, every hello takes a turn, waiting costs no target time."""

import asyncio
from dataclasses import dataclass

import pytest

from aescan.errors import ProbeError, Reason
from aescan.inventory.model import Target
from aescan.probe.pace import Limits, Pace
from aescan.probe.probe import Prober
from aescan.probe.resolve import Resolver
from tests import flights
from tests.peers import scripted

ALERT = bytes.fromhex("15 0303 0002 0228")
"""handshake_failure: the ladder climbs four rungs."""


@dataclass
class Guests:
    """A server that counts how many are with it at once."""

    says: bytes
    now: int = 0
    most: int = 0
    ever: int = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Let one in, answer, and see it out."""
        self.now, self.ever = self.now + 1, self.ever + 1
        self.most = max(self.most, self.now)
        try:
            await reader.read(1)
            await asyncio.sleep(0.01)
            writer.write(self.says)
            await reader.read()
        finally:
            self.now -= 1


class Clock:
    """A clock that stands still but for those who sleep by it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        """Return the time."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.now += seconds
        self.slept.append(seconds)


async def test_several_names_of_one_server_are_one_host() -> None:
    """A server under ten names sees one connection at a time."""
    prober = Prober(resolver=Resolver(lambda host: ("127.0.0.1",)), pace=Pace(Limits(host_concurrency=1)))
    guests = Guests(flights.HELLO + flights.CERTIFICATE + flights.DONE)
    async with scripted(guests) as port:
        targets = [Target(f"one{number}", f"one{number}.example.com", port) for number in range(10)]
        captures = await asyncio.gather(*map(prober.probe, targets))

    assert (guests.most, guests.ever, len(captures)) == (1, 10, 10)


async def test_every_hello_takes_a_turn() -> None:
    """The rungs of one target rest in between like targets of one host do."""
    clock = Clock()
    prober = Prober(pace=Pace(Limits(host_concurrency=1, host_pause=7.0), clock, clock.sleep))
    async with scripted(Guests(ALERT)) as port:
        with pytest.raises(ProbeError) as caught:
            await prober.probe(Target("one", "127.0.0.1", port))

    assert (caught.value.connections, clock.slept, caught.value.waited) == (4, [7.0] * 3, 21.0)


async def test_waiting_costs_a_target_no_time() -> None:
    """The deadline moves by the wait: a target whose turn comes long after its timeout still has all of it."""
    clock = Clock()
    pace = Pace(Limits(host_concurrency=1), clock, clock.sleep)
    prober = Prober(timeout=0.05, pace=pace)
    async with scripted(Guests(flights.HELLO + flights.CERTIFICATE + flights.DONE)) as port:
        async with pace.turn("127.0.0.1"):
            probing = asyncio.create_task(prober.probe(Target("one", "127.0.0.1", port)))
            await pace.news.wait()
            await asyncio.sleep(0.06)
            clock.now += 60.0
        capture = await probing

    assert capture.waited == 60.0


async def test_a_silent_host_keeps_nobody_back_for_ever() -> None:
    """Three ports that say nothing and one that does, one at a time: each has its own deadline, one after another."""

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    prober = Prober(timeout=0.2, pace=Pace(Limits(host_concurrency=1)))
    async with scripted(say_nothing) as silent, scripted(Guests(ALERT)) as talking:
        targets = [Target(f"{number}", "127.0.0.1", silent) for number in range(3)]
        outcomes = await asyncio.gather(
            *map(prober.probe, [*targets, Target("last", "127.0.0.1", talking)]), return_exceptions=True
        )

    reasons = [outcome.reason for outcome in outcomes if isinstance(outcome, ProbeError)]
    assert reasons == [Reason.TIMEOUT] * 3 + [Reason.ALERT]


async def test_who_cannot_wait() -> None:
    """Asked for within a time in all, a target whose host is busy for longer fails by then and leaves the queue."""
    pace = Pace(Limits(host_concurrency=1))
    prober = Prober(timeout=0.05, pace=pace, patient=False)
    async with pace.turn("127.0.0.1"):
        with pytest.raises(ProbeError) as caught:
            await prober.probe(Target("one", "127.0.0.1", 1))
    async with pace.turn("127.0.0.1"):
        assert pace.waiting == 0

    assert (caught.value.reason, caught.value.waited, caught.value.connections) == (Reason.TIMEOUT, 0.0, 0)
    assert caught.value.detail == "waiting for a turn: other connections to that host took all the time"


async def test_who_can_wait_a_little() -> None:
    """A turn that comes in time is taken, and the wait is part of the time."""
    pace = Pace(Limits(host_concurrency=1))
    async with scripted(Guests(flights.HELLO + flights.CERTIFICATE + flights.DONE)) as port:
        async with pace.turn("127.0.0.1"):
            probing = asyncio.create_task(Prober(pace=pace, patient=False).probe(Target("one", "127.0.0.1", port)))
            await pace.news.wait()

        assert (await probing).waited == 0.0


async def test_hellos_about_versions_take_turns_too() -> None:
    """Whatever else is asked of a target waits likewise."""
    clock = Clock()
    pace = Pace(Limits(host_concurrency=1, host_pause=1000.0), clock, clock.sleep)
    async with scripted(Guests(flights.HELLO + flights.CERTIFICATE + flights.DONE)) as port:
        capture = await Prober(pace=pace).probe(Target("one", "127.0.0.1", port, protocols=True))

    assert (capture.connections, len(clock.slept), capture.waited) == (6, 5, 5000.0)
