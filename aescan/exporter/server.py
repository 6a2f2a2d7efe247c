"""
The exporter on the network: HTTP in, pages out; signals in, an exit status out.

Requests come in from anybody who can reach the port; only GET and HEAD of known paths are answered, from memory.
The only module that imports aiohttp, and so to be imported by serve mode alone. No TLS and no passwords here.
"""

import asyncio
import contextlib
import errno
import logging
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import datetime
from typing import Final

import jinja2
from aiohttp import web
from aiohttp.typedefs import Handler

from aescan.errors import ConfigError
from aescan.exporter.exporter import Configuration, Exporter
from aescan.exporter.negotiation import choose_format, gzip_accepted
from aescan.exporter.threads import in_thread
from aescan.findings.model import Severity
from aescan.observation import Failed

log: Final = logging.getLogger("aescan.exporter.server")

MOST_REQUESTS: Final = 40
"""Requests answered at the same time; the number the other exporters of the Prometheus family use."""

ANSWER_WITHIN: Final = 30.0
"""Seconds until a client must have taken its answer; longer than any sensible scrape timeout."""

KEEPALIVE: Final = 180.0
"""Seconds an idle connection is kept: a little over the longest scrape interval in common use."""

SHUTDOWN: Final = 0.5
"""Seconds that answers under way get when the process ends."""

HEADERS: Final = {
    "Server": "aescan",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
"""On every answer: no version for strangers, nothing to load or run in a browser."""

BIND_PROBLEMS: Final = {
    errno.EADDRINUSE: "the address is in use by another program, stop that or choose another port",
    errno.EADDRNOTAVAIL: "this host has no such address, choose one it has",
    errno.EACCES: "the system does not permit it, choose a port above 1023",
}


class _Site:
    """The answers, one method for each path."""

    def __init__(self, exporter: Exporter) -> None:
        self._exporter = exporter
        loader = jinja2.PackageLoader("aescan.exporter")
        environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
        self._landing = environment.get_template("landing.html")

    async def metrics(self, request: web.Request) -> web.Response:
        """Answer with the page of metrics in the best format and coding that the client takes."""
        form = choose_format(",".join(request.headers.getall("Accept", [])))
        page, end = await self._exporter.page(form), self._exporter.end_of_page(form)
        headers = {"Content-Type": form.value, "Vary": "Accept, Accept-Encoding"}
        if not gzip_accepted(",".join(request.headers.getall("Accept-Encoding", []))):
            return web.Response(body=page.plain(end), headers=headers)
        return web.Response(body=page.gzipped(end), headers=headers | {"Content-Encoding": "gzip"})

    async def healthy(self, _request: web.Request) -> web.Response:
        """Answer that the process runs."""
        return web.Response(text="aescan is running\n")

    async def ready(self, _request: web.Request) -> web.Response:
        """Answer whether a sweep has been completed."""
        if self._exporter.ready:
            return web.Response(text="aescan is ready\n")
        return web.Response(text="the first sweep is not complete yet\n", status=web.HTTPServiceUnavailable.status_code)

    async def landing(self, _request: web.Request) -> web.Response:
        """Answer with a page for people that says what runs here and leads to the metrics."""
        snapshot = self._exporter.snapshot()
        probed = [status.last for status in snapshot.statuses if status.last is not None]
        successes = [status.success for status in snapshot.statuses if status.success is not None]
        worst = Counter(success.seen.severity for success in successes)
        text = self._landing.render(
            version=snapshot.build.version,
            targets=len(snapshot.statuses),
            probed=len(probed),
            failing=sum(isinstance(observation.outcome, Failed) for observation in probed),
            severities=[(severity.label, worst[severity]) for severity in sorted(Severity, reverse=True)],
            sweep=snapshot.sweep,
        )
        return web.Response(text=text, content_type="text/html")


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)


def application(
    exporter: Exporter, most_requests: int = MOST_REQUESTS, answer_within: float = ANSWER_WITHIN
) -> web.Application:
    """Return the web application; more than ``most_requests`` at a time get 503, slow readers are cut off."""
    site, slots = _Site(exporter), asyncio.Semaphore(most_requests)

    @web.middleware
    async def bounded(request: web.Request, handler: Handler) -> web.StreamResponse:
        if slots.locked():
            return web.Response(text="too many requests at a time\n", status=web.HTTPServiceUnavailable.status_code)
        async with slots:
            try:
                async with asyncio.timeout(answer_within):
                    response = await handler(request)
                    await response.prepare(request)
                    await response.write_eof()  # returns when the client has taken what the system cannot hold
                    return response
            except TimeoutError:
                if request.transport is not None:
                    request.transport.abort()
                raise

    app = web.Application(middlewares=[bounded])
    app.on_response_prepare.append(_add_headers)
    app.add_routes(
        [
            web.get("/", site.landing),
            web.get("/metrics", site.metrics),
            web.get("/-/healthy", site.healthy),
            web.get("/-/ready", site.ready),
        ]
    )
    return app


@contextlib.asynccontextmanager
async def listening(app: web.Application, listen: Sequence[tuple[str, int]]) -> AsyncIterator[tuple[str, ...]]:
    """Serve ``app`` on these hosts and ports, giving the ``host:port`` bound; raises ConfigError with each refused."""
    runner = web.AppRunner(app, access_log=None, keepalive_timeout=KEEPALIVE, shutdown_timeout=SHUTDOWN)
    await runner.setup()
    try:
        problems = []
        for host, port in listen:
            try:
                await web.TCPSite(runner, host, port).start()
            except OSError as error:
                # asyncio of Python 3.13 gives no number where this host has none of the addresses.
                seen = BIND_PROBLEMS.get(error.errno or errno.EADDRNOTAVAIL) or str(error.strerror or error).lower()
                problems.append(f"listening on {_endpoint(host, port)}: {seen}")
        if problems:
            raise ConfigError(problems)
        yield tuple(_endpoint(host, port) for host, port, *_ in runner.addresses)
    finally:
        await runner.cleanup()


def _endpoint(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


@contextlib.contextmanager
def _signals(actions: dict[signal.Signals, Callable[[], None]]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for number, action in actions.items():
        loop.add_signal_handler(number, action)
    try:
        yield
    finally:
        for number in actions:
            loop.remove_signal_handler(number)


async def serve(
    load: Callable[[], Configuration],
    listen: Sequence[tuple[str, int]],
    now: Callable[[], datetime],
    chance: Callable[[], float] = random.random,
) -> int:
    """
    Run the exporter until SIGTERM or SIGINT; SIGHUP makes it load its configuration anew.

    Returns the exit status 0. Raises ConfigError when the first configuration cannot be used or an address of
    ``listen`` cannot be bound. An exception group is a bug, to be shown and to end the process.
    """
    task, reload, stopped = asyncio.current_task(), asyncio.Event(), asyncio.Event()

    def stop() -> None:
        if task is not None and not stopped.is_set():  # once, lest an impatient second signal breaks off the end
            stopped.set()
            task.cancel()

    with _signals({signal.SIGHUP: reload.set, signal.SIGTERM: stop, signal.SIGINT: stop}):
        try:
            exporter = Exporter(await in_thread(load), load, now, reload, chance=chance)
            async with listening(application(exporter), listen) as endpoints:
                for endpoint in endpoints:
                    log.info("listening endpoint=%s", endpoint)
                await exporter.run()
        except asyncio.CancelledError:
            if task is None or not stopped.is_set():
                raise
            task.uncancel()
            log.info("stopped by a signal")
    return 0
