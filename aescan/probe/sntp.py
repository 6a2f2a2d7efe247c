"""
SNTP as a client speaks it (RFC 4330, RFC 5905): one datagram out, one answer in.

A cookie comes in and the request goes out; a datagram comes in with what was sent and when, and ``Time``, ``Refusal``
or None goes out: None for what is no answer to this request, which a stranger may have sent. Nothing here raises, reads
a clock or opens a socket.

The request holds nothing but its version, its mode and the cookie, which stands where the client's own time would: the
server repeats it, so that an answer can be told from a forged or an old one, and no one learns what time it is here.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from aescan.text import printable

COOKIE_LENGTH: Final = 8
"""Bytes of a timestamp, all of them random."""

_LENGTH: Final = 48
"""Bytes of the header; extensions and a digest may follow (RFC 5905 section 7.3)."""
_CLIENT: Final = 3
_SERVER: Final = 4
_VERSION: Final = 4
_VERSIONS: Final = range(1, _VERSION + 1)
_ALARM: Final = 3
"""Leap indicator of a server that has not set its clock yet."""
_HIGHEST_STRATUM: Final = 15
"""16 says that a server follows no other (RFC 5905 section 7.3)."""
_FARTHEST: Final = 16.0
"""Seconds from the root clock from which a server counts as not set (MAXDISP, RFC 5905 section A.5.1.1)."""
_SHORTEST_HELD: Final = -0.1
"""Seconds of round trip that may come out below nothing, where the server's clock ticks coarsely."""

_NEVER: Final = bytes(8)
"""The timestamp of what is not known (RFC 5905 section 6)."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_1900_TO_1970: Final = 2_208_988_800
_ERA: Final = 2**32
_NANOSECONDS: Final = 10**9

ASKED_TOO_OFTEN: Final = "RATE"
"""The kiss code that asks for longer intervals."""

KISSES: Final = {
    "DENY": "the server denies its service to this machine",
    "RSTR": "the server denies its service to this machine",
    ASKED_TOO_OFTEN: "the server is asked too often",
}
"""Kiss codes that ask the client to keep away (RFC 5905 section 7.4)."""


@dataclass(frozen=True, slots=True)
class Time:
    """
    A good answer.

    ``offset``
        Seconds that the server's clock is ahead of this one; what this clock lacks.
    ``delay``
        Seconds of the round trip without the server's own part; the offset is true to half of it.
    ``stratum``
        How many servers it is from a reference clock, from 1.
    ``root_distance``
        Seconds that the server may be off from that clock, by its own account.
    """

    offset: float
    delay: float
    stratum: int
    root_distance: float


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer without usable time: why, in words; ``kiss`` is the kiss code where it has one."""

    detail: str
    kiss: str = ""


def request(cookie: bytes) -> bytes:
    """Return the datagram to send; ``cookie`` has ``COOKIE_LENGTH`` random bytes."""
    return bytes([_VERSION << 3 | _CLIENT]).ljust(_LENGTH - COOKIE_LENGTH, b"\0") + cookie


def read(datagram: bytes, cookie: bytes, sent: datetime, elapsed: float) -> Time | Refusal | None:
    """
    Return what ``datagram`` says to the request with this cookie, sent at ``sent`` by this clock (aware UTC).

    ``elapsed`` is the seconds from then to its arrival.
    """
    if len(datagram) < _LENGTH or datagram[24:32] != cookie:
        return None
    leap, version, mode = datagram[0] >> 6, datagram[0] >> 3 & 7, datagram[0] & 7
    if mode != _SERVER or version not in _VERSIONS:
        return None
    return _refusal(leap, datagram) or _time(datagram, sent, elapsed)


def _refusal(leap: int, datagram: bytes) -> Refusal | None:
    """Return why the server's time is none, by its own account."""
    stratum, distance = datagram[1], _root_distance(datagram)
    clock_set, answered = datagram[16:24], datagram[40:48]
    kiss = "" if stratum else printable(datagram[12:16].rstrip(b"\0").decode("latin-1"))
    if kiss:
        detail = f"kiss code {kiss}: {KISSES.get(kiss, 'the server gives no time')}"
    elif leap == _ALARM:
        detail = "the server says that its clock is not set"
    elif not 0 < stratum <= _HIGHEST_STRATUM:
        detail = f"the server follows no other clock (stratum {stratum})"
    elif distance >= _FARTHEST:
        detail = f"the server may be {distance:.0f} s off, by its own account"
    elif answered == _NEVER:
        detail = "the answer bears no time"
    elif clock_set != _NEVER and _nanoseconds(clock_set) > _nanoseconds(answered):
        detail = "the server says that its clock was set later than now"
    else:
        return None
    return Refusal(detail, kiss)


def _time(datagram: bytes, sent: datetime, elapsed: float) -> Time | Refusal:
    left = (sent - _EPOCH) // timedelta(microseconds=1) * 1000
    received, answered = _nanoseconds(datagram[32:40]), _nanoseconds(datagram[40:48])
    held = (answered - received) / _NANOSECONDS
    delay = elapsed - held
    if held < 0 or delay < _SHORTEST_HELD:
        return Refusal(f"the server says that it held the request for {held:.3f} s of {elapsed:.3f} s")
    # RFC 4330 section 5: the mean of what both ways seem to take, with this clock's own arrival written as sent plus
    # elapsed, so that a clock set meanwhile does no harm.
    offset = (received - left + answered - left) / 2 / _NANOSECONDS - elapsed / 2
    return Time(offset, max(delay, 0.0), datagram[1], _root_distance(datagram))


def _root_distance(datagram: bytes) -> float:
    """Return half the root delay and the root dispersion in seconds (RFC 5905 section 11.1, what is in the packet)."""
    return int.from_bytes(datagram[4:8]) / 2**17 + int.from_bytes(datagram[8:12]) / 2**16


def _nanoseconds(timestamp: bytes) -> int:
    """Return a timestamp in Unix nanoseconds: 1968 to 2036 with the highest bit, 2036 to 2104 without (RFC 4330, 3)."""
    seconds, fraction = int.from_bytes(timestamp[:4]), int.from_bytes(timestamp[4:])
    if seconds < _ERA // 2:
        seconds += _ERA
    return (seconds - _SECONDS_1900_TO_1970) * _NANOSECONDS + (fraction * _NANOSECONDS >> 32)
