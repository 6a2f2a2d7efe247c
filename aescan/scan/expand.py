"""
Targets of names that are scanned on each of their addresses (``addresses: all``).

Targets come in, targets go out in the same order: one for each address where that was asked for, named
``name@address``, all others as they were. A name that cannot be looked up stays one target; its probe will say why.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from aescan.errors import ProbeError
from aescan.inventory.model import Addresses, Target
from aescan.probe.resolve import Resolver

LOOKUP_TIMEOUT: Final = 10.0
"""Seconds for all lookups together, which run side by side."""


async def expand(targets: Iterable[Target], resolver: Resolver) -> tuple[Target, ...]:
    """Return ``targets`` with one for each address in the place of those with ``addresses: all``."""
    deadline = asyncio.get_running_loop().time() + LOOKUP_TIMEOUT

    async def each(target: Target) -> tuple[Target, ...]:
        try:
            addresses = await resolver.addresses(target.host, deadline)
        except ProbeError:
            return (target,)
        return tuple(replace(target, name=f"{target.name}@{address}", address=address) for address in addresses)

    async with asyncio.TaskGroup() as group:
        expanded = [
            group.create_task(each(target)) if target.addresses is Addresses.ALL and target.address is None else target
            for target in targets
        ]
    return tuple(one for found in expanded for one in ((found,) if isinstance(found, Target) else found.result()))
