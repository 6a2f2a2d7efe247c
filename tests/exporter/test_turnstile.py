"""A crowd is let through a few at a time, in the order it came."""

import asyncio
from itertools import pairwise

from aescan.exporter.turnstile import Turnstile


async def test_a_crowd() -> None:
    """Each turn of the loop lets so many through and no more, in order; who comes later stands at the end."""
    turnstile, passed, seen = Turnstile(2), list[int](), [0]

    async def come(number: int) -> None:
        await turnstile.passed()
        passed.append(number)

    crowd = [asyncio.create_task(come(number)) for number in range(5)]
    await asyncio.sleep(0)
    assert passed == [0, 1]
    crowd.append(asyncio.create_task(come(5)))
    async with asyncio.timeout(10):
        while not all(each.done() for each in crowd):
            seen.append(len(passed))
            await asyncio.sleep(0)
    assert passed == [0, 1, 2, 3, 4, 5]
    assert max(after - before for before, after in pairwise(seen)) == 2


async def test_one_after_the_other() -> None:
    """Who comes alone never waits."""
    turnstile = Turnstile(1)
    for _ in range(3):
        coming = asyncio.create_task(turnstile.passed())
        await asyncio.sleep(0)
        assert coming.done()
        await asyncio.sleep(0)


async def test_who_gives_up() -> None:
    """Whoever is cancelled while waiting takes nobody's turn."""
    turnstile = Turnstile(1)
    first, second, third = (asyncio.create_task(turnstile.passed()) for _ in range(3))
    await asyncio.sleep(0)
    second.cancel()
    async with asyncio.timeout(10):
        await third
    assert [first.cancelled(), second.cancelled()] == [False, True]
