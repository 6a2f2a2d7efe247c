"""
Whether a port without TLS is open beside the encrypted one, where the inventory wants that looked at.

A target and the address that answered its probe come in, words for each open port go out. One connection is opened,
when its turn has come, and closed again: nothing is sent and nothing is read. A port that refuses or swallows it is
closed, never an error.
"""

import asyncio
from dataclasses import dataclass

from aescan.inventory.model import Target
from aescan.probe.probe import Prober


@dataclass(frozen=True, slots=True)
class Twins:
    """Looks at the twins of targets, with the pace and the patience of ``prober``."""

    prober: Prober

    async def open_ones(self, target: Target, address: str) -> tuple[str, ...]:
        """Return the twin of ``target`` in words if it accepts a connection."""
        if target.twin is None:
            return ()
        async with self.prober.pace.turn(address):
            is_open = await self._accepts(address, target.twin)
        return (f"port {target.twin}, which accepts connections",) if is_open else ()

    async def _accepts(self, address: str, port: int) -> bool:
        try:
            async with asyncio.timeout(self.prober.connect_timeout):
                _, writer = await asyncio.open_connection(address, port)
        except (OSError, TimeoutError):
            return False
        writer.close()
        return True
