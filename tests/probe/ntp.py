"""An NTP server of the tests: requests in, answers out, every field to order; and one on loopback that gives them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import cast

EPOCH = datetime(1900, 1, 1, tzinfo=UTC)

Answers = Callable[[bytes], Sequence[bytes]]
"""What a server sends for one request."""


def timestamp(moment: datetime) -> bytes:
    """Return a moment in NTP's 64 bits, whatever its era (RFC 5905 section 6)."""
    microseconds = (moment - EPOCH) // timedelta(microseconds=1)
    seconds, fraction = divmod(microseconds, 10**6)
    return (seconds % 2**32).to_bytes(4) + (-(-fraction * 2**32 // 10**6)).to_bytes(4)


def answer(
    cookie: bytes,
    received: datetime,
    held: timedelta = timedelta(0),
    *,
    leap: int = 0,
    version: int = 4,
    mode: int = 4,
    stratum: int = 2,
    root_delay: float = 0.01,
    root_dispersion: float = 0.02,
    reference: bytes = b"GPS\0",
    clock_set: datetime | None = None,
    transmit: bytes = b"",
) -> bytes:
    """Return the answer of a server whose clock showed ``received`` when the request came."""
    fields = (
        bytes([leap << 6 | version << 3 | mode, stratum, 6, 0xEC]),
        round(root_delay * 2**16).to_bytes(4),
        round(root_dispersion * 2**16).to_bytes(4),
        reference,
        timestamp(clock_set) if clock_set else bytes(8),
        cookie,
        timestamp(received),
        transmit or timestamp(received + held),
    )
    return b"".join(fields)


class _Server(asyncio.DatagramProtocol):
    def __init__(self, answers: Answers, requests: list[bytes]) -> None:
        self.answers = answers
        self.requests = requests

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.requests.append(data)
        for datagram in self.answers(data):
            self.transport.sendto(datagram, addr)  # type: ignore[arg-type] # as it was given


@asynccontextmanager
async def ntp_server(answers: Answers) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Give the port of a server on loopback that answers so, and the requests it gets."""
    requests: list[bytes] = []
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Server(answers, requests), local_addr=("127.0.0.1", 0))
    try:
        yield transport.get_extra_info("sockname")[1], requests
    finally:
        transport.close()


def ahead(offset: timedelta, now: Callable[[], datetime]) -> Answers:
    """Return the answers of an honest server whose clock is ahead of ``now`` by this much."""
    return lambda request: [answer(request[40:48], now() + offset)]
