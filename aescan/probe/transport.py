"""
One connection, one conversation, one answer.

An address and a ``Conversation`` (sans-I/O: what to send, how to read the reply) come in, its answer goes out, or
ProbeError with the class of what happened. No name is resolved here. The end is orderly: after the conversation's own
farewell a FIN, and where the server is still sending, its bytes are read for a moment so that it sees no reset.
"""

import asyncio
import contextlib
import errno
import socket
from typing import Final, Generic, Protocol, TypeVar

from aescan.errors import ProbeError, Reason
from aescan.probe.poller import Poller
from aescan.probe.resolve import LACKS

LINGER: Final = 1.0
"""Seconds to let a server finish what nobody reads: several round trips of any WAN."""
MOST_EXTRA: Final = 1024 * 1024
"""Bytes of it: a server that sends more than that sees a reset after all."""
CHUNK: Final = 16 * 1024
"""Bytes read at a time; a flight mostly comes in one."""

_LAST: Final = getattr(socket, "MSG_MORE", 0)
"""With the farewell, where the system can: it leaves in one packet with the FIN that follows."""

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
    address: str,
    port: int,
    conversation: Conversation[A],
    poller: Poller,
    *,
    connect_timeout: float,
    deadline: float,
    patience: float = 1.0,
    awaited: str = "the certificate",
) -> A:
    """
    Connect to ``address``, a literal, and return the answer of ``conversation``.

    ``connect_timeout`` (seconds) bounds the TCP handshake, ``deadline`` (of the loop's clock) all of it; a server that
    says nothing at all is given up after the share ``patience`` of what is left once connected. Raises ProbeError,
    which says that ``awaited`` was waited for.
    """
    loop = asyncio.get_running_loop()
    exchange: _Exchange[A] = _Exchange(conversation, poller, loop, deadline, patience)
    exchange.due = min(loop.time() + connect_timeout, deadline)
    # Not at once, but in a row with all others that begin now, see poller.
    loop.call_soon(exchange.connect, address, port)
    try:
        answer = await exchange.answer
        await exchange.linger()
    except OSError as error:  # TimeoutError is one, be it ours or the kernel's
        failed = failure(error, connected=exchange.connected, heard=exchange.heard, awaited=awaited)
        failed.connected = exchange.connected
        failed.silent = exchange.connected and not exchange.heard
        raise failed from error
    except ProbeError as error:
        error.connected = True
        error.silent = not exchange.heard
        raise
    finally:
        exchange.close()
    return answer if exchange.fuller is None else exchange.fuller


class _Exchange(Generic[A]):
    """Carries one conversation over one socket, which is there until it is closed."""

    __slots__ = (
        "_closed",
        "_conversation",
        "_deadline",
        "_extra",
        "_left",
        "_loop",
        "_patience",
        "_poller",
        "_socket",
        "_unsent",
        "answer",
        "connected",
        "due",
        "fuller",
        "heard",
    )

    def __init__(
        self,
        conversation: Conversation[A],
        poller: Poller,
        loop: asyncio.AbstractEventLoop,
        deadline: float,
        patience: float,
    ) -> None:
        self.answer: asyncio.Future[A] = loop.create_future()
        self.fuller: A | None = None
        self.connected = False
        self.heard = False
        self.due = deadline
        self._conversation = conversation
        self._poller = poller
        self._loop = loop
        self._deadline = deadline
        self._patience = patience
        self._socket: socket.socket | None = None
        self._unsent = conversation.data_to_send()
        self._left = False
        self._extra = 0
        self._closed: asyncio.Future[None] | None = None

    def connect(self, address: str, port: int) -> None:
        """Begin to connect."""
        if self.answer.done():  # cancelled meanwhile
            return
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        try:
            self._socket = socket.socket(family, socket.SOCK_STREAM)
            self._socket.setblocking(False)
            self._poller.watch(self._socket, self)
            self._socket.connect((address, port))
        except BlockingIOError:
            return
        except Exception as error:  # noqa: BLE001 - it belongs to whoever awaits the answer
            self._fail(error)

    def ready(self, readable: bool) -> None:
        """Send what is due and read what is there."""
        connection = self._socket
        if connection is None:
            return
        try:
            if self._unsent or not self.connected:
                self._send(connection)  # raises what became of the connection
                if not self.connected:
                    self.connected = True
                    self.due = self._loop.time() * (1 - self._patience) + self._deadline * self._patience
            if not readable:
                return
            if self._left:
                self._hear_out(connection)
            else:
                self._read(connection)
        except BlockingIOError:
            return
        except Exception as error:  # noqa: BLE001 - likewise, a bug like a reset
            self._fail(error)

    def take_leave(self) -> None:
        """Say farewell and close; nothing that the network does now takes the answer away again."""
        connection = self._socket
        if connection is None:
            return
        self._left = True
        try:
            if self._unsent:
                connection.send(self._unsent, _LAST)
                self._unsent = b""
            if not self._conversation.complete:
                connection.shutdown(socket.SHUT_WR)
                self.ready(True)
                return
        except OSError:  # it is gone already
            pass
        self.close()

    def expire(self) -> None:
        """Give up."""
        self._fail(TimeoutError())

    def close(self) -> None:
        """Close what is open, once."""
        if self._socket is None:
            return
        self._poller.forget(self._socket)
        self._socket.close()
        self._socket = None
        if self._closed is not None and not self._closed.done():
            self._closed.set_result(None)

    async def linger(self) -> None:
        """Wait a moment for the server's FIN, where it is still sending."""
        if self._socket is not None:
            self.due = min(self._loop.time() + LINGER, self._deadline)
            self._closed = self._loop.create_future()
            await self._closed

    def _send(self, connection: socket.socket) -> None:
        self._unsent = self._unsent[connection.send(self._unsent) :]

    def _read(self, connection: socket.socket) -> None:
        while not self.answer.done():
            data = connection.recv(CHUNK)
            if not data:
                raise self._conversation.end()
            self.heard, self.due = True, self._deadline
            self._feed(connection, data)

    def _feed(self, connection: socket.socket, data: bytes) -> None:
        answer = self._conversation.feed(data)
        self._unsent += self._conversation.data_to_send()
        if answer is not None:
            self._poller.afterwards(self.take_leave)
            self.answer.set_result(answer)
        elif self._unsent:
            self._send(connection)

    def _hear_out(self, connection: socket.socket) -> None:
        while not self._conversation.complete and self._extra <= MOST_EXTRA and (data := connection.recv(CHUNK)):
            self._extra += len(data)
            with contextlib.suppress(ProbeError):  # there is an answer already: what follows can only add to it
                self.fuller = self._conversation.feed(data) or self.fuller
        self.close()

    def _fail(self, error: Exception) -> None:
        self.close()
        if not self.answer.done():
            self.answer.set_exception(error)


def failure(error: OSError, *, connected: bool, heard: bool, awaited: str = "the certificate") -> ProbeError:
    """Return what an error of the network says of the target."""
    doing = f"waiting for {awaited}" if connected else "connecting"
    number = error.errno
    if isinstance(error, TimeoutError):
        said = "said too little" if heard else "said nothing"
        hint = f"it accepted the connection and {said}" if connected else "filtered by a firewall?"
        return ProbeError(Reason.TIMEOUT, f"{doing}: no answer in time; {hint}")
    if isinstance(error, ConnectionRefusedError):
        return ProbeError(Reason.REFUSED, f"{doing}: connection refused; nothing listens on that port")
    if isinstance(error, ConnectionResetError | BrokenPipeError | ConnectionAbortedError):
        return ProbeError(Reason.RESET, f"{doing}: the connection was reset")
    reason = Reason.LOCAL if number in LACKS else Reason.UNREACHABLE
    what = errno.errorcode.get(number or 0, type(error).__name__)
    hint = LACKS.get(number) or _UNREACHABLE_HINTS.get(number) or error.strerror or str(error)
    return ProbeError(reason, f"{doing}: {what}: {hint}")


_UNREACHABLE_HINTS: Final[dict[int | None, str]] = {
    errno.EHOSTUNREACH: "no route to that host, or it is down",
    errno.ENETUNREACH: "no route to that network",
    errno.EACCES: "this machine's own firewall forbids it",
    errno.EPERM: "this machine's own firewall forbids it",
}
