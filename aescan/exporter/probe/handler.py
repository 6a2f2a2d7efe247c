"""
Requests for probes: who may be probed, each target once at a time, and the page of what it came to.

A request comes in, the answer goes out when the probe is done: HTTP 200 with ``probe_success 0`` for a target that
could not be probed, 400 and 403 for a request that cannot be answered. Probes run in tasks of their own, owned here;
requests for the same probe share one, and it goes on when one of them hangs up.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter
from typing import Final

from aiohttp import web
from prometheus_client.exposition import generate_latest as text
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics
from prometheus_client.registry import Collector

from aescan import __version__
from aescan.errors import ProbeError
from aescan.exporter.failures import Failures
from aescan.exporter.negotiation import Format, choose_format
from aescan.exporter.probe.access import may_ask, permitted
from aescan.exporter.probe.families import ProbeCollector
from aescan.exporter.probe.request import BadRequest, Directory, Rules, Wanted, understand
from aescan.findings.words import count
from aescan.inventory.model import Target
from aescan.observation import Failed, Observation
from aescan.report import rungs
from aescan.report.formats import renderer
from aescan.report.model import Report
from aescan.text import printable

log: Final = logging.getLogger("aescan.exporter.probe")

TIMEOUT: Final = "X-Prometheus-Scrape-Timeout-Seconds"

_ENCODERS: Final[dict[Format, Callable[[Collector], bytes]]] = {Format.TEXT: text, Format.OPENMETRICS: openmetrics}


@dataclass(frozen=True, slots=True)
class OnDemand:
    """
    What the configuration in force says of probes on demand.

    ``scan``
        Probes one target within so many seconds and judges it.
    ``addresses``
        Looks a host up by a moment of the loop's clock; raises ProbeError.
    """

    rules: Rules
    scan: Callable[[Target, float], Awaitable[Observation]]
    addresses: Callable[[str, float], Awaitable[tuple[str, ...]]]


class Refused(Exception):  # noqa: N818 - the answer that it leads to
    """A target that may not be probed, and why not."""


class Busy(Exception):  # noqa: N818 - likewise
    """No probe of so many under way ended before the request's time was over."""


class Probes:
    """
    The probes on demand of one exporter.

    ``demand``, ``targets``
        Return the configuration and the inventory in force.
    ``now``
        The wall clock, aware UTC.
    ``failures``
        Keeps what failed.
    """

    def __init__(
        self,
        demand: Callable[[], OnDemand | None],
        targets: Callable[[], tuple[Target, ...]],
        now: Callable[[], datetime],
        failures: Failures,
    ) -> None:
        self._demand = demand
        self._targets = targets
        self._directory = Directory(())
        self._now = now
        self._shared: dict[Hashable, asyncio.Task[Observation]] = {}
        self._under_way = 0
        self._freed = asyncio.Condition()
        self._failures = failures

    async def living(self, _app: web.Application) -> AsyncIterator[None]:
        """Own the probes for the life of the application, whose end puts them away."""
        yield
        for task in self._shared.values():
            task.cancel()
        await asyncio.gather(*self._shared.values(), return_exceptions=True)

    async def answer(self, request: web.Request) -> web.Response:
        """Answer ``/probe``."""
        demand = self._demand()
        if demand is None:
            return web.Response(text="nothing is probed on demand here\n", status=web.HTTPNotFound.status_code)
        try:
            wanted = understand(request.query, request.headers.get(TIMEOUT), self._known(), demand.rules)
            observation, lookup = await self._observe(wanted, demand)
        except BadRequest as error:
            return web.Response(text=f"{error}\n", status=web.HTTPBadRequest.status_code)
        except Refused as error:
            return web.Response(text=f"{error}\n", status=web.HTTPForbidden.status_code)
        except Busy:
            problem = "too many probes at a time; raise probe.concurrency\n"
            return web.Response(text=problem, status=web.HTTPServiceUnavailable.status_code)
        if wanted.debug:
            return web.Response(text="".join(story(wanted, observation, lookup)))
        form = choose_format(",".join(request.headers.getall("Accept", [])))
        page = encoded(observation, lookup, form)
        return web.Response(body=page, headers={"Content-Type": form.value, "Vary": "Accept"})

    def _known(self) -> Directory:
        if (targets := self._targets()) is not self._directory.targets:
            self._directory = Directory(targets)
        return self._directory

    async def _observe(self, wanted: Wanted, demand: OnDemand) -> tuple[Observation, float]:
        """Return what the probe came to, and the seconds of it that looking its host up took."""
        deadline = asyncio.get_running_loop().time() + wanted.timeout
        began = perf_counter()
        try:
            target = await self._permitted(wanted, demand, deadline)
        except ProbeError as error:
            lookup = round(perf_counter() - began, 6)
            return self._failed(wanted, error, lookup), lookup
        lookup = round(perf_counter() - began, 6)
        key = (target.name, target.endpoint, target.address, target.server_name, wanted.timeout)
        task = self._shared.get(key)
        if task is None:
            task = self._shared[key] = asyncio.create_task(self._in_turn(target, demand, deadline))
            task.add_done_callback(lambda done: self._over(key, done))
        observation = await asyncio.shield(task)
        return replace(observation, duration=observation.duration + lookup), lookup

    def _over(self, key: Hashable, done: asyncio.Task[Observation]) -> None:
        del self._shared[key]
        if not done.cancelled():
            done.exception()  # whoever asked may have hung up, and then nobody else looks at it

    async def _permitted(self, wanted: Wanted, demand: OnDemand, deadline: float) -> Target:
        """Return the target with the address to dial settled; raises Refused, and ProbeError for a name without one."""
        target, settings = wanted.target, demand.rules.settings
        if wanted.known:
            if target.address is None:
                await demand.addresses(target.host, deadline)  # kept for a while, so that the scan need not wait
            return target
        if not may_ask(target.host, settings):
            raise Refused(_refusal(target))
        for address in await demand.addresses(target.host, deadline):
            if permitted(target.host, address, settings):
                return replace(target, address=address)
        raise Refused(_refusal(target))

    async def _in_turn(self, target: Target, demand: OnDemand, deadline: float) -> Observation:
        """Probe when it is its turn, in what is left of the time then."""
        clock = asyncio.get_running_loop().time
        try:
            async with asyncio.timeout_at(deadline), self._freed:
                await self._freed.wait_for(lambda: self._under_way < demand.rules.settings.concurrency)
                self._under_way += 1
        except TimeoutError:
            raise Busy from None
        try:
            observation = await demand.scan(target, max(0.0, deadline - clock()))
        finally:
            async with self._freed:
                self._under_way -= 1
                self._freed.notify()
        return self._noted(observation)

    def _failed(self, wanted: Wanted, error: ProbeError, duration: float) -> Observation:
        failed = Failed(error.reason, error.detail, error.rungs)
        return self._noted(Observation(wanted.target, self._now(), duration, 0, failed))

    def _noted(self, observation: Observation) -> Observation:
        self._failures.note_asked(observation)
        if isinstance(failed := observation.outcome, Failed):
            about = {"target": observation.target.name, "endpoint": observation.target.endpoint}
            why = {"reason": failed.reason, "error": failed.detail}
            log.debug("probe on demand failed", extra=about | why)
        return observation


def _refusal(target: Target) -> str:
    where = printable(target.endpoint)
    return f"{where} is not in the inventory, and probe.allow in the settings does not let it be probed"


def encoded(observation: Observation, lookup: float, form: Format) -> bytes:
    """Return the page of one observation, for which the host was looked up in so many seconds."""
    return _ENCODERS[form](ProbeCollector(observation, lookup))


def story(wanted: Wanted, observation: Observation, lookup: float) -> Iterator[str]:
    """Yield what the request was taken for, what came of it in words, and the metrics it would have answered."""
    target = observation.target
    where = "of the inventory" if wanted.known else "let in by probe.allow"
    yield f"target {printable(target.name)}, {where}, within {wanted.timeout:g} s, "
    yield f"server name {printable(target.server_name or 'not sent')}\n"
    yield f"{count(observation.connections, 'connection')} in {observation.duration:.3f} s\n"
    yield from (f"  {printable(line)}\n" for line in rungs.lines(observation))
    yield "\n"
    report = Report(observations=(observation,), moment=observation.moment, expected=1, version=__version__)
    yield from renderer("text")(report)
    yield "\nmetrics without debug=true:\n\n"
    yield encoded(observation, lookup, Format.TEXT).decode()
