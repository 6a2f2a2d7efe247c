"""
What was found out once about a chain, kept for as many chains as there are targets.

A function of hashable arguments comes in, the same one goes out with a memory of its answers: of those asked for last,
as many as there is room for. An estate is scanned in much the same order again and again, so a memory with less room
than the estate has chains forgets each of them just before it comes again, and all work is done anew, at ten times the
cost. So whoever knows how many targets there are makes room for them. It costs little: the chain that each target
presented last is held by others anyway, the same object.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, Generic, TypeVar

LEAST: Final = 4096
"""Chains for which there is always room."""

T = TypeVar("T")


class Room:
    """How many chains are remembered, by all memories alike."""

    def __init__(self) -> None:
        self.chains = LEAST
        self.memories: list[Memory[Any]] = []

    def make(self, targets: int) -> None:
        """
        Have room for the chains of so many targets, and for some that they present no more.

        Where that is another room than before, what was remembered is forgotten. It is a power of two, so that this
        does not come to pass whenever a target is added.
        """
        chains = max(LEAST, 1 << (targets - 1).bit_length())
        if chains != self.chains:
            self.chains = chains
            for memory in self.memories:
                memory.begin(chains)


ROOM: Final = Room()
"""That of this process."""


class Memory(Generic[T]):
    """
    A function that remembers its answers; ask ``of``.

    ``share``
        How many answers there are for each chain.
    """

    of: Callable[..., T]

    def __init__(self, function: Callable[..., T], share: int = 1, room: Room = ROOM) -> None:
        self._function = function
        self._share = share
        self.begin(room.chains)
        room.memories.append(self)

    def begin(self, chains: int) -> None:
        """Know nothing, and have room for so many chains."""
        self.of = lru_cache(maxsize=chains * self._share)(self._function)
