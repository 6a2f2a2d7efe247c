"""The loop that tests run on."""

import asyncio
from collections.abc import Awaitable, Callable
from time import sleep

import pytest

from tests.patient import SLOWER, TICK, PatientLoop


async def test_every_test_runs_on_it() -> None:
    """It is the loop of whatever is asynchronous here."""
    assert isinstance(asyncio.get_running_loop(), PatientLoop)


async def test_a_busy_machine() -> None:
    """What holds the process up for longer than a deadline does not make it pass."""
    async with asyncio.timeout(TICK):
        for _ in range(SLOWER - 1):
            sleep(10 * TICK)  # noqa: ASYNC251 - it is to hold up the loop
            await asyncio.sleep(0)


async def forever() -> None:
    """Wait for nothing."""
    await asyncio.Event().wait()


async def again_and_again() -> None:
    """Never wait."""
    while True:  # noqa: ASYNC110 - nobody else has a turn in between
        await asyncio.sleep(0)


@pytest.mark.parametrize("what", [forever, again_and_again])
async def test_a_deadline_passes(what: Callable[[], Awaitable[None]]) -> None:
    """It does where everybody waits, and in the end where somebody never does."""
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(what(), 3 * TICK)
