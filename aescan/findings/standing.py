"""
What is found out about a chain once and holds for as long as it is presented.

A function of a chain, a policy and perhaps more comes in, the same one goes out with a memory. A server presents one
chain for years and is asked every few minutes, so most of what is judged was judged before: whatever does not look at
the moment or at the endpoint goes through here. Chain and policy are told apart as objects, because comparing them by
content costs more than most rules do; ``decode`` returns the same object for the same bytes. A chain that ``decode``
does not keep is not kept here either, so that a memory has a bound.
"""

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from aescan.certificates.chain import Chain
from aescan.certificates.memory import Memory
from aescan.settings.policy import Policy

T = TypeVar("T")
More = TypeVarTuple("More")


class Pair:
    """A chain and a policy as a key: equal where both are the very objects."""

    __slots__ = ("chain", "policy")

    def __init__(self, chain: Chain, policy: Policy) -> None:
        self.chain = chain
        self.policy = policy

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pair) and other.chain is self.chain and other.policy is self.policy

    def __hash__(self) -> int:
        return hash((id(self.chain), id(self.policy)))


def standing(function: Callable[[Chain, Policy, *More], T]) -> Callable[[Chain, Policy, *More], T]:
    """
    Return ``function``, which looks at its arguments alone and raises nothing, with a memory of its answers.

    Further arguments are hashable, and compared by what they hold.
    """

    def look(pair: Pair, *more: *More) -> T:
        return function(pair.chain, pair.policy, *more)

    remembered = Memory(look)

    def answer(chain: Chain, policy: Policy, *more: *More) -> T:
        return remembered.of(Pair(chain, policy), *more) if chain.kept else function(chain, policy, *more)

    return answer
