"""Names to addresses."""

import asyncio
import errno
import socket
import threading

import pytest

from aescan.errors import ProbeError, Reason
from aescan.probe import resolve
from aescan.probe.resolve import Resolver, is_address, system_lookup


def deadline(seconds: float = 30.0) -> float:
    """Return a moment of the loop's clock."""
    return asyncio.get_running_loop().time() + seconds


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("::1", True), ("fe80::1%eth0", True), ("aes1", False), ("1.2.3", False), ("", False)],
)
def test_is_address(host: str, *, expected: bool) -> None:
    """Literals of both families are addresses, with or without a zone."""
    assert is_address(host) is expected


def test_system_lookup_gives_each_address_once() -> None:
    """The system's resolver knows this host's own name for loopback."""
    found = system_lookup("localhost")

    assert set(found) <= {"127.0.0.1", "::1"}
    assert len(found) == len(set(found)) > 0


async def test_an_address_is_not_looked_up() -> None:
    """Literals bypass the resolver."""

    def never(host: str) -> tuple[str, ...]:
        raise AssertionError(host)

    assert await Resolver(never).addresses("10.0.0.1", deadline()) == ("10.0.0.1",)


async def test_a_name_is_asked_once_for_all_its_ports() -> None:
    """Lookups of one name under way share one answer, and later ones reuse it."""
    asked = []
    go = threading.Event()

    def slow(host: str) -> tuple[str, ...]:
        asked.append(host)
        go.wait(10)
        return ("10.0.0.1", "10.0.0.2")

    resolver = Resolver(slow)
    waiting = [asyncio.create_task(resolver.addresses("aes1", deadline())) for _ in range(3)]
    await asyncio.sleep(0)
    go.set()

    assert await asyncio.gather(*waiting) == [("10.0.0.1", "10.0.0.2")] * 3
    assert await resolver.addresses("aes1", deadline()) == ("10.0.0.1", "10.0.0.2")
    assert asked == ["aes1"]


async def test_an_old_answer_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer is not kept for ever."""
    monkeypatch.setattr(resolve, "KEPT", -1.0)
    asked = []

    def lookup(host: str) -> tuple[str, ...]:
        asked.append(host)
        return ("10.0.0.1",)

    resolver = Resolver(lookup)
    await resolver.addresses("aes1", deadline())
    await resolver.addresses("aes1", deadline())

    assert asked == ["aes1", "aes1"]


@pytest.mark.parametrize(
    ("raised", "detail"),
    [
        (
            socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
            "looking up aes1: Name or service not known; is the name spelt right?",
        ),
        (UnicodeError("label empty"), "looking up aes1: label empty; is the name spelt right?"),
    ],
)
async def test_a_name_without_addresses(raised: Exception, detail: str) -> None:
    """What the resolver says goes into the detail."""

    def fails(host: str) -> tuple[str, ...]:
        raise raised

    with pytest.raises(ProbeError) as caught:
        await Resolver(fails).addresses("aes1", deadline())

    assert (caught.value.reason, caught.value.detail) == (Reason.DNS, detail)


async def test_a_machine_that_cannot_ask() -> None:
    """Where this machine lacks what a lookup takes, the name may well be right."""

    def fails(host: str) -> tuple[str, ...]:
        raise OSError(errno.EMFILE, "Too many open files")

    with pytest.raises(ProbeError) as caught:
        await Resolver(fails).addresses("aes1", deadline())

    detail = "looking up aes1: this machine ran out of file descriptors; lower the concurrency or raise the limit"
    assert (caught.value.reason, caught.value.detail) == (Reason.LOCAL, detail)


async def test_a_resolver_that_says_nothing() -> None:
    """A lookup that hangs is a DNS failure at the deadline, and its answer, when it comes, still serves the next."""
    go = threading.Event()

    def slow(host: str) -> tuple[str, ...]:
        go.wait(10)
        return ("10.0.0.1",)

    resolver = Resolver(slow)
    with pytest.raises(ProbeError) as caught:
        await resolver.addresses("aes1", deadline(0.0))
    go.set()

    assert caught.value.detail == "looking up aes1: the resolver gave no answer in time"
    assert await resolver.addresses("aes1", deadline()) == ("10.0.0.1",)


async def test_more_names_than_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many names hang, so many threads wait for them, and every name is looked up in the end."""
    monkeypatch.setattr(resolve, "MOST_LOOKUPS", 3)
    go, threads = threading.Event(), set()

    def slow(host: str) -> tuple[str, ...]:
        threads.add(threading.get_ident())
        go.wait(10)
        return (host,)

    resolver, names = Resolver(slow), [f"aes{number}" for number in range(100)]
    with pytest.raises(ProbeError):
        await resolver.addresses("first", deadline(0.0))
    waiting = [asyncio.create_task(resolver.addresses(name, deadline())) for name in names]
    await asyncio.sleep(0)
    assert resolver._threads == 3
    go.set()

    assert await asyncio.gather(*waiting) == [(name,) for name in names]
    assert len(threads) <= 3


def test_a_lookup_that_outlives_the_loop() -> None:
    """A program that has ended hears nothing of the lookups it left."""
    go, gone = threading.Event(), threading.Event()

    def slow(host: str) -> tuple[str, ...]:
        go.wait(10)
        gone.set()
        return ()

    async def give_up() -> None:
        with pytest.raises(ProbeError):
            await Resolver(slow).addresses("aes1", deadline(0.0))

    asyncio.run(give_up())
    go.set()

    assert gone.wait(10)
    for thread in threading.enumerate():
        if thread.name == "aescan-lookup":
            thread.join()
