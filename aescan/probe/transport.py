"""
One connection, one conversation, one answer.

An address and a ``Conversation`` (sans-I/O: what to send, how to read the reply) come in, its answer goes out, or
ProbeError with the class of what happened. No name is resolved here. The end is orderly: after the conversation's own
farewell a FIN, and where the server is still sending, its bytes are read for a moment so that it sees no reset.
"""

import asyncio
import contextlib
import errno
from typing import Final, Generic, Protocol, TypeVar

from aescan.errors import ProbeError, Reason

LINGER: Final = 1.0
"""Seconds to let a server finish what nobody reads: several round trips of any WAN."""

A = TypeVar("A")
A_co = TypeVar("A_co", covariant=True)


class Conversation(Protocol[A_co]):
    """A sans-I/O client that ends with an answer."""

    @property
    def complete(self) -> bool:
        """Whether the server has nothing more to send, so that closing now cannot cross its bytes."""

    def data_to_send(self) -> bytes:
        """Return the bytes to send now, possibly none; called first, and after every ``feed``."""

    def feed(self, data: bytes) -> A_co | None:
        """
        Take bytes; return the answer once it is complete; raise ProbeError when there can be none.

        What comes after the answer may make it fuller: then the fuller one is returned.
        """

    def end(self) -> ProbeError:
        """Return the error of a stream that ended before the answer was complete."""


async def converse(
    address: str, port: int, conversation: Conversation[A], *, connect_timeout: float, deadline: float
) -> A:
    """
    Connect to ``address``, a literal, and return the answer of ``conversation``.

    ``connect_timeout`` (seconds) bounds the TCP handshake, ``deadline`` (of the loop's clock) all of it. Raises
    ProbeError.
    """
    loop = asyncio.get_running_loop()
    exchange: _Exchange[A] = _Exchange(conversation, loop.create_future())
    try:
        async with asyncio.timeout_at(min(loop.time() + connect_timeout, deadline)) as limit:
            await loop.create_connection(lambda: exchange, address, port)
            limit.reschedule(deadline)
            answer = await exchange.answer
    except OSError as error:  # TimeoutError is one, be it ours or the kernel's
        raise exchange.failure(address, error) from error
    finally:
        exchange.close()
    if not conversation.complete:
        await exchange.linger()
    return answer if exchange.fuller is None else exchange.fuller


class _Exchange(asyncio.Protocol, Generic[A]):
    """Carries one conversation over one transport."""

    def __init__(self, conversation: Conversation[A], answer: "asyncio.Future[A]") -> None:
        self.conversation = conversation
        self.answer = answer
        self.fuller: A | None = None
        self.transport: asyncio.Transport | None = None
        self.lost: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # create_connection makes a Transport, the base says less
        transport.write(self.conversation.data_to_send())  # type: ignore[attr-defined]  # likewise

    def data_received(self, data: bytes) -> None:
        if self.answer.done():
            with contextlib.suppress(ProbeError):  # there is an answer already: what follows can only add to it
                self.fuller = self.conversation.feed(data) or self.fuller
            return
        try:
            answer = self.conversation.feed(data)
        except ProbeError as error:
            self.answer.set_exception(error)
            return
        if (outgoing := self.conversation.data_to_send()) and self.transport is not None:
            self.transport.write(outgoing)
        if answer is not None:
            self.answer.set_result(answer)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.answer.done():
            self.answer.set_exception(error if isinstance(error, OSError) else self.conversation.end())
        if self.lost is not None and not self.lost.done():
            self.lost.set_result(None)

    def failure(self, address: str, error: OSError) -> ProbeError:
        """Return what an error of the network says of the target."""
        connected = self.transport is not None
        doing = f"waiting for the certificate of {address}" if connected else f"connecting to {address}"
        number = error.errno
        if isinstance(error, TimeoutError):
            hint = "it accepted the connection and said too little" if connected else "filtered by a firewall?"
            return ProbeError(Reason.TIMEOUT, f"{doing}: no answer in time; {hint}")
        if isinstance(error, ConnectionRefusedError):
            return ProbeError(Reason.REFUSED, f"{doing}: connection refused; nothing listens on that port")
        if isinstance(error, ConnectionResetError | BrokenPipeError | ConnectionAbortedError):
            return ProbeError(Reason.RESET, f"{doing}: the connection was reset")
        what = errno.errorcode.get(number or 0, type(error).__name__)
        return ProbeError(
            Reason.UNREACHABLE, f"{doing}: {what}: {_UNREACHABLE_HINTS.get(number, error.strerror or error)}"
        )

    def close(self) -> None:
        """Close after what is still to be sent, unless the server's own bytes are to be awaited."""
        if self.transport is None:
            return
        if not self.answer.done() or self.answer.cancelled():
            self.transport.abort()
        elif self.conversation.complete or self.answer.exception() is not None:
            self.transport.close()
        elif self.transport.can_write_eof() and not self.transport.is_closing():
            with contextlib.suppress(OSError):  # the server has closed or reset meanwhile
                self.transport.write_eof()

    async def linger(self) -> None:
        """Wait a moment for the server's FIN, then close."""
        if self.transport is None or self.transport.is_closing():
            return
        self.lost = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(LINGER):
                await self.lost
        except TimeoutError:
            pass
        finally:
            self.transport.close()


_UNREACHABLE_HINTS: Final[dict[int | None, str]] = {
    errno.EMFILE: "this machine ran out of file descriptors; lower the concurrency or raise the limit",
    errno.ENFILE: "this machine ran out of file descriptors; lower the concurrency or raise the limit",
    errno.EADDRNOTAVAIL: "this machine ran out of local ports, or has no address of that kind",
    errno.EHOSTUNREACH: "no route to that host, or it is down",
    errno.ENETUNREACH: "no route to that network",
    errno.EACCES: "this machine's own firewall forbids it",
    errno.EPERM: "this machine's own firewall forbids it",
}
