"""What NTP servers say: fake ones to order on loopback, and chrony."""

import asyncio
import getpass
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from aescan.probe.clock import MOST_STRAYS, Clock, Reading, ask, consensus
from aescan.probe.resolve import Resolver
from aescan.scan.schedule import now
from aescan.settings.clock import ClockServer, ClockSettings
from tests.probe.ntp import Answers, ahead, answer, ntp_server
from tests.tools import tool

DAY = timedelta(days=1)
LONG = 30.0
"""Seconds that nothing here takes."""
SHORT = 0.2
"""Seconds to wait for what never comes."""

ADVICE = "verdicts that hang on that are marked; let it follow NTP"


def on(port: int) -> ClockServer:
    """Return the server on this port of loopback."""
    return ClockServer(f"127.0.0.1:{port}", "127.0.0.1", port)


def clock_of(*ports: int, patience: float = LONG) -> Clock:
    """Return this machine's clock with the servers on these ports."""
    return Clock(ClockSettings(tuple(map(on, ports)), timeout=patience), now, Resolver())


async def reading(port: int, patience: float = LONG) -> Reading:
    """Return what the server on this port says."""
    return await ask(on(port), asyncio.get_running_loop().time() + patience, now, Resolver())


async def checked(*servers: Answers) -> Clock:
    """Return a clock that was held against such servers."""
    async with AsyncExitStack() as stack:
        ports = [(await stack.enter_async_context(ntp_server(answers)))[0] for answers in servers]
        clock = clock_of(*ports, patience=SHORT)
        await clock.check()
        return clock


@pytest.mark.parametrize("offset", [timedelta(0), DAY, -DAY, 20_000 * DAY])
async def test_an_honest_server(offset: timedelta) -> None:
    """The offset is what the server's clock has more than this one, to half the round trip."""
    async with ntp_server(ahead(offset, now)) as (port, requests):
        found = await reading(port)

    assert (found.server, found.detail, found.kiss) == (f"127.0.0.1:{port}", "", "")
    assert found.time is not None
    assert abs(found.time.offset - offset.total_seconds()) <= found.time.delay / 2 + 1e-4
    assert [request[:40] for request in requests] == [bytes([0x23]) + bytes(39)]


async def test_every_request_has_a_cookie_of_its_own() -> None:
    """None can be guessed from another."""
    async with ntp_server(ahead(DAY, now)) as (port, requests):
        for _ in range(3):
            await reading(port)

    assert len({request[40:48] for request in requests}) == 3


async def test_strays_are_passed_over() -> None:
    """What is no answer may come before the answer: noise, another's answer, the request sent back."""

    def noisy(request: bytes) -> Sequence[bytes]:
        cookie = request[40:48]
        return [b"", b"noise", answer(bytes(8), now()), request, answer(cookie, now() + DAY), answer(cookie, now())]

    async with ntp_server(noisy) as (port, _):
        found = await reading(port)

    assert found.time is not None
    assert found.time.offset == pytest.approx(DAY.total_seconds(), abs=1)


async def test_nothing_but_strays() -> None:
    """A server that sends anything but the answer is not listened to for ever."""
    async with ntp_server(lambda request: [request] * MOST_STRAYS) as (port, _):
        found = await reading(port)

    assert found == Reading(f"127.0.0.1:{port}", None, "what came back was no answer to what was asked")


async def test_refusal() -> None:
    """A kiss code is told and kept."""
    async with ntp_server(lambda request: [answer(request[40:48], now(), stratum=0, reference=b"RATE")]) as (port, _):
        found = await reading(port)

    assert found == Reading(f"127.0.0.1:{port}", None, "kiss code RATE: the server is asked too often", "RATE")


async def test_silence() -> None:
    """No answer is no reading, and no error."""
    async with ntp_server(lambda _: []) as (port, _):
        found = await reading(port, SHORT)

    assert found == Reading(f"127.0.0.1:{port}", None, "no answer in time; filtered, or no NTP server")


async def test_a_closed_port() -> None:
    """Where the system says that nothing listens, that is told."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    found = await reading(port, SHORT)

    assert found == Reading(f"127.0.0.1:{port}", None, "asking for the time: Connection refused")


async def test_an_unknown_name() -> None:
    """A name that cannot be looked up is told as for targets."""

    def lookup(host: str) -> tuple[str, ...]:
        raise OSError(None, "no such name")

    server = ClockServer("ntp1", "ntp1")
    found = await ask(server, asyncio.get_running_loop().time() + LONG, now, Resolver(lookup))

    assert found == Reading("ntp1", None, "looking up ntp1: no such name; is the name spelt right?")


@pytest.mark.parametrize(
    ("offsets", "offset"),
    [
        ([], None),
        ([3.0], 3.0),
        ([5.0, -1.0], -1.0),
        ([90.0, 0.1, 0.2], 0.2),
        ([-90.0, 0.1, 0.2], 0.1),
        ([1.0, 2.0, 3.0, 90.0], 2.0),
        ([-1.0, -2.0, -3.0, -90.0], -2.0),
    ],
)
def test_consensus(offsets: list[float], offset: float | None) -> None:
    """The median counts, so one that is far off does no harm; of two in the middle the one nearer to nothing."""
    assert consensus(offsets) == offset


async def test_a_liar_among_three() -> None:
    """The others outvote it; its own reading is kept, and so is that of one that says nothing."""
    clock = await checked(ahead(DAY, now), ahead(30 * DAY, now), ahead(DAY, now), lambda _: [])

    assert clock.offset == pytest.approx(DAY.total_seconds(), abs=1)
    assert [reading.time is not None for reading in clock.readings] == [True, True, True, False]


async def test_without_an_answer_nothing_is_known() -> None:
    """Neither before the first check, nor after one that brought nothing."""
    unasked = clock_of()
    silent = await checked(lambda _: [])

    assert (unasked.offset, unasked.readings, silent.offset) == (None, (), None)
    assert await unasked.check() == ()


async def test_nothing_is_known_after_a_step() -> None:
    """Once this clock was set, what was measured before says nothing of it; until the next check."""
    step = timedelta(0)
    async with ntp_server(ahead(DAY, now)) as (port, _):
        clock = Clock(ClockSettings((on(port),), timeout=LONG), lambda: now() + step, Resolver())
        await clock.check()
        before = clock.offset
        step = DAY
        stepped = clock.offset
        await clock.check()

        assert before == pytest.approx(DAY.total_seconds(), abs=1)
        assert stepped is None
        assert clock.offset == pytest.approx(0, abs=1)


@pytest.mark.parametrize(("kiss", "asked"), [(b"RATE", 2), (b"DENY", 1), (b"RSTR", 1), (b"INIT", 3)])
async def test_kisses_are_heeded(kiss: bytes, asked: int) -> None:
    """Of three checks, one that says RATE is left out of the next, one that denies its service of all others."""
    async with ntp_server(lambda request: [answer(request[40:48], now(), stratum=0, reference=kiss)]) as (
        port,
        requests,
    ):
        clock = clock_of(port)
        readings = [await clock.check() for _ in range(3)]

    assert len(requests) == asked
    assert readings[0] == readings[1] == readings[2]


async def test_complaints() -> None:
    """The operator is told who gave no time, and of a clock that is off by more than the limit."""
    wrong = await checked(ahead(26 * timedelta(hours=1), now), lambda _: [])
    right = await checked(ahead(timedelta(0), now))

    silent = next(reading.server for reading in wrong.readings if not reading.time)
    unheard = f"NTP server {silent}: no answer in time; filtered, or no NTP server"
    assert list(wrong.complaints(DAY)) == [
        unheard,
        f"this machine's clock is 26 hours behind, by its NTP servers: {ADVICE}",
    ]
    assert list(wrong.complaints(2 * DAY)) == [unheard]
    assert list(right.complaints(timedelta(seconds=1))) == []


@contextmanager
def chrony(folder: Path, *, serves: bool) -> Iterator[int]:
    """Give the port of a chrony that never touches the system's clock; it claims to be right where it ``serves``."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    (folder / "chrony.conf").write_text(
        f"bindaddress 127.0.0.1\nport {port}\nallow 127.0.0.1\ncmdport 0\nbindcmdaddress {folder}/socket\n"
        f"pidfile {folder}/pid\n" + ("local stratum 3\n" if serves else ""),
        encoding="ascii",
    )
    command = [
        tool("chronyd", "the Debian package chrony"),
        "-x",
        "-d",
        "-U",
        "-u",
        getpass.getuser(),
        "-f",
        str(folder / "chrony.conf"),
    ]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE) as process:
        try:
            assert process.stderr is not None
            said = b""
            for line in process.stderr:
                said += line
                if b"Disabled control of system clock" in line:
                    break
            else:
                raise RuntimeError(f"chronyd did not start: {said.decode()}")
            yield port
        finally:
            process.send_signal(signal.SIGTERM)


@pytest.mark.parametrize("serves", [True, False])
async def test_chrony(tmp_path: Path, *, serves: bool) -> None:
    """A real server: the offset on one machine is nothing; one that follows no clock is told."""
    with chrony(tmp_path, serves=serves) as port:
        for _ in range(500):
            found = await reading(port)
            if "refused" not in found.detail:
                break
            await asyncio.sleep(0.02)  # it opens its port a little after it says that it is there

    if serves:
        assert found.time is not None, found.detail
        assert abs(found.time.offset) <= found.time.delay / 2 + 1e-3
        assert found.time.stratum == 3
    else:
        assert found == Reading(f"127.0.0.1:{port}", None, "the server says that its clock is not set")
