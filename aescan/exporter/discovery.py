"""
``/sd``: the inventory in force as Prometheus's HTTP service discovery has it, for those who keep blackbox_exporter.

Targets come in, JSON goes out: a group for each target, the address that is dialled, and what else is known of it as
labels that begin with ``__meta_aescan_``, which relabelling takes from there. aescan's own ``http_sd`` reads the same.
The whole list is served each time, as the protocol has it (prometheus.io/docs/prometheus/latest/http_sd); it is made in
a thread, once per inventory.
"""

import asyncio
import gzip
import json
from collections.abc import Callable, Iterable
from typing import Final

from aiohttp import web

from aescan.exporter.negotiation import gzip_accepted
from aescan.exporter.threads import in_thread
from aescan.inventory.groups import LABEL, NAME, RELEASE, SERVER_NAME, SERVICE
from aescan.inventory.model import Target

FASTEST: Final = 1
"""Of gzip's levels: twice the size of the best, in a tenth of the time."""


def group(target: Target) -> dict[str, object]:
    """Return the group of a target; what is not known of it has no label."""
    about = {
        NAME: target.name,
        SERVICE: target.service,
        RELEASE: target.release,
        SERVER_NAME: target.server_name,
        **{LABEL + name: value for name, value in target.labels.items()},
    }
    labels = {name: value for name, value in about.items() if value}
    return {"targets": [target.dialled], "labels": labels}


def render(targets: Iterable[Target]) -> bytes:
    """Return the list of the groups of all targets."""
    return json.dumps([group(target) for target in targets], separators=(",", ":")).encode()


class Discovery:
    """
    What answers ``/sd``.

    ``targets``
        Returns the inventory in force.
    """

    def __init__(self, targets: Callable[[], tuple[Target, ...]]) -> None:
        self._targets = targets
        self._of: tuple[Target, ...] | None = None
        self._plain = self._gzipped = b""
        self._turn = asyncio.Lock()

    async def answer(self, request: web.Request) -> web.Response:
        """Answer with all targets."""
        async with self._turn:  # a second client waits for what the first one has made
            targets = self._targets()
            if targets != self._of:
                self._plain, self._gzipped = await in_thread(lambda: _both(targets))
                self._of = targets
        headers = {"Vary": "Accept-Encoding"}
        if gzip_accepted(",".join(request.headers.getall("Accept-Encoding", []))):
            headers["Content-Encoding"] = "gzip"
            return web.Response(body=self._gzipped, content_type="application/json", headers=headers)
        return web.Response(body=self._plain, content_type="application/json", headers=headers)


def _both(targets: tuple[Target, ...]) -> tuple[bytes, bytes]:
    plain = render(targets)
    return plain, gzip.compress(plain, FASTEST)
