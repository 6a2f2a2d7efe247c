"""
One target to one capture: resolve, connect, say hello, read, and climb the ladder where that cures it.

A ``Target`` comes in, a ``Capture`` goes out, or ProbeError within one total deadline, whatever the network does.
Nothing is judged here: no certificate, cipher suite or version stops a capture.
"""

import asyncio
import os
from dataclasses import dataclass, field

from aescan.errors import ProbeError, Reason
from aescan.inventory.model import Target
from aescan.probe.handshake import Handshake
from aescan.probe.ladder import FIRST, Rung, next_rung
from aescan.probe.poller import Poller, make_poller
from aescan.probe.resolve import Resolver
from aescan.probe.transport import Conversation, converse
from aescan.tls.capture import Capture
from aescan.tls.flight import Answer, Flight
from aescan.tls.hellos import RANDOM_LENGTH, TLS12

_NEXT_ADDRESS = frozenset({Reason.REFUSED, Reason.UNREACHABLE})
"""What makes the next address of a name worth a try: nothing of TLS was heard from this one."""


@dataclass(frozen=True, slots=True)
class Prober:
    """
    How targets are probed.

    ``timeout`` is the one deadline of a target and ``connect_timeout`` the bound of each TCP handshake, in seconds.
    """

    timeout: float = 10.0
    connect_timeout: float = 5.0
    resolver: Resolver = field(default_factory=Resolver)
    poller: Poller = field(default_factory=make_poller)

    async def probe(self, target: Target) -> Capture:
        """Return the chain that ``target`` presents; raises ProbeError with the connections opened in vain."""
        deadline = asyncio.get_running_loop().time() + self.timeout
        addresses = (target.address,) if target.address else await self.resolver.addresses(target.host, deadline)
        rung, connections, position = FIRST, 0, 0
        while True:
            connections += 1
            try:
                answer = await converse(
                    addresses[position],
                    target.port,
                    _conversation(rung, target),
                    self.poller,
                    connect_timeout=self.connect_timeout,
                    deadline=deadline,
                )
            except ProbeError as error:
                error.connections = connections
                following = next_rung(rung, error)
                if following is not None:
                    rung = following
                elif error.reason in _NEXT_ADDRESS and position + 1 < len(addresses):
                    position += 1
                else:
                    if rung is not FIRST:
                        error.detail += f", after the {FIRST} hello was refused"
                    raise
            else:
                return Capture(
                    certificates=answer.certificates,
                    version=answer.version,
                    cipher_suite=answer.cipher_suite,
                    client_certificate=answer.client_certificate,
                    hello=rung,
                    address=addresses[position],
                    connections=connections,
                    remarks=answer.remarks,
                )


def _conversation(rung: Rung, target: Target) -> Conversation[Answer]:
    match rung:
        case Rung.TLS12:
            return Flight(TLS12.encode(target.server_name, os.urandom(RANDOM_LENGTH)))
        case Rung.TLS13:
            return Handshake(target.server_name)
