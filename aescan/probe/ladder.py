"""
Which hello next: the rungs tried and what the last of them met come in, the next rung or None comes out.

A table, not a search: a rung follows only a cause that it can cure, so an ordinary server sees one connection, a dead
host costs one connect timeout and a silent port the one deadline. No rung is tried twice. Pure but for ``Remembered``,
the memory of what worked; the probe climbs.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from aescan.errors import ProbeError, Reason
from aescan.tls.codepoints import AlertDescription, alert_name


class Rung(StrEnum):
    """One way to ask for the chain; its name goes into the capture."""

    TLS12 = "tls12"
    """The ordinary hello: every server from SSL 3.0 to TLS 1.2 answers it in clear."""
    TLS12_NAMELESS = "tls12-nameless"
    """The same without a server name: for servers that do not know the one they are given."""
    TLS10 = "tls10"
    """TLS 1.0 without extensions: for servers that stumble over what came later."""
    SSL3 = "ssl3"
    """SSL 3.0 in the record layer too: for servers that never heard of TLS."""
    SSL2 = "ssl2"
    """A hello in SSL 2.0's format: for servers of SSL 2.0, and those of SSL 3.0 that expect this greeting."""
    TLS13 = "tls13"
    """TLS 1.3: for servers that refuse everything older."""
    TLS13_NAMELESS = "tls13-nameless"
    """The same without a server name."""
    HANDSHAKE = "handshake"
    """A whole handshake, where that is wanted: before the ladder, not on it."""


FIRST: Final = Rung.TLS12

NAMELESS: Final = {Rung.TLS12_NAMELESS: Rung.TLS12, Rung.TLS13_NAMELESS: Rung.TLS13}
"""Rungs that leave the server name out, with their likes that say it: only of use after those."""

BARE: Final = frozenset({Rung.TLS10, Rung.SSL3, Rung.SSL2})
"""Rungs whose hello has no extensions, so no server name either."""

MOST_RUNGS: Final = 5
"""For one target: the longest row below, that of handshake_failure, and the ordinary hello before it."""
MOST_RUNGS_AFTER_HANGING_UP: Final = 3
"""A port that closes or resets on any hello may not be TLS at all: two more connections, then it is left alone."""
MOST_RUNGS_AFTER_SILENCE: Final = 2
"""A silent port costs the most time and is mostly a dead service: one more connection."""
SILENCE_SHARE: Final = 0.6
"""Of the time left: how long the first hello waits for a first byte, so that another has a chance."""


@dataclass(frozen=True, slots=True)
class Cure:
    """The rungs that a cause calls for, the likeliest first, unless ``most`` were tried already."""

    rungs: tuple[Rung, ...]
    most: int = MOST_RUNGS


_NEWER: Final = Cure((Rung.TLS13,))
_OLDER: Final = Cure((Rung.TLS10, Rung.SSL3))
_NEWER_OR_OLDER: Final = Cure((Rung.TLS13, Rung.TLS10, Rung.SSL3))
_ANYTHING: Final = Cure((Rung.TLS13, Rung.TLS12_NAMELESS, Rung.TLS10, Rung.SSL3))
_OTHER_NAME: Final = Cure((Rung.TLS13_NAMELESS, Rung.TLS12_NAMELESS))

ALERTS: Final[dict[int, Cure]] = {
    AlertDescription.UNEXPECTED_MESSAGE: _OLDER,  # what a parser of old says of something new
    AlertDescription.HANDSHAKE_FAILURE: _ANYTHING,  # SSL 3.0 has no other word; servers of TLS 1.3 use it too
    AlertDescription.ILLEGAL_PARAMETER: _ANYTHING,  # some take offence at a version, some at a name
    AlertDescription.DECODE_ERROR: _OLDER,  # extensions that the server cannot read
    AlertDescription.PROTOCOL_VERSION: _NEWER_OR_OLDER,  # RFC 8446 section 4.2.1 tells TLS 1.3-only servers to say it
    AlertDescription.INSUFFICIENT_SECURITY: _NEWER,
    AlertDescription.INTERNAL_ERROR: Cure((*_OTHER_NAME.rungs, Rung.TLS10)),  # a name without a certificate, often
    AlertDescription.MISSING_EXTENSION: _NEWER,  # key_share or supported_versions, RFC 8446 section 9.2
    AlertDescription.UNSUPPORTED_EXTENSION: _OLDER,
    AlertDescription.UNRECOGNIZED_NAME: _OTHER_NAME,
}
"""What each fatal alert may mean; those not named here no hello of ours cures."""

HUNG_UP: Final = Cure((Rung.TLS10, Rung.SSL2), MOST_RUNGS_AFTER_HANGING_UP)
"""FIN or reset without a word. Servers of SSL 3.0 were greeted in SSL 2.0's format in their day."""
SILENCE: Final = Cure((Rung.TLS10,), MOST_RUNGS_AFTER_SILENCE)
"""A hello that was swallowed: a version or an extension the server waits for more of."""
NOTHING: Final = Cure(())

_SILENT: Final = {Reason.CLOSED: HUNG_UP, Reason.RESET: HUNG_UP, Reason.TIMEOUT: SILENCE}


def cure(met: ProbeError) -> Cure:
    """Return what the table holds against this error."""
    if met.alert is not None:
        return ALERTS.get(met.alert, NOTHING)
    return _SILENT.get(met.reason, NOTHING) if met.silent else NOTHING


def next_rung(tried: Collection[Rung], met: ProbeError, *, named: bool) -> Rung | None:
    """
    Return the rung to try after those ``tried``, the last of which met this error; None to give up.

    ``named`` tells whether there is a server name to leave out. A climb that began at a remembered rung goes on at the
    ordinary hello, as long as any hello could help; so does one that began with a whole handshake, whatever OpenSSL
    had against it.
    """
    tried = _hellos(tried)
    if not tried:
        return FIRST if met.connected and met.reason is not Reason.PLAINTEXT else None
    called_for = cure(met)
    if len(tried) >= called_for.most:
        return None
    rungs = (FIRST,) if called_for.rungs and FIRST not in tried else called_for.rungs
    return next((rung for rung in rungs if rung not in tried and _of_use(rung, tried, named=named)), None)


def _hellos(tried: Collection[Rung]) -> list[Rung]:
    return [rung for rung in tried if rung is not Rung.HANDSHAKE]


def _of_use(rung: Rung, tried: Collection[Rung], *, named: bool) -> bool:
    return rung not in NAMELESS or (named and NAMELESS[rung] in tried)


def patience(tried: Collection[Rung]) -> float:
    """Return the share of the time left that a server may stay silent to the hello after those ``tried``."""
    return SILENCE_SHARE if len(_hellos(tried)) + 1 < MOST_RUNGS_AFTER_SILENCE else 1.0


def story(met: Mapping[Rung, ProbeError]) -> str:
    """Return in words which rungs were tried before the last and what each met; nothing if that was the only one."""
    *before, last = met
    if not before:
        return ""
    return f" ({last} hello, after {', '.join(f'{rung}: {_word(met[rung])}' for rung in before)})"


ANOTHER_ADDRESS: Final = "the host has another address"
"""Why the same hello is said once more, where nothing was heard of an address."""

_NAME_REFUSED: Final = "some servers refuse a server name that they do not know"

WHY: Final = {
    Rung.TLS12: "most servers answer it, and the ladder begins there",
    Rung.TLS12_NAMELESS: _NAME_REFUSED,
    Rung.TLS10: "some servers stumble over what came after TLS 1.0",
    Rung.SSL3: "some servers never heard of TLS",
    Rung.SSL2: "some servers expect a greeting in the format of SSL 2.0",
    Rung.TLS13: "some servers refuse everything older than TLS 1.3",
    Rung.TLS13_NAMELESS: _NAME_REFUSED,
}
"""What speaks for each rung once another was said in vain."""


def why(following: Rung | None, met: ProbeError) -> str:
    """Return in words what follows a hello that met this error, and why."""
    if following is not None:
        return f"then {following}: {WHY[following]}"
    return "no hello is left that could help" if cure(met).rungs else "no other hello would help"


def _word(met: ProbeError) -> str:
    return met.reason if met.alert is None else alert_name(met.alert)


MOST_REMEMBERED: Final = 65536
"""Targets; an inventory has fewer, and at about 200 bytes each this stays small."""
MOST_USES: Final = 24
"""Climbs that begin at a remembered rung before one begins at the first again: the server may have been renewed."""


class Remembered:
    """
    The rungs that worked, by the names of targets; only those other than the first of the climb.

    One per process, so that it outlives a reload of the configuration.
    """

    __slots__ = ("_rungs",)

    def __init__(self) -> None:
        self._rungs: dict[str, tuple[Rung, int]] = {}

    def begin(self, name: str, first: Rung = FIRST) -> Rung:
        """Return the rung to begin with, where a climb with nothing to remember begins at ``first``."""
        rung, uses = self._rungs.get(name, (first, 0))
        if rung is first:
            return first
        if uses == MOST_USES or rung is Rung.HANDSHAKE:  # a whole one only as long as it is wanted
            del self._rungs[name]
            return first
        self._rungs[name] = rung, uses + 1
        return rung

    def recall(self, name: str, hello: str) -> None:
        """Take note of what a capture of old says of the rung that brought it, unless nobody knows such a rung."""
        if hello in {*Rung}:
            self.worked(name, Rung(hello))

    def worked(self, name: str, rung: Rung, first: Rung = FIRST) -> None:
        """Take note of the rung that brought the chain."""
        if rung is first:
            self._rungs.pop(name, None)
        elif self._rungs.get(name, (first, 0))[0] is not rung:
            if len(self._rungs) >= MOST_REMEMBERED:
                del self._rungs[next(iter(self._rungs))]  # the one longest known
            self._rungs[name] = rung, 0
