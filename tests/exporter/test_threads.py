"""Work beside the event loop gives its result or its exception back, and holds up nothing."""

import asyncio
import subprocess
import sys
import threading

import pytest

from aescan.exporter.threads import in_thread


async def test_result() -> None:
    """The result comes from another thread."""
    assert await in_thread(threading.get_ident) != threading.get_ident()


async def test_exception() -> None:
    """An exception is raised where it is awaited."""
    with pytest.raises(ZeroDivisionError):
        await in_thread(lambda: 1 // 0)


async def test_cancelled_waiter() -> None:
    """A cancelled waiter leaves at once; the thread ends in peace."""
    release, done = threading.Event(), threading.Event()

    def work() -> None:
        release.wait()
        done.set()

    waiter = asyncio.create_task(in_thread(work))
    await asyncio.sleep(0)
    waiter.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiter
    release.set()
    assert await asyncio.to_thread(done.wait, 60)


def test_end_of_the_process() -> None:
    """A thread that never ends does not keep the process."""
    program = """
import asyncio, threading
from aescan.exporter.threads import in_thread

async def main():
    waiter = asyncio.create_task(in_thread(threading.Event().wait))
    await asyncio.sleep(0)
    waiter.cancel()

asyncio.run(main())
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, b"")
