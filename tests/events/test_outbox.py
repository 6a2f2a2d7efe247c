"""Events wait for their receiver, in order and in bounds, and nobody waits for them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import pytest

from aescan.events.model import Event
from aescan.events.outbox import Outbox
from tests.events.samples import number
from tests.logged import logged

PATIENCE = 60.0


class FakeSink:
    """A receiver that does what the test says."""

    name = "fake"

    def __init__(self) -> None:
        self.got: list[int] = []
        self.errors: list[Exception] = []
        self.go = asyncio.Event()
        self.go.set()
        self.closed = 0

    async def send(self, event: Event) -> None:
        """Take an event, or raise the next error."""
        await self.go.wait()
        if self.errors:
            raise self.errors.pop(0)
        self.got.append(event.target.port)

    async def close(self) -> None:
        """Count."""
        self.closed += 1


@contextlib.asynccontextmanager
async def running(outbox: Outbox) -> AsyncIterator[None]:
    """Let an outbox send."""
    task = asyncio.create_task(outbox.run())
    try:
        yield
        assert not task.done()
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(true: Callable[[], bool]) -> None:
    """Return when ``true()`` is."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.001)


async def test_in_order() -> None:
    """All of them, each once, and counted."""
    sink = FakeSink()
    outbox = Outbox(sink, 10_000)
    async with running(outbox):
        for count in range(1, 4):
            outbox.put(number(count))
        await until(lambda: outbox.sent == 3)
        outbox.put(number(4))
        await until(lambda: outbox.sent == 4)
    assert sink.got == [1, 2, 3, 4]
    assert (outbox.name, outbox.dropped, sink.closed) == ("fake", 0, 1)


async def test_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two events there is a pause."""
    slept = list[float]()
    really = asyncio.sleep

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await really(0)

    outbox = Outbox(FakeSink(), 4)
    monkeypatch.setattr("aescan.events.outbox.asyncio.sleep", sleep)
    task = asyncio.create_task(outbox.run())
    for count in range(3):
        outbox.put(number(count))
    while outbox.sent < 3:
        await really(0)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task

    assert slept[:2] == [0.25, 0.25]


async def test_too_many(caplog: pytest.LogCaptureFixture) -> None:
    """What finds no room is dropped and counted; the log says so once each time."""
    sink, told = FakeSink(), list[int]()
    outbox = Outbox(sink, 10_000, most=2)
    outbox.changed = lambda: told.append(outbox.dropped)
    for count in range(5):
        outbox.put(number(count))
    assert (outbox.dropped, told) == (3, [1])
    async with running(outbox):
        await until(lambda: told[-1] == 3)
    assert sink.got == [0, 1]
    assert logged(caplog) == ['msg="events are dropped, too many wait" sink=fake waiting=2']


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "[Errno 111] Connection refused"),
        (OSError("looking up syslog: no such name"), "looking up syslog: no such name"),
        (TimeoutError(), "no answer in 10 s"),
    ],
)
async def test_a_receiver_that_is_away(error: Exception, said: str, caplog: pytest.LogCaptureFixture) -> None:
    """Events wait for it, none is lost or sent twice, and the log tells both ends of it once."""
    caplog.set_level("INFO")
    sink = FakeSink()
    sink.errors = [error, ConnectionResetError("again")]
    outbox = Outbox(sink, 10_000, retry=0)
    async with running(outbox):
        outbox.put(number(1))
        outbox.put(number(2))
        await until(lambda: outbox.sent == 2)
        assert sink.closed == 2
    assert sink.got == [1, 2]
    assert logged(caplog) == [
        f'msg="events cannot be sent, they wait" sink=fake error="{said}"',
        'msg="events are sent again" sink=fake',
    ]


async def test_a_receiver_that_does_not_take() -> None:
    """One that hangs is given up after a while, and tried again."""
    sink = FakeSink()
    sink.go.clear()
    outbox = Outbox(sink, 10_000, patience=0.001, retry=0)
    async with running(outbox):
        outbox.put(number(1))
        await until(lambda: sink.closed > 2)
        assert outbox.sent == 0
        sink.go.set()
        await until(lambda: outbox.sent == 1)
    assert sink.got == [1]


async def test_the_end() -> None:
    """What still waits at the end is sent if the receiver takes it."""
    sink = FakeSink()
    outbox = Outbox(sink, 0.001)
    async with running(outbox):
        for count in range(5):
            outbox.put(number(count))
        await until(lambda: outbox.sent == 1)
    assert sink.got == [0, 1, 2, 3, 4]


async def test_the_end_with_a_receiver_that_hangs() -> None:
    """It holds nobody up."""
    sink = FakeSink()
    outbox = Outbox(sink, 10_000)
    sink.go.clear()
    async with asyncio.timeout(PATIENCE), running(outbox):
        outbox.put(number(1))
        await asyncio.sleep(0)
    assert sink.got == []
