"""
Which TLINKs a TSAPI name service lists: one plain connection, no login.

The address and port of a name service come in, its ``Tlinks`` goes out, or ProbeError. Only asked where the operator
wants that: the names tell switch connections and servers. Never tried against a real AE Services server, see ``acs``.
"""

import asyncio

from aescan.probe.acs import NameService, Tlinks
from aescan.probe.probe import Prober
from aescan.probe.transport import converse


async def tlinks(prober: Prober, host: str, address: str | None, port: int) -> Tlinks:
    """Return the TLINKs that the name service of ``host`` lists, asked at ``address`` where that is given."""
    deadline = asyncio.get_running_loop().time() + prober.timeout
    addresses = (address,) if address else await prober.resolver.addresses(host, deadline)
    async with prober.pace.turn(addresses[0]) as waited:
        return await converse(
            addresses[0],
            port,
            NameService(),
            prober.poller,
            connect_timeout=prober.connect_timeout,
            deadline=deadline + waited,
            awaited="the list of TLINKs",
        )
