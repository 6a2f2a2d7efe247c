"""Each target's chain is judged once, however many targets there are."""

import pytest

from aescan.certificates.chain import decode
from aescan.certificates.memory import LEAST, ROOM, Memory, Room
from aescan.findings.standing import standing
from aescan.settings.policy import Policy
from aescan.tls.capture import Capture, ClientCertificate
from tests.certs import make_chain


@pytest.mark.parametrize(
    ("targets", "chains"),
    [(0, LEAST), (1, LEAST), (LEAST, LEAST), (LEAST + 1, 2 * LEAST), (10_000, 16_384), (100_000, 131_072)],
)
def test_room_for_all(targets: int, chains: int) -> None:
    """Of every target a chain is remembered, and never fewer than always."""
    room = Room()
    room.make(targets)
    assert room.chains == chains


def test_an_estate_larger_than_the_least(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is asked in the same order again and again finds every answer the second time."""
    monkeypatch.setattr("aescan.certificates.memory.LEAST", 2)
    asked: list[int] = []
    room = Room()
    memory = Memory(asked.append, room=room)
    of_pairs = Memory(asked.append, share=2, room=room)
    for number in [*range(3)] * 2:
        memory.of(number)
    assert asked == [0, 1, 2] * 2
    asked.clear()
    room.make(3)
    for number in [*range(4)] * 2:
        memory.of(number)
    assert asked == [0, 1, 2, 3]
    asked.clear()
    for number in [*range(8)] * 2:
        of_pairs.of(number)
    assert asked == [*range(8)]


def test_the_same_room_again() -> None:
    """What is remembered stays when a few targets come or go, and goes with a room that is given up."""
    asked: list[int] = []
    room = Room()
    memory = Memory(asked.append, room=room)
    for targets in 5000, 5001, 8000, 10, 5000:
        room.make(targets)
        memory.of(1)
    assert asked == [1, 1, 1]


def test_what_is_made_of_chains() -> None:
    """Chains, and what is judged of them, are remembered by the room of the process."""
    capture = Capture(tuple(one.der for one in make_chain(2)), "TLS 1.2", "", ClientCertificate.UNKNOWN, "tls12", "::1")
    calls = iter(range(9))
    look = standing(lambda _chain, _policy: next(calls))
    policy = Policy()
    before = decode(capture)
    try:
        assert decode(capture) is before
        assert [look(before, policy), look(before, policy)] == [0, 0]
        ROOM.make(LEAST + 1)
        assert decode(capture) == before
        assert decode(capture) is not before
        assert [look(before, policy), look(before, policy)] == [1, 1]
    finally:
        ROOM.make(0)
