"""Who is let in, by real hashes."""

import asyncio
import base64
import threading

import bcrypt
import pytest

from aescan.exporter.web.users import AT_ONCE, MOST_BYTES, MOST_KNOWN, Users, credentials
from tests.exporter.estate import until


def hashed(password: bytes) -> str:
    """Return the bcrypt hash at the lowest cost."""
    return bcrypt.hashpw(password, bcrypt.gensalt(4)).decode()


def header(name: str, password: bytes) -> str:
    """Return the header of that user."""
    return "Basic " + base64.b64encode(name.encode() + b":" + password).decode()


HASH = hashed(b"pa:ss")


async def test_admit() -> None:
    """The right password of a known user is let in, in either form of hash; nothing else is."""
    known = Users({"ann": HASH, "öre": HASH.replace("$2b$", "$2y$")})

    assert await known.admit(header("ann", b"pa:ss"))
    assert await known.admit(header("öre", b"pa:ss"))
    assert not await known.admit(header("ann", b"pa:s"))
    assert not await known.admit(header("ann", b""))
    assert not await known.admit(header("bob", b"pa:ss")), "the hash that stands in for unknown users opens nothing"
    assert not await known.admit("")


async def test_nobody_configured() -> None:
    """Without users everybody is let in."""
    assert await Users({}).admit("")


async def test_long_password() -> None:
    """What bcrypt would not look at cannot be left out or changed."""
    known = Users({"ann": hashed(b"x" * MOST_BYTES)})

    assert await known.admit(header("ann", b"x" * MOST_BYTES))
    assert not await known.admit(header("ann", b"x" * (MOST_BYTES + 1)))


async def test_known_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """A right password costs bcrypt once, a wrong one each time; unknown users cost what known ones do."""
    checks = []

    def counted(password: bytes, hash_: bytes) -> bool:
        checks.append(password)
        return bcrypt.hashpw(password, hash_) == hash_

    monkeypatch.setattr(bcrypt, "checkpw", counted)
    known = Users({"ann": HASH})
    for password in b"pa:ss", b"pa:ss", b"no", b"no":
        await known.admit(header("ann", password))
    await known.admit(header("bob", b"pa:ss"))
    assert checks == [b"pa:ss", b"no", b"no", b"pa:ss"]


async def test_users_of_different_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unknown names cost now what one user costs, now what another does, and each always the same."""
    hashes = [hashed(b"one"), hashed(b"other")]
    checked = []

    def counted(_password: bytes, hash_: bytes) -> bool:
        checked.append(hash_.decode())
        return False

    monkeypatch.setattr(bcrypt, "checkpw", counted)
    users = Users(dict(zip(("ann", "bob"), hashes, strict=True)))
    for number in (*range(64), *range(64)):
        assert not await users.admit(header(f"nobody{number}", b"one"))

    assert set(checked) == set(hashes)
    assert checked[:64] == checked[64:]


async def test_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest of the right passwords is forgotten when there are too many."""
    checks = []

    def right(password: bytes, _hash: bytes) -> bool:
        checks.append(password)
        return True

    monkeypatch.setattr(bcrypt, "checkpw", right)
    known = Users({f"user{number}": HASH for number in range(MOST_KNOWN + 1)})
    for number in [*range(MOST_KNOWN + 1), MOST_KNOWN, 0]:
        assert await known.admit(header(f"user{number}", b"%d" % number))
    assert len(checks) == MOST_KNOWN + 2


async def test_few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many guess, few cores are busy with it, and the event loop none of the time."""
    running: list[None] = []
    most: list[int] = []
    go = threading.Event()

    def slow(_password: bytes, _hash: bytes) -> bool:
        running.append(None)
        most.append(len(running))
        go.wait(60)
        running.pop()
        return False

    monkeypatch.setattr(bcrypt, "checkpw", slow)
    known = Users({"ann": HASH})
    guesses = [asyncio.create_task(known.admit(header("ann", b"%d" % number))) for number in range(10)]
    await until(lambda: len(most) == AT_ONCE)
    go.set()
    assert await asyncio.gather(*guesses) == [False] * 10
    assert max(most) <= AT_ONCE


@pytest.mark.parametrize(
    ("authorization", "expected"),
    [
        ("Basic YTpi", ("a", b"b")),
        ("basic  YTpiOmM= ", ("a", b"b:c")),
        ("Basic Og==", ("", b"")),
        ("Basic", (None, b"")),
        ("Basic YQ==", (None, b"")),
        ("Basic YTpi!", (None, b"")),
        ("Basic YTpiä", (None, b"")),
        ("Basic YQBhOgA=", (None, b"")),
        ("Basic /zph", (None, b"")),
        ("Bearer YTpi", (None, b"")),
    ],
)
def test_credentials(authorization: str, expected: tuple[str | None, bytes]) -> None:
    """Only a whole Basic header names a user."""
    assert credentials(authorization) == expected
