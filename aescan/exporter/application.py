"""
What the exporter answers: paths in, pages out, from memory; who may ask and how often is settled first.

Requests come in from anybody who can reach the port. Every one is bounded in number and time, told apart by the web
configuration in force, and answered by one method. Health is told without a password, so that a supervisor needs none.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from aiohttp import web

from aescan.exporter import in_force
from aescan.exporter.discovery import Discovery
from aescan.exporter.exporter import Exporter
from aescan.exporter.negotiation import choose_format, gzip_accepted
from aescan.exporter.probe.handler import Probes
from aescan.exporter.status.pages import StatusPages
from aescan.exporter.threads import in_thread
from aescan.exporter.turnstile import Turnstile
from aescan.exporter.web.admission import admitted, bounded, limited
from aescan.exporter.web.live import WebConfigFile
from aescan.exporter.web.pieces import Pieces

MOST_REQUESTS: Final = 100
"""Requests answered at the same time: many more than scrapers there are, few enough that none takes long."""

MOST_SCRAPES: Final = 4
"""Pages of metrics sent in one turn of the event loop: that of ten thousand targets has nearly two MiB."""

ANSWER_WITHIN: Final = 30.0
"""Seconds until a client must have taken its answer; longer than any sensible scrape timeout."""

MOST_BODY: Final = 64 * 1024
"""Bytes of a request's body: no path needs any."""

HEADERS: Final = {
    "Server": "aescan",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
"""On every answer: no version for strangers, nothing to load or run in a browser but what a page says itself."""

HEALTH: Final = ("/-/healthy", "/-/ready")


class _Site:
    """The answers, one method for each path."""

    def __init__(self, exporter: Exporter, web_file: WebConfigFile) -> None:
        self._exporter = exporter
        self._web_file = web_file
        self._scrapes = Turnstile(MOST_SCRAPES)

    async def metrics(self, request: web.Request) -> web.Response:
        """Answer with the page of metrics in the best format and coding that the client takes."""
        form = choose_format(",".join(request.headers.getall("Accept", [])))
        headers = {"Content-Type": form.value, "Vary": "Accept, Accept-Encoding"}
        if gzip_accepted(",".join(request.headers.getall("Accept-Encoding", []))):
            packed = await self._exporter.gzipped_page(form)
            await self._scrapes.passed()
            return web.Response(body=packed, headers={**headers, "Content-Encoding": "gzip"})
        return web.Response(body=Pieces(*await self._exporter.plain_page(form)), headers=headers)

    async def config(self, _request: web.Request) -> web.Response:
        """Answer with the settings and the web configuration in force, without secrets."""
        written, loaded = self._exporter.written, self._exporter.snapshot().loaded
        served = self._web_file.current().config.written
        return web.Response(text=await in_thread(lambda: in_force.render(written, served, loaded)))

    async def healthy(self, _request: web.Request) -> web.Response:
        """Answer that the process runs."""
        return web.Response(text="aescan is running\n")

    async def ready(self, _request: web.Request) -> web.Response:
        """Answer whether a sweep has been completed."""
        if self._exporter.ready:
            return web.Response(text="aescan is ready\n")
        return web.Response(text="the first sweep is not complete yet\n", status=web.HTTPServiceUnavailable.status_code)

    async def sweep(self, request: web.Request) -> web.Response:
        """Have one target scanned now, or all; the answer does not wait for that."""
        names = request.query.getall("target", [])
        asked = self._exporter.ask(names or None)
        if not asked:
            return web.Response(text="no such target in the inventory\n", status=web.HTTPNotFound.status_code)
        return web.Response(text=f"targets to be scanned now: {asked}\n", status=web.HTTPAccepted.status_code)

    async def reload(self, _request: web.Request) -> web.Response:
        """Load the configuration anew and answer whether it was taken up."""
        problems = await self._exporter.reload()
        if not problems:
            return web.Response(text="configuration taken up\n")
        text = "configuration refused, the former one stays in force:\n" + "".join(f"{each}\n" for each in problems)
        return web.Response(text=text, status=web.HTTPInternalServerError.status_code)


def headers(file: WebConfigFile, own: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """Return what every answer has: what is always there, an answer's own in its place, the site's in that of both."""
    return {**HEADERS, **own, **file.current().config.headers}


def application(
    exporter: Exporter,
    web_file: WebConfigFile | None = None,
    prefix: str = "",
    *,
    landing: str = "",
    lifecycle: bool = False,
    most_requests: int = MOST_REQUESTS,
    answer_within: float = ANSWER_WITHIN,
) -> web.Application:
    """
    Return the web application.

    ``prefix``
        What every path begins with; empty for none.
    ``landing``
        Where the prefix itself leads; empty for the first page, unless a proxy has it elsewhere.
    ``lifecycle``
        Whether ``POST /-/sweep`` and ``POST /-/reload`` are answered.
    ``most_requests``, ``answer_within``
        More requests at a time get 503; a client that has not taken its answer after so many seconds is cut off.
    """
    file = web_file or WebConfigFile(None)
    health = {prefix + path for path in HEALTH}
    app = web.Application(
        middlewares=[bounded(most_requests, answer_within), limited(file, health), admitted(file, health)],
        client_max_size=MOST_BODY,
    )

    async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
        own = {name: response.headers[name] for name in ("Content-Security-Policy",) if name in response.headers}
        response.headers.update(headers(file, own))

    app.on_response_prepare.append(add_headers)
    site, probes = _Site(exporter, file), Probes(exporter.on_demand, exporter.targets, exporter.now, exporter.failures)
    app.cleanup_ctx.append(probes.living)
    app.add_routes(
        [
            *StatusPages(exporter).routes(prefix),
            web.get(f"{prefix}/metrics", site.metrics),
            web.get(f"{prefix}/probe", probes.answer),
            web.get(f"{prefix}/sd", Discovery(exporter.targets).answer),
            web.get(f"{prefix}/config", site.config),
            web.get(f"{prefix}/-/healthy", site.healthy),
            web.get(f"{prefix}/-/ready", site.ready),
        ]
    )
    if lifecycle:
        for method in "POST", "PUT":
            app.router.add_route(method, f"{prefix}/-/sweep", site.sweep)
            app.router.add_route(method, f"{prefix}/-/reload", site.reload)
    if prefix:

        async def to_landing(_request: web.Request) -> web.Response:
            raise web.HTTPFound(landing or f"{prefix}/")

        app.add_routes([web.get("/", to_landing), web.get(prefix, to_landing)])
    return app
