"""
So many in one turn of the event loop, whoever else wants the same at that moment.

Who comes passes at once as long as not many came before in this turn of the loop; the others pass in the next turns, in
the order they came. So a crowd costs whatever else the loop does a little of each turn and never a long one.
"""

import asyncio
from collections import deque


class Turnstile:
    """
    Lets through what is to be done in turns; used on one running loop.

    ``most``
        How many pass in one turn of the loop.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._left = most
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def passed(self) -> None:
        """Return when it is the caller's turn."""
        loop = asyncio.get_running_loop()
        if self._left == self._most:
            loop.call_soon(self._next_turn, loop)
        if self._left:
            self._left -= 1
            return
        turn = loop.create_future()
        self._waiting.append(turn)
        await turn

    def _next_turn(self, loop: asyncio.AbstractEventLoop) -> None:
        self._left = self._most
        while self._waiting and self._left:
            turn = self._waiting.popleft()
            if not turn.done():  # else whoever waited was cancelled
                turn.set_result(None)
                self._left -= 1
        if self._left < self._most:
            loop.call_soon(self._next_turn, loop)
