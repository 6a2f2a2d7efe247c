"""
Work beside the event loop that never delays the end of the process.

A function comes in, its result or its exception goes out. ``asyncio.to_thread`` is not used here, because its threads
are joined at exit: reading a long inventory or rendering a large page would hold up a SIGTERM for as long as it takes.
The thread is a daemon; when its waiter is cancelled it runs to its end and nobody looks at the result.
"""

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_thread(function: Callable[[], T]) -> T:
    """Return what ``function`` returns, run in a thread of its own; raises what it raises."""
    outcome: concurrent.futures.Future[T] = concurrent.futures.Future()
    outcome.set_running_or_notify_cancel()  # from here on a cancelled waiter leaves the outcome alone

    def run() -> None:
        try:
            outcome.set_result(function())
        except BaseException as error:  # noqa: BLE001 - nothing is swallowed: the waiter gets it
            outcome.set_exception(error)

    threading.Thread(target=run, name="aescan-aside", daemon=True).start()
    return await asyncio.wrap_future(outcome)
