"""
One target to one capture: resolve, connect, say hello, read, and climb the ladder where that cures it.

A ``Target`` comes in, a ``Capture`` goes out, or ProbeError within one total deadline, whatever the network does. The
clock stands still while others have their turn at the host. Nothing is judged here: no certificate, cipher suite or
version stops a capture.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from time import perf_counter
from typing import Final

from aescan.errors import Met, ProbeError, Reason
from aescan.inventory.model import Target
from aescan.probe.conversations import captured, conversation
from aescan.probe.further import Further
from aescan.probe.handshake import Handshake, shake_hands
from aescan.probe.ladder import ANOTHER_ADDRESS, FIRST, Remembered, Rung, next_rung, patience, story, why
from aescan.probe.pace import Pace
from aescan.probe.poller import Poller, make_poller
from aescan.probe.protocols import protocols
from aescan.probe.resolve import Resolver
from aescan.probe.transport import Conversation, converse
from aescan.probe.views import chosen, views
from aescan.tls.capture import Capture
from aescan.tls.codepoints import VERSIONS
from aescan.tls.flight import Answer

MOST_RUNGS_TOLD: Final = 16
"""Of one probe: more than the ladder has; only a host with many addresses takes more, and then the last are told."""


@dataclass(slots=True)
class Turns:
    """
    The turns that a target had.

    Connections; the seconds it waited for them, which are added to its deadline; what each hello of the ladder met.
    """

    connections: int = 0
    waited: float = 0.0
    rungs: tuple[Met, ...] = ()

    def clock(self) -> float:
        """Return seconds of a clock that stands still while the target waits for a turn."""
        return perf_counter() - self.waited

    def note(self, met: Met) -> None:
        """Take note of what one more hello met; the last ``MOST_RUNGS_TOLD`` are kept."""
        self.rungs = (*self.rungs[-MOST_RUNGS_TOLD + 1 :], met)


@dataclass(frozen=True, slots=True)
class Prober:
    """
    How targets are probed.

    ``timeout`` is the one deadline of a target and ``connect_timeout`` the bound of each TCP handshake, in seconds.
    ``poller`` watches their sockets, ``pace`` gives every connection its turn; ``remembered`` holds the rungs that
    worked, so that the next probe of a target begins there. ``patient`` tells whether the clock of a target stands
    still while it waits for its turns, however long; else the wait is part of its time.
    """

    timeout: float = 10.0
    connect_timeout: float = 5.0
    resolver: Resolver = field(default_factory=Resolver)
    poller: Poller = field(default_factory=make_poller)
    remembered: Remembered = field(default_factory=Remembered)
    pace: Pace = field(default_factory=Pace)
    patient: bool = True

    async def probe(self, target: Target) -> Capture:
        """
        Return the chain that ``target`` presents, with what else was asked for of it.

        Raises ProbeError with the connections opened in vain where there is no chain; what is asked besides cannot
        fail it.
        """
        turns = Turns()
        try:
            capture = await self._probe(target, turns)
        except ProbeError as error:
            error.waited, error.rungs = turns.waited, turns.rungs
            raise
        return replace(capture, waited=turns.waited) if turns.waited else capture

    async def _probe(self, target: Target, turns: Turns) -> Capture:
        deadline = asyncio.get_running_loop().time() + self.timeout
        if not target.views and not target.protocols:
            return await self._climb(target, turns, deadline)
        ordinary: Capture | ProbeError
        try:
            ordinary = await self._climb(target, turns, deadline)
        except ProbeError as error:
            ordinary = error

        async def say(conversation: Conversation[Answer], due: float) -> Answer:
            before = turns.waited
            try:
                return await self._say(conversation, ordinary.address, target, turns, deadline=due)
            finally:
                further.deadline += turns.waited - before

        most = len(target.views) + len(VERSIONS) * target.protocols
        further = Further(say, ordinary.address, deadline + turns.waited, left=most)
        seen = await views(ordinary, target, further)
        try:
            capture = chosen(ordinary, seen)
        except ProbeError as error:
            error.connections += further.connections
            raise
        versions = await protocols(capture, target.server_name, further) if target.protocols else ()
        connections = ordinary.connections + further.connections
        return replace(capture, views=seen, protocols=versions, connections=connections, rungs=turns.rungs)

    async def _climb(self, target: Target, turns: Turns, deadline: float) -> Capture:
        addresses = (target.address,) if target.address else await self.resolver.addresses(target.host, deadline)
        first = Rung.HANDSHAKE if target.full_handshake else FIRST
        rung = self.remembered.begin(target.name, first)
        met: dict[Rung, ProbeError] = {}
        position = 0
        while True:
            address, began = addresses[position], turns.clock()
            try:
                say = partial(
                    self._say,
                    address=address,
                    target=target,
                    turns=turns,
                    deadline=deadline + turns.waited,
                    patience=patience(met),
                )
                said = conversation(rung, target.server_name)
                answer = await (shake_hands(said, say) if isinstance(said, Handshake) else say(said))
            except ProbeError as error:
                error.connections, error.address = turns.connections, address
                seconds = max(0.0, turns.clock() - began)
                if not error.connected and position + 1 < len(addresses):
                    turns.note(Met(rung, address, seconds, error.reason, error.detail, ANOTHER_ADDRESS))
                    position += 1  # of this one nothing was heard: another may be the one that is up
                    continue
                met[rung] = error
                following = next_rung(met, error, named=target.server_name is not None)
                turns.note(Met(rung, address, seconds, error.reason, error.detail, why(following, error)))
                if following is None:
                    error.detail += story(met)
                    raise
                rung = following
            else:
                self.remembered.worked(target.name, rung, first)
                answer = _remarked(answer, first, rung, met)
                turns.note(Met(rung, address, max(0.0, turns.clock() - began)))
                return captured(answer, rung, address, turns.connections, turns.rungs)

    async def _say(
        self,
        conversation: Conversation[Answer],
        address: str,
        target: Target,
        turns: Turns,
        *,
        deadline: float,
        patience: float = 1.0,
    ) -> Answer:
        """
        Open one connection for one conversation, when its turn has come: every connection to a target begins here.

        ``deadline`` moves by the wait.
        """
        if not self.pace.begin(address):
            waited = await self._await_turn(address, deadline)
            turns.waited += waited
            deadline += waited
        turns.connections += 1
        try:
            return await converse(
                address,
                target.port,
                conversation,
                self.poller,
                connect_timeout=self.connect_timeout,
                deadline=deadline,
                patience=patience,
            )
        finally:
            self.pace.end(address)

    async def _await_turn(self, address: str, deadline: float) -> float:
        """Return the seconds of waiting that move the deadline."""
        if self.patient:
            return await self.pace.wait(address)
        try:
            async with asyncio.timeout_at(deadline):
                await self.pace.wait(address)
        except TimeoutError as error:
            what = "waiting for a turn: other connections to that host took all the time"
            raise ProbeError(Reason.TIMEOUT, what) from error
        return 0.0


def _remarked(answer: Answer, first: Rung, rung: Rung, met: Mapping[Rung, ProbeError]) -> Answer:
    """Return the answer with a remark where a whole handshake was wanted and did not bring it."""
    if first is rung or first is FIRST:
        return answer
    why = met[first].detail if first in met else "an earlier one failed"
    return replace(answer, remarks=(*answer.remarks, f"no full handshake: {why}"))
