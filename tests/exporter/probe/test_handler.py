"""Probes on demand, by real requests to an exporter; what is dialled is decided here and nowhere else."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from ipaddress import ip_network

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from aescan.errors import ProbeError, Reason
from aescan.exporter.application import application
from aescan.exporter.exporter import Exporter
from aescan.exporter.failures import Failures
from aescan.exporter.probe.handler import OnDemand, Probes
from aescan.exporter.probe.request import Rules
from aescan.exporter.web.listening import listening
from aescan.inventory.model import Target
from aescan.inventory.services import load_services
from aescan.observation import Observation
from aescan.settings.policy import Thresholds
from aescan.settings.probes import ProbeSettings
from tests.exporter.estate import LOST, SOUND, FakeSweep, configuration, until
from tests.facts import NOW, failed, seen

SITE = ProbeSettings(networks=(ip_network("10.20.0.0/16"),), names=("aes9.example.com",))


class Site:
    """A network whose names and servers a test controls."""

    def __init__(self, settings: ProbeSettings = SITE) -> None:
        self.names: dict[str, tuple[str, ...]] = {SOUND.host: ("192.0.2.7",)}
        self.lookup = 0.0
        self.answer: Callable[[Target], Observation] = seen
        self.scanned: list[tuple[Target, float]] = []
        self.looked_up: list[str] = []
        self.go = asyncio.Event()
        self.go.set()
        self.demand = OnDemand(Rules(settings, load_services(None), Thresholds()), self.scan, self.addresses)

    async def scan(self, target: Target, seconds: float) -> Observation:
        """Answer as the test wants, when it wants."""
        self.scanned.append((target, seconds))
        await self.go.wait()
        return self.answer(target)

    async def addresses(self, host: str, _deadline: float) -> tuple[str, ...]:
        """Look a name up; addresses are themselves."""
        self.looked_up.append(host)
        await asyncio.sleep(self.lookup)
        if host[0].isdecimal():
            return (host,)
        if host not in self.names:
            raise ProbeError(Reason.DNS, f"looking up {host}: no such name")
        return self.names[host]


@contextlib.asynccontextmanager
async def serving(
    site: Site, known: Target = SOUND
) -> AsyncIterator[Callable[..., "aiohttp.client._RequestContextManager"]]:
    """Give what asks for a probe."""
    first = replace(configuration(FakeSweep(), known), on_demand=site.demand)
    exporter = Exporter(first, lambda: first, lambda: NOW, asyncio.Event())
    async with (
        listening(application(exporter), (("127.0.0.1", 0),)) as endpoints,
        aiohttp.ClientSession(f"http://{endpoints[0]}") as session,
    ):
        yield lambda headers=None, **query: session.get("/probe", params=query, headers=headers)


async def test_known_target() -> None:
    """A target of the inventory is probed as it stands there, within the scraper's time."""
    site = Site()
    timeout = {"X-Prometheus-Scrape-Timeout-Seconds": "8"}
    async with serving(site) as probe, probe(timeout, target=SOUND.name) as response:
        body = await response.text()
    assert response.status == 200
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "\nprobe_success 1.0\n" in body
    ((target, seconds),) = site.scanned
    assert target == SOUND
    assert 7 < seconds <= 7.5
    assert site.looked_up == [SOUND.host]


async def test_known_address() -> None:
    """A target of the inventory with an address of its own is not looked up."""
    site = Site()
    async with serving(site, replace(SOUND, address="192.0.2.8")) as probe, probe(target=SOUND.name) as response:
        assert response.status == 200
    assert site.looked_up == []


@pytest.mark.parametrize("asked", [SOUND.name, "aes9.example.com:4722", "aes10.example.com:4722"])
async def test_lookup_is_part_of_the_probe(asked: str) -> None:
    """The page tells how long the name took, of the inventory or not, found or not, and counts it in."""
    site = Site(replace(SITE, names=("*.example.com",)))
    site.names["aes9.example.com"] = ("203.0.113.9",)
    site.lookup = 0.05
    async with serving(site) as probe, probe(target=asked) as response:
        body = await response.text()
    found = dict(re.findall(r"^(probe_d\w+_seconds) (\S+)$", body, re.MULTILINE))

    assert site.lookup / 2 < float(found["probe_dns_lookup_time_seconds"]) <= float(found["probe_duration_seconds"])


async def test_openmetrics() -> None:
    """The page is of the format that the scraper likes best."""
    accept = {"Accept": "application/openmetrics-text"}
    async with serving(Site()) as probe, probe(accept, target=SOUND.name) as response:
        assert (await response.text()).endswith("# EOF\n")


async def test_failed_probe() -> None:
    """A target that cannot be probed is an answer like any other."""
    site = Site()
    site.answer = failed
    async with serving(site) as probe, probe(target=SOUND.name) as response:
        assert response.status == 200
        assert "\nprobe_success 0.0\n" in await response.text()


async def test_address_is_settled() -> None:
    """The address that was judged is the one that is dialled, whatever the name says a moment later."""
    site = Site()
    site.names["aes9.example.com"] = ("127.0.0.1", "203.0.113.9", "203.0.113.10")
    async with serving(site) as probe, probe(target="aes9.example.com:4722") as response:
        assert response.status == 200
    assert [target.address for target, _ in site.scanned] == ["203.0.113.9"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("aes9.example.com:4722", ("127.0.0.1",)),
        ("aes9.example.com:4722", ("169.254.169.254", "::ffff:127.0.0.1")),
        ("rebound.example.net:4722", ("203.0.113.9",)),
        ("127.0.0.1:22", ()),
        ("10.21.0.1:4722", ()),
        ("[::1]:22", ()),
    ],
)
async def test_refused(asked: str, found: tuple[str, ...]) -> None:
    """What neither the inventory nor the settings let in is not dialled."""
    site = Site()
    site.names[asked.rpartition(":")[0]] = found
    site.names["::1"] = ("::1",)
    async with serving(site) as probe, probe(target=asked) as response:
        assert response.status == 403
        assert await response.text() == (
            f"{asked} is not in the inventory, and probe.allow in the settings does not let it be probed\n"
        )
    assert site.scanned == []


async def test_inventory_only() -> None:
    """By default nothing but the inventory is probed, and no name of a stranger's is looked up."""
    site = Site(ProbeSettings())
    async with serving(site) as probe, probe(target="aes9.example.com:4722") as response:
        assert response.status == 403
    assert site.looked_up == []


async def test_unknown_name() -> None:
    """A name that cannot be looked up is a failed probe."""
    async with serving(Site()) as probe, probe(target="aes9.example.com:4722") as response:
        body = await response.text()
    assert response.status == 200
    assert "\nprobe_success 0.0\n" in body
    assert 'aescan_probe_failed{reason="dns"} 1.0\n' in body


async def test_bad_request() -> None:
    """A request that means nothing is told so."""
    async with serving(Site()) as probe, probe(module="x") as response:
        assert (response.status, await response.text()) == (
            400,
            "target is missing: /probe?target=aes1.example.com:4722\n",
        )


async def test_nothing_on_demand() -> None:
    """An exporter without probes on demand says so."""
    site = Site()
    site.demand = None  # type: ignore[assignment] # which is what the configuration may hold
    async with serving(site) as probe, probe(target="x") as response:
        assert response.status == 404


async def test_one_probe_for_all() -> None:
    """Requests for the same probe share one; another server name is another probe."""
    site = Site()
    site.go.clear()
    async with serving(site) as probe:
        asked = [asyncio.create_task(status(probe(target=SOUND.name))) for _ in range(3)]
        asked.append(asyncio.create_task(status(probe(target=SOUND.name, hostname="other.example.com"))))
        await until(lambda: len(site.scanned) == 2)
        site.go.set()
        assert await asyncio.gather(*asked) == [200] * 4
    assert len(site.scanned) == 2


async def status(request: "aiohttp.client._RequestContextManager") -> int:
    """Return the status of the answer."""
    async with request as response:
        return response.status


async def test_bounded() -> None:
    """No more run at once than the settings say; those whose time is over before their turn are told."""
    site = Site(replace(SITE, concurrency=1))
    site.go.clear()
    hurried = {"X-Prometheus-Scrape-Timeout-Seconds": "0.2"}
    async with serving(site) as probe:
        first = asyncio.create_task(status(probe(target="10.20.0.1:1")))
        await until(lambda: len(site.scanned) == 1)
        async with probe(hurried, target="10.20.0.2:1") as response:
            assert (response.status, await response.text()) == (
                503,
                "too many probes at a time; raise probe.concurrency\n",
            )
        waiting = asyncio.create_task(status(probe(target="10.20.0.3:1")))
        site.go.set()
        assert [await first, await waiting] == [200, 200]
    assert [target.host for target, _ in site.scanned] == ["10.20.0.1", "10.20.0.3"]


async def test_debug() -> None:
    """Whoever asks is told the story: what was probed, what was seen, and the metrics."""
    async with serving(Site()) as probe, probe(target=SOUND.name, debug="true") as response:
        body = await response.text()
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert body.startswith(f"target {SOUND.name}, of the inventory, within 10 s, server name ")
    assert "AES Services" not in body.splitlines()[0]
    assert body.splitlines()[1:3] == ["1 connection in 0.031 s", "  tls12 to 127.0.0.1: answered after 0.030 s"]
    assert "\nmetrics without debug=true:\n\n# HELP probe_success" in body


async def test_another_inventory() -> None:
    """What the inventory in force has is known, whatever was in the one before."""
    site, inventory = Site(ProbeSettings()), [SOUND]
    probes = Probes(lambda: site.demand, lambda: tuple(inventory), lambda: NOW, Failures())

    async def asked(target: Target) -> int:
        return (await probes.answer(make_mocked_request("GET", f"/probe?target={target.endpoint}"))).status

    assert [await asked(SOUND), await asked(LOST)] == [200, 403]
    inventory[:] = [LOST]
    assert [await asked(SOUND), await asked(LOST)] == [403, 200]


async def test_end_during_a_probe() -> None:
    """The end of the application ends its probes."""
    site = Site()
    site.go.clear()
    probes = Probes(lambda: site.demand, lambda: (SOUND,), lambda: NOW, Failures())
    life = probes.living(web.Application())
    await anext(life)
    asked = asyncio.create_task(probes.answer(make_mocked_request("GET", f"/probe?target={SOUND.endpoint}")))
    await until(lambda: len(site.scanned) == 1)
    assert [each async for each in life] == []
    with pytest.raises(asyncio.CancelledError):
        await asked
