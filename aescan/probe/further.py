"""
Hellos that are said on purpose once an endpoint's ordinary probe is over, each on a connection of its own.

How to say one and the target's deadline come in; answers go out, or ProbeError. Every one gets an equal share of the
time that is left, so that a server which swallows the first does not keep the others from being said.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from aescan.errors import ProbeError, Reason
from aescan.probe.transport import Conversation
from aescan.tls.flight import Answer

Say = Callable[[Conversation[Answer], float], Coroutine[Any, Any, Answer]]
"""Opens one connection for one conversation, ended by a moment of the loop's clock at the latest."""


@dataclass(slots=True)
class Further:
    """
    The hellos still to be said to one endpoint.

    ``address``
        Where they are said.
    ``deadline``
        Of the target, of the loop's clock.
    ``left``
        How many are still to be said at the most.
    ``connections``
        Opened so far.
    """

    say: Say
    address: str
    deadline: float
    left: int
    connections: int = 0

    async def ask(self, conversation: Conversation[Answer]) -> Answer:
        """Say one more; raises ProbeError, without a connection where the time is over."""
        now = asyncio.get_running_loop().time()
        share = (self.deadline - now) / max(1, self.left)
        self.left -= 1
        if share <= 0:
            raise ProbeError(Reason.TIMEOUT, "asking once more: the target's time was over")
        self.connections += 1
        return await self.say(conversation, now + share)

    def skip(self) -> None:
        """Leave out one that need not be said."""
        self.left -= 1

    def add(self) -> None:
        """Reckon with one more than was thought."""
        self.left += 1
