"""The date of a web server's answer, from servers whose every byte is to order."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aescan import __version__
from aescan.errors import ProbeError
from aescan.findings.model import Skew
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.probe.http_date import MOST_BYTES, DateQuestion, date_of, head_request
from tests import certs

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HEAD = b"HTTP/1.1 200 OK\r\nServer: Apache\r\nDate: Mon, 23 Nov 2026 14:00:00 GMT\r\n\r\n"


@pytest.fixture(scope="module")
def context() -> ssl.SSLContext:
    """Return how the server speaks TLS."""
    return tls_context(certs.make_chain(2), TlsSettings())


def clock() -> Iterator[datetime]:
    """Yield moments a second apart."""
    moment = NOW
    while True:
        yield moment
        moment += SECOND


class Conversation:
    """A question and a server of OpenSSL in one process, byte by byte."""

    def __init__(
        self, context: ssl.SSLContext, answer: bytes, *, piece: int = MOST_BYTES, closes: bool = False
    ) -> None:
        times = clock()
        self.question = DateQuestion("aes1.example.com", "aes1.example.com", lambda: next(times))
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.server = context.wrap_bio(self.incoming, self.outgoing, server_side=True)
        self.answer, self.piece, self.closes = answer, piece, closes
        self.handshaken = False
        self.asked = b""

    def serve(self) -> bytes:
        """Take what the client says, and return what the server does."""
        self.incoming.write(self.question.data_to_send())
        try:
            if not self.handshaken:
                self.server.do_handshake()
                self.handshaken = True
            while data := self.server.read(4096):
                self.asked += data
        except ssl.SSLWantReadError:
            pass
        if self.asked.endswith(b"\r\n\r\n") and self.answer:
            self.server.write(self.answer)
            self.answer = b""
            if self.closes:
                with pytest.raises(ssl.SSLWantReadError):
                    self.server.unwrap()
        return self.outgoing.read()

    def skew(self) -> Skew | None:
        """Return how it ends, None where the server has nothing more to say."""
        while said := self.serve():
            for start in range(0, len(said), self.piece):
                if (skew := self.question.feed(said[start : start + self.piece])) is not None:
                    return skew
        return None


@pytest.mark.parametrize("piece", [MOST_BYTES, 1])
@pytest.mark.parametrize("closes", [False, True])
def test_date(context: ssl.SSLContext, piece: int, *, closes: bool) -> None:
    """Asked at 12:00:00, heard a second later: 14:00:00 and a half is two hours ahead of the moment between."""
    conversation = Conversation(context, HEAD, piece=piece, closes=closes)

    assert conversation.skew() == Skew("HTTP Date", 7200.0, 1.0)
    assert conversation.asked == head_request("aes1.example.com")


def test_request() -> None:
    """One HEAD that leaves nothing open; an IPv6 address stands in brackets (RFC 9110 section 7.2)."""
    assert head_request("2001:db8::1") == (
        b"HEAD / HTTP/1.1\r\nHost: [2001:db8::1]\r\n"
        b"User-Agent: aescan/" + __version__.encode() + b"\r\nConnection: close\r\n\r\n"
    )


def test_what_follows_the_answer_changes_nothing(context: ssl.SSLContext) -> None:
    """A later look at the clock would only be less exact."""
    conversation = Conversation(context, HEAD)
    assert conversation.skew() is not None
    conversation.server.write(HEAD)

    assert conversation.question.feed(conversation.outgoing.read()) is None


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", "the answer has none"),
        (b"HTTP/1.1 200 OK\nDate: yesterday\n\n", "the answer has none"),
        (b"x" * (MOST_BYTES + 1), f"no end of the head after {MOST_BYTES} bytes"),
    ],
)
def test_no_date(context: ssl.SSLContext, answer: bytes, detail: str) -> None:
    """A head without a date, and a head without an end."""
    with pytest.raises(ProbeError) as caught:
        Conversation(context, answer).skew()

    assert caught.value.detail == f"asking for the date: {detail}"


def test_a_server_that_closes_first(context: ssl.SSLContext) -> None:
    """Its orderly end is no answer; what follows is the end of the connection."""
    conversation = Conversation(context, b"HTTP/1.1 200 OK\r\n", closes=True)

    assert conversation.skew() is None
    assert conversation.question.end().detail == "asking for the date: the server closed before it said one"


def test_a_server_that_wants_a_certificate(context: ssl.SSLContext) -> None:
    """An alert ends it."""
    question = DateQuestion("aes1.example.com", None, lambda: NOW)
    with pytest.raises(ProbeError) as caught:
        question.feed(b"\x15\x03\x03\x00\x02\x02\x28")

    assert caught.value.detail.startswith("asking for the date: ")
    assert "HANDSHAKE_FAILURE" in caught.value.detail.upper()


@pytest.mark.parametrize(
    ("value", "date"),
    [
        (b"Sun, 06 Nov 1994 08:49:37 GMT", datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)),
        (b"Sunday, 06-Nov-94 08:49:37 GMT", datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)),
        (b"Sun Nov  6 08:49:37 1994", datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)),
        (b"Sun, 06 Nov 1994 08:49:37 +0200", datetime(1994, 11, 6, 6, 49, 37, tzinfo=UTC)),
        (b"Fri, 31 Dec 9999 23:59:59 -2359", None),
        (b"Sun, 06 Nov 1994 08:49:97 GMT", None),
        (b"\xff\xfe", None),
        (b"", None),
    ],
)
def test_forms_of_a_date(value: bytes, date: datetime | None) -> None:
    """The three forms of RFC 9110 section 5.6.7, in UTC as it says."""
    assert date_of(b"HTTP/1.1 200 OK\r\nDATE:  " + value + b" \r\n") == date


@pytest.mark.parametrize("length", range(len(HEAD)))
def test_a_head_that_is_cut(length: int) -> None:
    """No date before its line is whole."""
    whole = len(HEAD) - len(b"\r\n")

    assert (date_of(HEAD[:length]) is not None) == (length >= whole)


@given(st.binary(max_size=200))
def test_any_head(data: bytes) -> None:
    """Whatever a server says is a date or none."""
    for head in data, b"HTTP/1.1 200 OK\r\nDate: " + data + b"\r\n":
        found = date_of(head)
        assert found is None or found.tzinfo is not None
