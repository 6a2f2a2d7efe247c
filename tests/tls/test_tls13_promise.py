"""
The promise of ``aescan.tls.tls13``, held against arbitrary bytes and against real flights with damage.

Whatever comes, before and behind the encryption: an Answer or ProbeError, nothing else, within bounds, and the same
however it is cut.
"""

import ssl
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from aescan.errors import ProbeError
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.tls.codepoints import ContentType
from aescan.tls.flight import MOST_REMARKS, Answer
from aescan.tls.key_exchange import SECP256R1, X25519
from aescan.tls.key_schedule import SUITES
from aescan.tls.messages import MOST_CERTIFICATES
from tests.certs import make_chain
from tests.flights import cut, handshake, record, split_at, vector
from tests.tls.tls13_server import (
    MESSAGES,
    TLS13,
    Server,
    extension,
    openssl,
    outcome,
    retry_request,
    server_hello,
    use_group,
)

LONGEST = 3000
EXAMPLES = settings(max_examples=150)
"""No deadline: other work on the machine is no failure."""

places = st.lists(st.integers(0, LONGEST), max_size=6)
damage = st.tuples(st.one_of(st.integers(0, 150), st.integers(0, LONGEST)), st.integers(0, 4), st.binary(max_size=4))
sizes = st.lists(st.integers(1, 2000), min_size=1, max_size=4)
numbers = st.one_of(st.sampled_from([0x001D, 0x0017, 0x0018, 0x0304, 0x0303]), st.integers(0, 0xFFFF))
extensions = st.lists(
    st.one_of(
        st.builds(extension, st.sampled_from([43, 44, 51]), st.binary(max_size=70)),
        st.builds(
            lambda group, key: extension(51, group.to_bytes(2) + vector(2, key)),
            numbers,
            st.one_of(st.binary(min_size=32, max_size=32), st.binary(max_size=140)),
        ),
        st.builds(lambda group: extension(51, group.to_bytes(2)), numbers),
        st.just(TLS13),
        st.binary(max_size=9),
    ),
    max_size=4,
).map(b"".join)


@cache
def real(group: str) -> bytes:
    """Return a flight of OpenSSL's, with what it asks to retry in front."""
    only = ssl.TLSVersion.TLSv1_3
    context = tls_context(make_chain(2), TlsSettings((only, only)))
    use_group(context, group)
    said = openssl(context)
    return said.retry + said.flight


def damaged(data: bytes, done: list[tuple[int, int, bytes]]) -> bytes:
    """Return ``data`` with bytes removed and put in at some places."""
    for place, removed, added in done:
        data = data[:place] + added + data[place + removed :]
    return data


def check(data: bytes, where: list[int]) -> None:
    """Hold the promise for these bytes, whole and cut."""
    whole, in_pieces = outcome([data]), outcome(split_at(data, where))
    if isinstance(whole, Answer):
        assert 0 < len(whole.certificates) <= MOST_CERTIFICATES
        assert all(whole.certificates)
        assert len(whole.remarks) <= MOST_REMARKS + 4
        assert in_pieces == whole
    else:
        assert whole.detail.isprintable()
        assert len(whole.detail) < 400
        assert isinstance(in_pieces, ProbeError)
        assert (in_pieces.reason, in_pieces.alert) == (whole.reason, whole.alert)


@EXAMPLES
@given(st.binary(max_size=300), places)
def test_arbitrary_bytes(data: bytes, where: list[int]) -> None:
    """Arbitrary bytes keep the promise, from the first on and behind a ServerHello."""
    check(data, where)
    check(Server().hello + data, where)


@EXAMPLES
@given(extensions, st.sampled_from([*SUITES, 0x002F]), st.booleans(), st.binary(max_size=40), places)
def test_arbitrary_hellos(offered: bytes, suite: int, retry: bool, behind: bytes, where: list[int]) -> None:
    """ServerHellos and requests for another hello with any key shares and cookies keep the promise."""
    message = retry_request(offered, suite) if retry else server_hello(TLS13 + offered, suite)
    check(record(message) + behind, where)


@EXAMPLES
@given(
    st.lists(st.tuples(st.sampled_from([0, 2, 4, 8, 11, 13, 15, 20, 25, 99]), st.binary(max_size=60))), sizes, places
)
def test_arbitrary_messages(messages: list[tuple[int, bytes]], lengths: list[int], where: list[int]) -> None:
    """Any messages behind the encryption keep the promise, cut into any records."""
    check(Server().flight(b"".join(handshake(kind, body) for kind, body in messages), lengths), where)


@EXAMPLES
@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=40)), max_size=12), places)
def test_arbitrary_protected_records(said: list[tuple[int, bytes]], where: list[int]) -> None:
    """Protected records of any inner type around arbitrary bytes keep the promise."""
    server = Server()
    check(server.hello + b"".join(server.protected(content, kind) for kind, content in said), where)


@EXAMPLES
@given(st.lists(damage, max_size=4), sizes, st.sampled_from([X25519, SECP256R1]), st.sampled_from([*SUITES]), places)
def test_damage_behind_the_encryption(
    done: list[tuple[int, int, bytes]], lengths: list[int], group: int, suite: int, where: list[int]
) -> None:
    """A flight that a server damaged itself, before it protected it, keeps the promise."""
    check(Server(suite, group).flight(damaged(MESSAGES, done), lengths), where)


@EXAMPLES
@given(st.sampled_from(["X25519", "prime256v1", "secp384r1"]), st.lists(damage, max_size=4), places)
def test_damaged_flights(group: str, done: list[tuple[int, int, bytes]], where: list[int]) -> None:
    """What OpenSSL sent keeps the promise with bytes changed, lost and added."""
    check(damaged(real(group), done), where)


@EXAMPLES
@given(st.lists(st.sampled_from(ContentType), max_size=8), sizes)
def test_records_of_any_type(kinds: list[ContentType], lengths: list[int]) -> None:
    """Records in clear of any type around pieces of a real flight keep the promise."""
    pieces = [*cut(real("X25519"), lengths)][:20]
    check(b"".join(record(piece, kind) for kind, piece in zip(kinds, pieces, strict=False)), [5])
