"""
The pages for people: the estate at ``/``, one target at ``/target?name=…``, what failed of late at ``/failures``.

Requests come in, HTML goes out, with links that hold behind any prefix. A page is put together in a thread, one page at
a time, so that neither the event loop nor a scrape waits for it. Nothing here needs JavaScript, and the policy of these
pages lets none run.
"""

import asyncio
from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from aescan.exporter.exporter import Exporter
from aescan.exporter.failures import MOST
from aescan.exporter.status.estate import Estate, Glance, entry, failed
from aescan.exporter.threads import in_thread
from aescan.observation import Failed
from aescan.report.markup.environment import ICON, STYLE, asset, digest, template
from aescan.report.markup.query import Query

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a browser may load for these pages: the style and the icon that are served beside them."""

TO_A_PAGE: Final = 100
"""Targets: as much as anybody scrolls through."""

DAY: Final = 86400
"""Seconds: how long a browser may keep the style; its address changes with it."""


class StatusPages:
    """The answers, one method for each path."""

    def __init__(self, exporter: Exporter) -> None:
        self._exporter = exporter
        self._estate = Estate()
        self._turn = asyncio.Lock()

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """Return the paths, each with what answers it."""
        return [
            web.get(f"{prefix}/", self.overview),
            web.get(f"{prefix}/target", self.target),
            web.get(f"{prefix}/failures", self.failures),
            web.get(f"{prefix}/static/{STYLE}", self.style),
            web.get(f"{prefix}/static/{ICON}", self.icon),
        ]

    async def overview(self, request: web.Request) -> web.Response:
        """Answer with the estate at a glance, and the page of targets that the parameters ask for."""
        snapshot, now, query = self._exporter.snapshot(), self._exporter.now(), Query.parse(request.query)
        policy, simulated = self._exporter.policy, self._exporter.simulated

        def render() -> str:
            glance = self._estate.at(snapshot, now, policy)
            parameters = _listed(glance, query)
            return template("status.html").render(
                **parameters, **COMMON, snapshot=snapshot, moment=now, simulated=simulated
            )

        return await self._answer(render)

    async def target(self, request: web.Request) -> web.Response:
        """Answer with all that is known of the target of that name."""
        name = request.query.get("name", "")
        found = next((one for one in self._exporter.snapshot().statuses if one.label == name), None)
        if found is None:
            text = "no target has that name; it may have left the inventory\n"
            return web.Response(text=text, status=web.HTTPNotFound.status_code)
        now, version = self._exporter.now(), self._exporter.snapshot().build.version

        def render() -> str:
            periods = self._exporter.periods(found.target.name)
            return template("target.html").render(
                **COMMON, entry=entry(found), moment=now, version=version, periods=periods, changes=found.changes
            )

        return await self._answer(render)

    async def failures(self, _request: web.Request) -> web.Response:
        """Answer with the failures of late, each as a log."""
        snapshot, now, found = self._exporter.snapshot(), self._exporter.now(), self._exporter.failures
        swept, asked = found.swept, found.asked

        def render() -> str:
            lost = {one.label for one in snapshot.statuses if one.last and isinstance(one.last.outcome, Failed)}
            return template("failures.html").render(
                **COMMON,
                moment=now,
                version=snapshot.build.version,
                swept=[failed(each) for each in swept],
                asked=[failed(each) for each in asked],
                listed={one.label for one in snapshot.statuses},
                lost=lost,
                most=MOST,
            )

        return await self._answer(render)

    async def style(self, _request: web.Request) -> web.Response:
        """Answer with the style sheet."""
        return _asset(STYLE, "text/css")

    async def icon(self, _request: web.Request) -> web.Response:
        """Answer with the icon."""
        return _asset(ICON, "image/svg+xml")

    async def _answer(self, render: Callable[[], str]) -> web.Response:
        async with self._turn:
            text = await in_thread(render)
        response = web.Response(text=text, content_type="text/html")
        response.headers.update({"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"})
        response.enable_compression()
        return response


def _listed(glance: Glance, query: Query) -> dict[str, object]:
    chosen = query.choose(glance.entries.values())
    pages = max(1, -(-len(chosen) // TO_A_PAGE))
    page = min(query.page, pages)
    return {
        "overview": glance.overview,
        "query": query,
        "entries": chosen[(page - 1) * TO_A_PAGE : page * TO_A_PAGE],
        "found": len(chosen),
        "first": (page - 1) * TO_A_PAGE + 1,
        "page": page,
        "pages": pages,
    }


def _link(parameters: str) -> str:
    return f"?{parameters}" if parameters else "./"


def _page_of(name: str) -> str:
    return f"target?{urlencode({'name': name})}"


COMMON: Final = {
    "link": _link,
    "page_of": _page_of,
    "style": f"static/{STYLE}?{urlencode({'v': digest(STYLE)[8:16]})}",
    "icon": f"static/{ICON}",
}
"""What every page needs: where things are, from any page of them."""


def _asset(name: str, content_type: str) -> web.Response:
    return web.Response(text=asset(name), content_type=content_type, headers={"Cache-Control": f"max-age={DAY}"})
