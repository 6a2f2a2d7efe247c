"""Asking a name service on loopback, made from the documented layout: no real one was at hand."""

import pytest

from aescan.errors import ProbeError, Reason
from aescan.probe.acs import Tlink, Tlinks, request
from aescan.probe.probe import Prober
from aescan.probe.resolve import Resolver
from aescan.probe.tsapi import tlinks
from tests.peers import scripted, swallowing
from tests.probe.name_service import ENCRYPTED, PLAIN, Server, reply

HERE = "127.0.0.1"


async def failure(port: int, patience: float = 30.0) -> tuple[Reason, str]:
    """Return why there is no list from this port."""
    with pytest.raises(ProbeError) as caught:
        await tlinks(Prober(patience), HERE, None, port)
    return caught.value.reason, caught.value.detail


async def test_list() -> None:
    """One connection, one request for each part of the list."""
    server = Server(reply(PLAIN, more=True), reply(ENCRYPTED))
    async with scripted(server) as port:
        found = await tlinks(Prober(), HERE, None, port)

    assert found == Tlinks((Tlink(*PLAIN), Tlink(*ENCRYPTED)))
    assert server.requests == [request(1), request(2)]


async def test_the_address_is_dialled_where_it_is_known() -> None:
    """A name is looked up otherwise."""

    def lookup(host: str) -> tuple[str, ...]:
        assert host == "aes1.example.com"
        return (HERE,)

    async with scripted(Server(reply(), reply())) as port:
        known = await tlinks(Prober(), "unknown.invalid", HERE, port)
        resolved = await tlinks(Prober(resolver=Resolver(lookup)), "aes1.example.com", None, port)

    assert known == resolved == Tlinks(())


async def test_failures() -> None:
    """Each is told as of what it was: a port where something else listens, hangs up, or nothing."""
    async with scripted(Server()) as port:
        assert await failure(port) == (
            Reason.CLOSED,
            "asking for TLINKs: the server closed without a reply",
        )
    async with scripted(Server(b"220 ready, whoever you are\r\n")) as port:
        reason, detail = await failure(port)
        assert (reason, detail[:62]) == (
            Reason.PROTOCOL,
            "asking for TLINKs: no frame of a TSAPI name service begins wit",
        )
    assert await failure(port) == (Reason.REFUSED, "connecting: connection refused; nothing listens on that port")
    with swallowing() as port:
        assert (await failure(port, 0.2))[0] is Reason.TIMEOUT


async def test_silence() -> None:
    """A server that takes the request and says nothing costs the timeout, and is told of as such."""
    async with scripted(Server(b"")) as port:
        assert await failure(port, 0.2) == (
            Reason.TIMEOUT,
            "waiting for the list of TLINKs: no answer in time; it accepted the connection and said nothing",
        )
