"""
Targets of hosts whose TLINKs are to be discovered (``discover: tsapi``).

Targets come in, targets go out: those that stand for the encrypted TLINKs of a host (see ``Target.discover``) are
replaced by one for each that its name service lists, with the TLINK's name as the label ``tlink`` and its plain-text
twins. A host that cannot be asked keeps what it had: the TLINKs that were listed last, else the targets as they were.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from aescan.errors import ProbeError
from aescan.inventory.model import Target
from aescan.probe.acs import Tlink, Tlinks

log: Final = logging.getLogger("aescan.scan.discover")

LABEL: Final = "tlink"
"""The label with a TLINK's name; one of the operator's own with that name stays."""

Ask = Callable[[Target, int], Awaitable[Tlinks]]
"""Asks the name service on a port of a target's host; raises ProbeError."""


class Discovery:
    """Asks name services before each sweep; one per configuration, since it remembers what they listed."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: dict[tuple[str, str | None, int], Tlinks] = {}

    async def targets(self, targets: Iterable[Target]) -> tuple[Target, ...]:
        """Return ``targets`` with one for each encrypted TLINK in the place of those that are to be discovered."""
        before = tuple(targets)
        wanted = {_service(target): target for target in before if target.discover is not None}
        async with asyncio.TaskGroup() as group:
            for service, target in wanted.items():
                group.create_task(self._learn(service, target))
        taken = {target.name for target in before if target.discover is None}
        return tuple(self._replaced(before, taken))

    async def _learn(self, service: tuple[str, str | None, int], target: Target) -> None:
        where = {"host": target.host, "port": service[2]}
        try:
            found = await self._ask(target, service[2])
        except ProbeError as error:
            log.warning("TLINKs not listed", extra={**where, "error": error.detail})
            return
        if not any(tlink.secure and tlink.port for tlink in found.tlinks):
            log.warning("no encrypted TLINK is listed", extra={**where, "tlinks": len(found.tlinks)})
            return
        if not found.complete:
            log.warning("the list of TLINKs has no end, what came first is used", extra=where)
        self._known[service] = found

    def _replaced(self, targets: tuple[Target, ...], taken: set[str]) -> Iterator[Target]:
        done: set[tuple[str, str | None, int]] = set()
        for target in targets:
            service = _service(target)
            found = self._known.get(service)
            if target.discover is None or found is None:
                yield target
            elif service not in done:
                done.add(service)
                for each in discovered(target, found):
                    if each.name not in taken:
                        taken.add(each.name)
                        yield each


def discovered(target: Target, found: Tlinks) -> Iterator[Target]:
    """Yield the target of each encrypted TLINK, made from the one that stood for them all; each port once."""
    ports = dict.fromkeys(tlink.port for tlink in found.tlinks if tlink.secure and tlink.port)
    for port in ports:
        tlinks = [tlink for tlink in found.tlinks if tlink.secure and tlink.port == port]
        switches = {tlink.switch for tlink in tlinks}
        twins = [tlink for tlink in found.tlinks if tlink.plain and tlink.switch in switches]
        yield replace(
            target,
            name=_named(target, port),
            port=port,
            labels={LABEL: "; ".join(tlink.name for tlink in tlinks), **target.labels},
            plaintext_twins=tuple(map(_told, twins)),
        )


def _service(target: Target) -> tuple[str, str | None, int]:
    return target.host, target.address, target.discover or 0


def _named(target: Target, port: int) -> str:
    """Return the target's name with another port: ``aes1:1067``, ``aes1:1067@10.0.0.1``."""
    host, _, rest = target.name.rpartition(f":{target.port}")
    return f"{host}:{port}{rest}"


def _told(tlink: Tlink) -> str:
    return f"port {tlink.port} ({tlink.name})"
