"""Answers of NTP servers, to the bit."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aescan.probe.sntp import Refusal, Time, read, request
from tests.probe.ntp import answer

COOKIE = bytes(range(8, 16))
SENT = datetime(2026, 11, 23, 12, 0, 0, 250000, tzinfo=UTC)
SECOND = timedelta(seconds=1)

RFC = bytes.fromhex(
    "24 02 06 ec"  # no leap second, version 4, server; stratum 2; polled each 64 s; ticks of 2^-20 s
    "00 00 80 00"  # root delay 0.5 s
    "00 00 40 00"  # root dispersion 0.25 s
    "c0 00 02 01"  # follows 192.0.2.1
    "ee ae a9 20 00 00 00 00"  # its clock was set at 11:59:28
    "08 09 0a 0b 0c 0d 0e 0f"  # the request's cookie
    "ee ae a9 41 00 00 00 00"  # the request came at 12:00:01.0
    "ee ae a9 41 40 00 00 00"  # the answer left at 12:00:01.25
)
"""An answer written by hand after RFC 5905 figure 8."""

SERVERS = {leap << 6 | version << 3 | 4 for leap in range(4) for version in (1, 2, 3, 4)}
"""First bytes of what a server sends."""


def times(datagram: bytes, elapsed: float = 0.5, sent: datetime = SENT) -> Time:
    """Return the time that ``datagram`` holds."""
    found = read(datagram, COOKIE, sent, elapsed)
    assert isinstance(found, Time)
    return found


def refused(datagram: bytes, elapsed: float = 0.5) -> str:
    """Return why ``datagram`` holds none."""
    found = read(datagram, COOKIE, SENT, elapsed)
    assert isinstance(found, Refusal)
    return found.detail


def test_request() -> None:
    """Version 4, client, and nothing about this machine but the cookie."""
    assert request(COOKIE) == bytes([0x23]) + bytes(39) + COOKIE


def test_answer() -> None:
    """Sent at .25, received at 1.0, answered at 1.25, back at .75: half a second ahead and a quarter on the way."""
    assert times(RFC) == Time(offset=0.625, delay=0.25, stratum=2, root_distance=0.5)


def test_the_servers_of_the_tests_write_the_same() -> None:
    """What other tests are made with agrees with what was written by hand."""
    second = SENT.replace(microsecond=0) + SECOND
    written = answer(
        COOKIE,
        second,
        SECOND / 4,
        root_delay=0.5,
        root_dispersion=0.25,
        reference=bytes([192, 0, 2, 1]),
        clock_set=second - 33 * SECOND,
    )

    assert written == RFC


@pytest.mark.parametrize(
    ("sent", "received"),
    [
        (datetime(2036, 2, 7, 6, 28, 15, 500000, tzinfo=UTC), datetime(2036, 2, 7, 6, 28, 16, 500000, tzinfo=UTC)),
        (datetime(1970, 1, 1, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)),
        (datetime(1970, 1, 1, tzinfo=UTC), datetime(2104, 2, 26, 9, 42, 23, tzinfo=UTC)),
        (datetime(2100, 1, 1, tzinfo=UTC), datetime(1968, 1, 20, 3, 14, 8, tzinfo=UTC)),
        (datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)),
    ],
)
def test_eras(sent: datetime, received: datetime) -> None:
    """From 1968 to 2104 the time is right, however wrong this clock is."""
    assert times(answer(COOKIE, received), 0.0, sent).offset == pytest.approx((received - sent).total_seconds())


def test_extensions_and_digests_may_follow() -> None:
    """What stands behind the header is left alone."""
    assert times(RFC + bytes(20)) == times(RFC)


@pytest.mark.parametrize("length", range(48))
def test_cut_short(length: int) -> None:
    """A datagram without a whole header is no answer, wherever it is cut."""
    assert read(RFC[:length], COOKIE, SENT, 0.5) is None


@pytest.mark.parametrize("position", range(24, 32))
def test_not_the_cookie(position: int) -> None:
    """An answer to somebody else's request, or to none, is no answer, whichever byte differs."""
    other = RFC[:position] + bytes([RFC[position] ^ 1]) + RFC[position + 1 :]

    assert read(other, COOKIE, SENT, 0.5) is None


@pytest.mark.parametrize("first", sorted(set(range(256)) - SERVERS))
def test_no_answer_of_a_server(first: int) -> None:
    """Other modes, and versions that there never were, are no answer: a request sent back is not one."""
    assert read(bytes([first]) + RFC[1:], COOKIE, SENT, 0.5) is None


@pytest.mark.parametrize("version", [1, 2, 3, 4])
@pytest.mark.parametrize("leap", [0, 1, 2])
def test_versions_and_leap_seconds(version: int, leap: int) -> None:
    """Old servers answer in their own version, and a leap second to come changes nothing now."""
    assert times(answer(COOKIE, SENT, version=version, leap=leap), 0.0).offset == 0.0


def test_a_clock_that_is_not_set() -> None:
    """Leap indicator 3 is an alarm."""
    assert refused(answer(COOKIE, SENT, leap=3)) == "the server says that its clock is not set"


@pytest.mark.parametrize(
    ("reference", "detail", "kiss"),
    [
        (b"DENY", "kiss code DENY: the server denies its service to this machine", "DENY"),
        (b"RSTR", "kiss code RSTR: the server denies its service to this machine", "RSTR"),
        (b"RATE", "kiss code RATE: the server is asked too often", "RATE"),
        (b"INIT", "kiss code INIT: the server gives no time", "INIT"),
        (b"X\0\0\0", "kiss code X: the server gives no time", "X"),
        (b"\0\0\0\0", "the server says that its clock is not set", ""),
        (b"\x1b[2J", "kiss code \\x1b[2J: the server gives no time", "\\x1b[2J"),
    ],
)
def test_kiss_of_death(reference: bytes, detail: str, kiss: str) -> None:
    """Stratum 0 is a kiss code, told before the alarm that comes with it; a chrony that is not set sends none."""
    assert read(answer(COOKIE, SENT, leap=3, stratum=0, reference=reference), COOKIE, SENT, 0.5) == Refusal(
        detail, kiss
    )


@pytest.mark.parametrize("stratum", [0, 16, 255])
def test_a_server_that_follows_nothing(stratum: int) -> None:
    """Strata go from 1 to 15."""
    sent = answer(COOKIE, SENT, stratum=stratum, reference=bytes(4))

    assert refused(sent) == f"the server follows no other clock (stratum {stratum})"
    assert times(answer(COOKIE, SENT, stratum=15)).stratum == 15


def test_a_server_far_from_any_clock() -> None:
    """Half the root delay and the root dispersion together must stay below 16 seconds."""
    assert refused(answer(COOKIE, SENT, root_delay=4, root_dispersion=14)) == (
        "the server may be 16 s off, by its own account"
    )
    assert times(answer(COOKIE, SENT, root_delay=4, root_dispersion=13.99)).root_distance == pytest.approx(
        15.99, abs=1e-4
    )


def test_an_answer_without_time() -> None:
    """A transmit timestamp of zero is none."""
    assert refused(answer(COOKIE, SENT, transmit=bytes(8))) == "the answer bears no time"


def test_a_clock_set_in_the_future() -> None:
    """A server cannot have set its clock later than now; one that never says when is borne."""
    assert refused(answer(COOKIE, SENT, clock_set=SENT + SECOND)) == (
        "the server says that its clock was set later than now"
    )
    assert times(answer(COOKIE, SENT, clock_set=SENT), 0.0).offset == 0.0


def test_a_request_held_longer_than_it_took() -> None:
    """Times that contradict what was waited for are no time; a coarse clock may be a tick off."""
    assert (
        refused(answer(COOKIE, SENT, 2 * SECOND)) == "the server says that it held the request for 2.000 s of 0.500 s"
    )
    assert refused(answer(COOKIE, SENT, -SECOND)) == "the server says that it held the request for -1.000 s of 0.500 s"
    assert times(answer(COOKIE, SENT, SECOND * 0.516)).delay == 0.0


@given(st.binary(max_size=80), st.binary(min_size=8, max_size=8), st.floats(0, 1e6))
def test_any_bytes(data: bytes, cookie: bytes, elapsed: float) -> None:
    """Whatever comes is read, refused or passed over, never raised about, with the right cookie as with a wrong one."""
    for datagram in data, data[:24].ljust(24, b"\x24") + cookie + data[24:]:
        found = read(datagram, cookie, SENT, elapsed)
        assert found is None or isinstance(found, Time) or found.detail.isprintable()


@given(
    st.datetimes(datetime(1970, 1, 1), datetime(2103, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds it
    st.datetimes(datetime(1970, 1, 1), datetime(2103, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - likewise
    st.floats(0, 10),
    st.floats(0, 10),
)
def test_offset(sent: datetime, received: datetime, outward: float, held: float) -> None:
    """With ways of equal length the offset is exact to a microsecond, for any two clocks."""
    arrived = received + timedelta(seconds=outward)
    found = times(answer(COOKIE, arrived, timedelta(seconds=held)), 2 * outward + held, sent)

    assert found.offset == pytest.approx((received - sent).total_seconds(), abs=3e-6)
    assert found.delay == pytest.approx(2 * outward, abs=3e-6)
