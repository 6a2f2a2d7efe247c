"""
The promise of ``aescan.tls.flight``, held against arbitrary bytes and against recorded flights with damage.

Whatever comes: an Answer or ProbeError, nothing else, within bounds, and the same however it is cut.
"""

from dataclasses import dataclass
from itertools import cycle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aescan.errors import ProbeError
from aescan.tls.codepoints import ContentType
from aescan.tls.flight import MOST_BYTES, MOST_RECORDS, MOST_REMARKS, Answer, Flight
from aescan.tls.messages import MOST_CERTIFICATES
from tests.flights import ANSWERED, REFUSED, lasting, outcome, record, recorded, recut, split_at

LONGEST_RECORDED = 3000
EXAMPLES = settings(max_examples=200)
"""No deadline: other work on the machine is no failure."""


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes put in place of ``removed`` ones at ``place``."""

    place: int
    removed: int
    added: bytes

    def do(self, data: bytes) -> bytes:
        """Return the damaged data."""
        return data[: self.place] + self.added + data[self.place + self.removed :]


places = st.lists(st.integers(0, LONGEST_RECORDED), max_size=6)
damage = st.builds(
    Damage,
    st.one_of(st.integers(0, 120), st.integers(0, LONGEST_RECORDED)),  # what matters most stands in front
    st.integers(0, 4),
    st.binary(max_size=4),
)
flights = st.one_of(st.sampled_from(ANSWERED), st.sampled_from(REFUSED)).map(recorded)
records = st.builds(record, st.binary(max_size=60), st.sampled_from(ContentType), st.integers(0x0300, 0x0305))


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Return a recorded flight, perhaps in other records, with damage at some places."""
    flight = draw(flights)
    if draw(st.booleans()):
        flight = recut(flight, draw(st.lists(st.integers(1, 2000), min_size=1, max_size=5)))
    for one in draw(st.lists(damage, max_size=4)):
        flight = one.do(flight)
    return flight


def check(data: bytes, where: list[int]) -> None:
    """Hold the promise for these bytes, whole and cut."""
    whole, in_pieces = outcome([data]), outcome(split_at(data, where))
    if isinstance(whole, Answer):
        assert 0 < len(whole.certificates) <= MOST_CERTIFICATES
        assert all(whole.certificates)
        assert sum(map(len, whole.certificates)) < min(MOST_BYTES, len(data))
        assert len(whole.remarks) <= MOST_REMARKS + 4
        assert isinstance(in_pieces, Answer)
        assert lasting(in_pieces) == lasting(whole)
    else:
        assert whole.detail.isprintable()
        assert len(whole.detail) < 400
        assert isinstance(in_pieces, ProbeError)
        assert (in_pieces.reason, in_pieces.alert) == (whole.reason, whole.alert)


@EXAMPLES
@given(st.binary(max_size=300), places)
def test_arbitrary_bytes(data: bytes, where: list[int]) -> None:
    """Arbitrary bytes keep the promise."""
    check(data, where)


@EXAMPLES
@given(st.lists(records, max_size=20).map(b"".join), places)
def test_arbitrary_records(data: bytes, where: list[int]) -> None:
    """Records of any type around arbitrary bytes keep the promise."""
    check(data, where)


@EXAMPLES
@given(st.lists(st.tuples(st.sampled_from([0, 2, 11, 12, 13, 14, 22, 99]), st.binary(max_size=60))), places)
def test_arbitrary_messages(messages: list[tuple[int, bytes]], where: list[int]) -> None:
    """Handshake messages of any type around arbitrary bytes keep the promise."""
    stream = b"".join(bytes([kind]) + len(body).to_bytes(3) + body for kind, body in messages)
    check(b"".join(record(piece) for piece in split_at(stream, where)), where)


@EXAMPLES
@given(damaged(), places)
def test_damaged_flights(data: bytes, where: list[int]) -> None:
    """What servers were recorded to send keeps the promise with bytes changed, lost and added."""
    check(data, where)


@EXAMPLES
@given(st.sampled_from(ANSWERED), st.integers(0, LONGEST_RECORDED), st.integers(0, 255))
def test_one_wrong_byte(name: str, place: int, wrong: int) -> None:
    """A single wrong byte anywhere keeps the promise."""
    data = recorded(name)
    check(Damage(place % len(data), 1, bytes([wrong])).do(data), [place])


@settings(EXAMPLES, max_examples=30)
@given(st.lists(records, min_size=1, max_size=5))
@pytest.mark.parametrize("shortest", [1, 1460])
def test_always_comes_to_an_end(shortest: int, repeated: list[bytes]) -> None:
    """A server that never stops is left, at the latest after so many bytes, with as many held."""
    piece = b"".join(repeated)
    piece *= -(-shortest // len(piece))
    flight, ended = Flight(b""), False
    for count, one in enumerate(cycle([piece])):
        assert count * len(piece) <= MOST_BYTES
        assert count <= MOST_RECORDS
        try:
            ended = flight.feed(one) is not None
        except ProbeError:
            ended = True
        assert len(flight._messages) <= MOST_BYTES
        if ended:
            break
