"""
Names to addresses, through the system's own resolver.

A host comes in, its addresses go out in the resolver's order; a literal address goes out as it is. Each name is asked
once at a time and its answer kept for a while, because every port of a host asks the same. Lookups run in daemon
threads of our own, a bounded number whatever waits for them: asyncio's pool is small, six slow names would stop it, and
a lookup that hangs must not hold up the exit.
"""

import asyncio
import contextlib
import errno
import ipaddress
import socket
import threading
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from aescan.errors import ProbeError, Reason

MOST_LOOKUPS: Final = 64
"""At once, each in a thread that mostly waits; with a dead resolver all names of an inventory wait for these."""
KEPT: Final = 60.0
"""Seconds an answer is used again: one sweep over the ports of a host, not longer than a typical TTL."""

LACKS: Final[dict[int | None, str]] = {
    errno.EMFILE: "this machine ran out of file descriptors; lower the concurrency or raise the limit",
    errno.ENFILE: "this machine ran out of file descriptors; lower the concurrency or raise the limit",
    errno.ENOBUFS: "this machine ran out of memory for connections",
    errno.ENOMEM: "this machine ran out of memory",
    errno.EADDRNOTAVAIL: "this machine ran out of local ports, or has no address of that kind",
}
"""What this machine may lack for a probe, by the errors of the system: none of them is the target's fault."""

Lookup = Callable[[str], tuple[str, ...]]


def system_lookup(host: str) -> tuple[str, ...]:
    """Return the addresses that the system's resolver gives (hosts file, search domains, DNS), each once, in order."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


@lru_cache(maxsize=65536)
def is_address(host: str) -> bool:
    """Whether ``host`` is an IPv4 or IPv6 literal, with or without a zone."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class Resolver:
    """Looks names up; one per program."""

    def __init__(self, lookup: Lookup = system_lookup) -> None:
        self._lookup = lookup
        self._answers: dict[str, tuple[float, asyncio.Future[tuple[str, ...]]]] = {}
        self._lock = threading.Lock()
        self._asked: deque[tuple[str, Callable[[tuple[str, ...] | OSError], None]]] = deque()
        self._threads = 0

    async def addresses(self, host: str, deadline: float) -> tuple[str, ...]:
        """Return the addresses of ``host``, or raise ProbeError (dns) by ``deadline`` of the loop's clock."""
        if is_address(host):
            return (host,)
        loop = asyncio.get_running_loop()
        asked, answer = self._answers.get(host, (0.0, None))
        if answer is None or (answer.done() and loop.time() - asked > KEPT):
            answer = self._ask(host, loop)
            self._answers[host] = loop.time(), answer
        try:
            async with asyncio.timeout_at(deadline):
                return await asyncio.shield(answer)
        except TimeoutError as error:
            raise ProbeError(Reason.DNS, f"looking up {host}: the resolver gave no answer in time") from error
        except OSError as error:
            if not isinstance(error, socket.gaierror) and error.errno in LACKS:
                raise ProbeError(Reason.LOCAL, f"looking up {host}: {LACKS[error.errno]}") from error
            what = error.strerror or str(error)
            raise ProbeError(Reason.DNS, f"looking up {host}: {what}; is the name spelt right?") from error

    def _ask(self, host: str, loop: asyncio.AbstractEventLoop) -> "asyncio.Future[tuple[str, ...]]":
        answer: asyncio.Future[tuple[str, ...]] = loop.create_future()
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody may wait any more

        def settle(found: tuple[str, ...] | OSError) -> None:
            if answer.done():
                return
            if isinstance(found, OSError):
                answer.set_exception(found)
            else:
                answer.set_result(found)

        def tell(found: tuple[str, ...] | OSError) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: the program is ending and nobody waits
                loop.call_soon_threadsafe(settle, found)

        with self._lock:
            self._asked.append((host, tell))
            another = self._threads < MOST_LOOKUPS
            self._threads += another
        if another:
            threading.Thread(target=self._work, name="aescan-lookup", daemon=True).start()
        return answer

    def _work(self) -> None:
        """Look up what was asked, until nothing is left."""
        while True:
            with self._lock:
                if not self._asked:
                    self._threads -= 1
                    return
                host, tell = self._asked.popleft()
            try:
                found: tuple[str, ...] | OSError = self._lookup(host)
            except OSError as error:
                found = error
            except UnicodeError as error:  # the resolver's own IDNA step refuses labels that are empty or too long
                found = OSError(None, str(error))
            tell(found)
