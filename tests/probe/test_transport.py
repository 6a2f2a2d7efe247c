"""One connection: what is sent, how it ends, what each failure is called."""

import asyncio
import errno
import socket

import pytest

from aescan.errors import ProbeError, Reason
from aescan.probe import transport
from aescan.probe.poller import make_poller
from aescan.probe.transport import converse
from tests.peers import reset, scripted, swallowing

WAITING = "waiting for the certificate"


class Echo:
    """A conversation: greets, expects an answer in capitals, says thanks."""

    def __init__(self, *, complete: bool = True) -> None:
        self.complete = complete
        self._outgoing = b"hello"
        self._heard = b""

    def data_to_send(self) -> bytes:
        """Return what is due."""
        outgoing, self._outgoing = self._outgoing, b""
        return outgoing

    def feed(self, data: bytes) -> bytes | None:
        """Take the answer; a full stop ends it, a question mark is none."""
        self._heard += data
        if b"?" in data:
            raise ProbeError(Reason.PROTOCOL, "a question")
        if data.endswith(b"."):
            self._outgoing = b"thanks"
            return self._heard
        return None

    def end(self) -> ProbeError:
        """Return the error of an unfinished answer."""
        return ProbeError(Reason.CLOSED, f"closed after {self._heard!r}")


async def talk(port: int, conversation: Echo | None = None, seconds: float = 30.0) -> bytes:
    """Converse with the peer on that port."""
    deadline = asyncio.get_running_loop().time() + seconds
    asked = conversation or Echo()
    return await converse("127.0.0.1", port, asked, make_poller(), connect_timeout=30.0, deadline=deadline)


async def failure(port: int, seconds: float = 30.0) -> tuple[Reason, str]:
    """Return how a conversation with the peer on that port fails."""
    with pytest.raises(ProbeError) as caught:
        await talk(port, seconds=seconds)
    return caught.value.reason, caught.value.detail


async def test_greeting_answer_farewell_and_fin() -> None:
    """The server hears greeting and farewell, then FIN and no reset."""
    heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(5) == b"hello"
        writer.write(b"HI")
        await writer.drain()
        writer.write(b" THERE.")
        heard.set_result(await reader.read())

    async with scripted(script) as port:
        assert await talk(port) == b"HI THERE."
        assert await heard == b"thanks"


async def test_a_server_that_is_still_sending_sees_no_reset() -> None:
    """What comes after the answer is read and dropped until the server closes."""
    ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HI.")
        assert await reader.read() == b"hellothanks"  # returns at the FIN of the client
        try:
            for _ in range(64):
                writer.write(b"more" * 1024)
                await writer.drain()
            ended.set_result("whole")
        except ConnectionError as error:
            ended.set_result(repr(error))

    async with scripted(script) as port:
        assert await talk(port, Echo(complete=False)) == b"HI."
        assert await ended == "whole"


@pytest.mark.parametrize(("more", "answer"), [(b" THERE.", b"HI. THERE."), (b"?", b"HI."), (b"!", b"HI.")])
async def test_what_follows_can_only_add(more: bytes, answer: bytes) -> None:
    """Bytes behind the answer make it fuller, or are nobody's loss."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HI.")
        await reader.read()
        writer.write(more)

    async with scripted(script) as port:
        assert await talk(port, Echo(complete=False)) == answer


async def test_lingering_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that never closes holds a finished probe up for a moment only."""
    monkeypatch.setattr(transport, "LINGER", 0.0)

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HI.")
        await reader.read()
        await asyncio.Event().wait()

    async with scripted(script) as port:
        assert await talk(port, Echo(complete=False)) == b"HI."


async def test_a_server_that_closes_behind_its_answer() -> None:
    """An answer counts even when FIN comes with it."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(5)
        writer.write(b"HI.")

    async with scripted(script) as port:
        assert await talk(port, Echo(complete=False)) == b"HI."


async def test_refused() -> None:
    """Nothing listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))

        assert await failure(bound.getsockname()[1]) == (
            Reason.REFUSED,
            "connecting: connection refused; nothing listens on that port",
        )


async def test_closed() -> None:
    """A stream that ends before its answer is the conversation's to describe."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(5)
        writer.write(b"HI")

    async with scripted(script) as port:
        assert await failure(port) == (Reason.CLOSED, "closed after b'HI'")


async def test_reset() -> None:
    """A reset after the greeting."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(5)
        reset(writer)

    async with scripted(script) as port:
        assert await failure(port) == (
            Reason.RESET,
            f"{WAITING}: the connection was reset",
        )


async def test_an_answer_that_is_none() -> None:
    """The conversation's own error comes out as it is, whatever the server sends after it."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"WHAT?")
        await writer.drain()
        writer.write(b"HI.")
        await reader.read()

    async with scripted(script) as port:
        assert await failure(port) == (Reason.PROTOCOL, "a question")


async def test_silence_after_connecting() -> None:
    """The deadline ends a connection that says nothing."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with scripted(script) as port:
        assert await failure(port, seconds=0.05) == (
            Reason.TIMEOUT,
            f"{WAITING}: no answer in time; it accepted the connection and said nothing",
        )


async def test_half_an_answer() -> None:
    """A server that begins and does not go on is told from one that says nothing."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HI")
        await reader.read()

    async with scripted(script) as port:
        assert await failure(port, seconds=0.2) == (
            Reason.TIMEOUT,
            f"{WAITING}: no answer in time; it accepted the connection and said too little",
        )


async def test_silence_before_connecting() -> None:
    """A full backlog drops the SYN as a firewall does: the connect timeout ends it."""
    with swallowing() as port:
        deadline = asyncio.get_running_loop().time() + 30
        with pytest.raises(ProbeError) as caught:
            await converse("127.0.0.1", port, Echo(), make_poller(), connect_timeout=0.05, deadline=deadline)

    assert caught.value.reason is Reason.TIMEOUT
    assert caught.value.detail == "connecting: no answer in time; filtered by a firewall?"


@pytest.mark.parametrize(
    ("number", "detail"),
    [
        (errno.EHOSTUNREACH, "EHOSTUNREACH: no route to that host, or it is down"),
        (errno.EPROTO, "EPROTO: said so"),
        (None, "OSError: said so"),
    ],
)
async def test_other_errors_of_the_network(number: int | None, detail: str) -> None:
    """Whatever else the network says is "unreachable", with its name and what it means."""
    error = transport.failure(OSError(number, "said so"), connected=False, heard=False)

    assert (error.reason, error.detail) == (Reason.UNREACHABLE, f"connecting: {detail}")


@pytest.mark.parametrize(
    ("number", "detail"),
    [
        (errno.EMFILE, "EMFILE: this machine ran out of file descriptors; lower the concurrency or raise the limit"),
        (errno.EADDRNOTAVAIL, "EADDRNOTAVAIL: this machine ran out of local ports, or has no address of that kind"),
    ],
)
async def test_what_this_machine_lacks(number: int, detail: str) -> None:
    """What is no fault of the target's, nor of the network's, is "local"."""
    error = transport.failure(OSError(number, "said so"), connected=False, heard=False)

    assert (error.reason, error.detail) == (Reason.LOCAL, f"connecting: {detail}")


async def test_cancelling_closes_the_connection() -> None:
    """A sweep that is stopped leaves no connection open."""
    heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    greeted = asyncio.Event()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(5)
        greeted.set()
        heard.set_result(await reader.read())

    async with scripted(script) as port:
        talking = asyncio.create_task(talk(port))
        await greeted.wait()
        talking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await talking

        assert await heard == b""


async def test_an_answer_survives_the_reset_behind_it() -> None:
    """What the network does to the farewell takes nothing away."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(5)
        writer.write(b"HI.")
        await writer.drain()
        reset(writer)

    async with scripted(script) as port:
        for _ in range(20):  # reset before or after it is read
            assert await talk(port) == b"HI."


async def test_a_flood_behind_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than a bounded number of bytes is dropped for a server's sake."""
    monkeypatch.setattr(transport, "LINGER", 3600.0)
    ended = asyncio.Event()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HI.")
        await reader.read()  # returns at the FIN of the client
        try:
            while True:
                writer.write(bytes(65536))
                await writer.drain()
        except ConnectionError:
            ended.set()

    async with scripted(script) as port:
        assert (await talk(port, Echo(complete=False)))[:3] == b"HI."
        await ended.wait()


async def test_a_bug_in_a_conversation_is_not_swallowed() -> None:
    """An exception that is no ProbeError ends the probe as it is."""

    class Broken(Echo):
        def feed(self, data: bytes) -> bytes | None:
            raise ZeroDivisionError

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HI.")
        await reader.read()

    async with scripted(script) as port:
        with pytest.raises(ZeroDivisionError):
            await talk(port, Broken())


async def test_cancelled_before_connecting() -> None:
    """A probe that is cancelled at once opens nothing."""
    talking = asyncio.create_task(talk(1))
    await asyncio.sleep(0)
    talking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await talking


async def test_a_long_greeting_and_a_long_answer() -> None:
    """More than the system takes or gives at once is sent and read in parts."""
    greeting = b"hello" * 2_000_000
    heard: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.set_result(await reader.readexactly(len(greeting)))
        writer.write(b"H" * 1_000_000 + b".")
        await writer.drain()
        await reader.read()

    async with scripted(script) as port:
        conversation = Echo()
        conversation._outgoing = greeting
        assert len(await talk(port, conversation)) == 1_000_001
        assert await heard == greeting
