"""Many targets, bounded, one observation each."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from aescan.inventory.model import Target
from aescan.observation import Observation
from aescan.probe.pace import Limits, Pace
from aescan.scan.sweep import sweep
from tests.facts import failed, target
from tests.virtual import clock, in_no_time


class Scan:
    """A scan that takes as long as the test lets it, and remembers how many ran at once."""

    def __init__(self) -> None:
        self.running: Counter[str] = Counter()
        self.most_running = 0
        self.most_of_host = 0
        self.started: list[str] = []
        self.cancelled: list[str] = []
        self.turns = 3

    async def __call__(self, of: Target) -> Observation:
        """Scan for a few turns of the loop."""
        self.running[of.host] += 1
        self.started.append(of.name)
        self.most_running = max(self.most_running, self.running.total())
        self.most_of_host = max(self.most_of_host, self.running[of.host])
        try:
            for _ in range(self.turns):
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            self.cancelled.append(of.name)
            raise
        finally:
            self.running[of.host] -= 1
        return failed(of)


def estate(hosts: int, ports: int) -> list[Target]:
    """Return the targets of some hosts with some ports each, host by host."""
    return [target(f"aes{host}.example.com", 4000 + port) for host in range(hosts) for port in range(ports)]


async def names(targets: list[Target], scan: Scan, concurrency: int = 100, host_concurrency: int = 2) -> list[str]:
    """Sweep and return the names in the order they were done."""
    done = sweep(targets, scan, concurrency=concurrency, host_concurrency=host_concurrency)
    return [observation.target.name async for observation in done]


@pytest.mark.parametrize("hosts", [0, 1, 7])
@pytest.mark.parametrize("ports", [1, 2, 3, 10])
@pytest.mark.parametrize("concurrency", [1, 3, 100])
@pytest.mark.parametrize("host_concurrency", [1, 2, 20])
async def test_exactly_one_observation_each(hosts: int, ports: int, concurrency: int, host_concurrency: int) -> None:
    """Nothing is lost and nothing done twice, and both bounds hold."""
    scan, targets = Scan(), estate(hosts, ports)

    assert sorted(await names(targets, scan, concurrency, host_concurrency)) == sorted(one.name for one in targets)
    assert scan.most_running <= min(concurrency, hosts * host_concurrency)
    assert scan.most_of_host <= host_concurrency


async def test_the_bounds_are_used() -> None:
    """As much runs at once as may."""
    scan = Scan()
    await names(estate(10, 4), scan, concurrency=12, host_concurrency=2)

    assert (scan.most_running, scan.most_of_host) == (12, 2)


async def test_hosts_take_turns() -> None:
    """Every host is started once before any is started twice."""
    scan = Scan()
    await names(estate(4, 3), scan, concurrency=4, host_concurrency=2)

    assert len({name.split(":")[0] for name in scan.started[:4]}) == 4


async def test_a_pinned_address_is_its_own_host() -> None:
    """Two addresses of one name are two machines."""
    scan = Scan()
    targets = [replace(target(port=port), address=f"10.0.0.{port}") for port in (1, 2, 3)]
    await names(targets, scan, host_concurrency=1)

    assert scan.most_running == 3


async def test_observations_come_as_they_are_done() -> None:
    """A slow target holds nobody up."""
    go = asyncio.Event()

    async def scan(of: Target) -> Observation:
        if of.host == "aes0.example.com":
            await go.wait()
        return failed(of)

    order = []
    async for observation in sweep(estate(3, 1), scan, concurrency=10, host_concurrency=1):
        order.append(observation.target.host)
        if len(order) == 2:
            go.set()

    assert order[-1] == "aes0.example.com"


async def test_a_bug_ends_the_sweep_loudly() -> None:
    """What is no ProbeError is not swallowed, and the other scans are stopped."""
    scan = Scan()
    scan.turns = 1000

    async def broken(of: Target) -> Observation:
        if of.host == "aes0.example.com":
            raise ZeroDivisionError
        return await scan(of)

    with pytest.RaisesGroup(ZeroDivisionError):
        [observation async for observation in sweep(estate(3, 1), broken, concurrency=10, host_concurrency=1)]

    assert sorted(scan.cancelled) == ["aes1.example.com:4000", "aes2.example.com:4000"]


async def test_a_consumer_that_stops_leaves_nothing_running() -> None:
    """Closing the iterator cancels the scans under way and waits for them."""
    scan = Scan()
    scan.turns = 1000

    async def some_quick(of: Target) -> Observation:
        return failed(of) if of.host == "aes0.example.com" else await scan(of)

    observations = sweep(estate(3, 1), some_quick, concurrency=10, host_concurrency=1)
    await anext(observations)
    await observations.aclose()  # type: ignore[attr-defined]  # an async generator, promised as an iterator

    assert sorted(scan.cancelled) == ["aes1.example.com:4000", "aes2.example.com:4000"]
    assert scan.running.total() == 0


def test_scans_that_wait_for_a_host_take_up_no_place() -> None:
    """A hundred names of one slow server, ahead of everybody else: the others are done before its second turn."""
    pace = Pace(Limits(concurrency=10, host_concurrency=1, host_pause=1), clock)
    done: list[tuple[str, float]] = []
    open_now = most_open = 0

    async def scan(of: Target) -> Observation:
        nonlocal open_now, most_open
        async with pace.turn("10.0.0.1" if of.host.startswith("alias") else of.host):
            open_now += 1
            most_open = max(most_open, open_now)
            await asyncio.sleep(60 if of.host.startswith("alias") else 1)
            open_now -= 1
        done.append((of.host, clock()))
        return failed(of)

    async def swept() -> int:
        targets = [target(f"alias{number}", 4722) for number in range(100)] + estate(45, 1)
        observations = sweep(targets, scan, concurrency=10, host_concurrency=1, pace=pace)
        return len([observation async for observation in observations])

    assert in_no_time(swept()) == 145
    assert most_open == 10
    assert {host for host, moment in done if moment <= 6} == {one.host for one in estate(45, 1)}
    assert done[-1][1] == 100 * 60 + 99


@pytest.mark.parametrize("hosts", [30, 300])
@pytest.mark.parametrize("ports", [1, 6])
def test_black_holes(hosts: int, ports: int) -> None:
    """
    A twentieth of the hosts swallows packets: a sweep is over when their connect timeouts, side by side, are.

    Each costs one connection; all of them together take dead × timeout ÷ concurrency, and at most a fifth more. Where
    there are fewer of them than places, the ports of one such host come one after another.
    """
    timeout, concurrency, opened = 5.0, 3, Counter[str]()
    dead = {f"aes{number}.example.com" for number in range(hosts) if number % 20 == 7}

    async def scan(of: Target) -> Observation:
        opened[of.name] += 1
        await asyncio.sleep(timeout if of.host in dead else 0.001)
        return failed(of)

    async def swept() -> float:
        async for _ in sweep(estate(hosts, ports), scan, concurrency=concurrency, host_concurrency=1):
            pass
        return clock()

    took, least = in_no_time(swept()), max(len(dead) / concurrency, 1) * ports * timeout
    assert set(opened.values()) == {1}
    assert least <= took <= 1.2 * least
