"""What targets say of their clocks, on loopback: fake NTP servers and real TLS."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest

from aescan.inventory.model import Target
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.probe.probe import Prober
from aescan.probe.target_clock import TargetClocks
from aescan.scan.schedule import now
from tests import certs
from tests.peers import scripted, swallowing
from tests.probe.ntp import ahead, answer, ntp_server

HOUR = timedelta(hours=1)
HERE = "127.0.0.1"


def target(port: int = 8443, *, sntp: bool = False, http_date: bool = False) -> Target:
    """Return a target on loopback whose clock is to be asked so."""
    return Target("aes1", HERE, port, "oam", sntp=sntp, http_date=http_date)


def clocks(port: int = 9, timeout: float = 30.0) -> TargetClocks:
    """Return what asks the clocks of targets, NTP on that port."""
    return TargetClocks(Prober(timeout), timeout, now, port)


async def test_sntp_once_for_an_address() -> None:
    """All targets of an address share one answer, whoever probes them."""
    async with ntp_server(ahead(3 * HOUR, now)) as (port, requests):
        asking = clocks(port)
        first = await asking.skews(target(8443, sntp=True), HERE)
        hurried = replace(asking, prober=Prober(1.0))
        second = await hurried.skews(target(4722, sntp=True), HERE)

    (skew,) = first
    assert first == second
    assert (skew.source, len(requests)) == ("SNTP", 1)
    assert skew.offset == pytest.approx(3 * 3600, abs=1)
    assert 0 < skew.precision < 1


@asynccontextmanager
async def https(context: ssl.SSLContext, head: Callable[[], str]) -> AsyncIterator[int]:
    """Give the port of a web server that answers each request with this head, and closes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head().encode("ascii"))
        writer.close()

    async with await asyncio.start_server(serve, HERE, 0, ssl=context) as server:
        yield server.sockets[0].getsockname()[1]


def dated(offset: timedelta) -> Callable[[], str]:
    """Return the head of a server whose clock is ahead by this much."""
    return lambda: f"HTTP/1.1 302 Found\r\nDate: {format_datetime(now() + offset, usegmt=True)}\r\nLocation: /\r\n\r\n"


def context(*versions: ssl.TLSVersion, ciphers: str = "DEFAULT:@SECLEVEL=0", wants: bool = False) -> ssl.SSLContext:
    """Return how a server speaks TLS, and whether it wants a certificate of its clients."""
    return tls_context(certs.make_chain(2), TlsSettings((versions[0], versions[-1]), ciphers, client_certificate=wants))


@pytest.mark.parametrize(
    ("version", "ciphers"),
    [
        (ssl.TLSVersion.TLSv1_3, "DEFAULT"),
        (ssl.TLSVersion.TLSv1_2, "DEFAULT"),
        (ssl.TLSVersion.TLSv1, "ALL:@SECLEVEL=0"),
    ],
)
async def test_date(version: ssl.TLSVersion, ciphers: str) -> None:
    """From the newest version to the one that old releases speak, with a certificate that nobody trusts."""
    async with https(context(version, ciphers=ciphers), dated(-3 * HOUR)) as port:
        (skew,) = await clocks().skews(target(port, http_date=True), HERE)

    assert skew.source == "HTTP Date"
    assert abs(skew.offset + 3 * 3600) <= skew.precision + 0.1
    assert 0.5 <= skew.precision < 15


async def test_sntp_comes_first() -> None:
    """Both are asked where both are wanted; the more exact one stands first."""
    tls = context(ssl.TLSVersion.TLSv1_3)
    async with ntp_server(ahead(HOUR, now)) as (ntp, _), https(tls, dated(HOUR)) as port:
        skews = await clocks(ntp).skews(target(port, sntp=True, http_date=True), HERE)

    assert [skew.source for skew in skews] == ["SNTP", "HTTP Date"]


async def test_servers_that_give_no_date() -> None:
    """One without a date, one that wants a certificate, one without TLS, one that nobody hears of again."""
    async with (
        https(context(ssl.TLSVersion.TLSv1_3), lambda: "HTTP/1.0 200 OK\r\n\r\n") as dateless,
        https(context(ssl.TLSVersion.TLSv1_2, wants=True), dated(HOUR)) as closed,
        scripted(lambda reader, writer: asyncio.sleep(0)) as plain,
    ):
        for port in dateless, closed, plain:
            assert await clocks().skews(target(port, http_date=True), HERE) == ()
    with swallowing() as port:
        assert await clocks(timeout=0.2).skews(target(port, http_date=True), HERE) == ()


async def test_silence_is_no_skew_and_no_error() -> None:
    """Nobody there, no answer in time, no usable time, no TLS; and what is not wanted is not asked."""
    async with (
        ntp_server(lambda _: []) as (silent, requests),
        ntp_server(lambda request: [answer(request[40:48], now(), leap=3)]) as (unset, _),
    ):
        assert await clocks(silent, 0.2).skews(target(), HERE) == ()
        assert requests == []
        assert await clocks(silent, 0.2).skews(target(sntp=True), HERE) == ()
        assert await clocks(unset).skews(target(sntp=True), HERE) == ()
