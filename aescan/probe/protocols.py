"""
Which versions of the protocol an endpoint accepts: one hello for each that offers nothing else.

A capture comes in, the server name and how to ask further hellos; an answer for every version goes out, the oldest
first. A version that is known by then is not asked about. What the network does ends in "not known", never in an error:
the capture stands whatever comes of this.
"""

import os
from dataclasses import replace
from typing import Final

from aescan.errors import ProbeError, Reason
from aescan.probe.further import Further
from aescan.probe.ladder import BARE, NAMELESS, Rung
from aescan.probe.transport import Conversation
from aescan.tls.capture import Capture, Protocol
from aescan.tls.codepoints import VERSIONS, AlertDescription
from aescan.tls.flight import Answer, Flight
from aescan.tls.hellos import RANDOM_LENGTH, SSL3, TLS10, TLS11, TLS12, Tls13Hello
from aescan.tls.sslv2 import CHALLENGE_LENGTH, Greeting, client_hello
from aescan.tls.tls13 import Tls13Flight

SSL_2, SSL_3, TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3 = VERSIONS.values()

HELLOS: Final = {SSL_3: SSL3, TLS_1_0: TLS10, TLS_1_1: TLS11, TLS_1_2: TLS12}
"""Those that come in records and answer in clear, by the version they ask about."""

ASKED_BY: Final[dict[str, str]] = {
    Rung.TLS12: TLS_1_2,
    Rung.TLS12_NAMELESS: TLS_1_2,
    Rung.TLS10: TLS_1_0,
    Rung.SSL3: SSL_3,
    Rung.TLS13: TLS_1_3,
    Rung.TLS13_NAMELESS: TLS_1_3,
}
"""The version that a rung's hello asks about by the way; that of SSL 2.0 offers a newer one too."""

_HANGING_UP: Final = frozenset({Reason.CLOSED, Reason.RESET})


async def protocols(capture: Capture, server_name: str | None, further: Further) -> tuple[Protocol, ...]:
    """Return whether each version is accepted; the newest is asked about first, for time may run out."""
    known: dict[str, bool | None] = {}
    if capture.hello in ASKED_BY:
        known[ASKED_BY[capture.hello]] = False
    known[capture.version] = True
    for version in reversed(VERSIONS.values()):
        if version in known:
            further.skip()
            continue
        try:
            answer = await further.ask(_question(version, capture, server_name))
        except ProbeError as error:
            known[version] = False if refuses(error) else None
        else:
            known[version] = False
            known[answer.version] = True  # this one, or an older one instead, which need not be asked about any more
    return tuple(Protocol(version, known[version]) for version in VERSIONS.values())


def refuses(met: ProbeError) -> bool:
    """
    Whether an error is the endpoint's own no to what was offered.

    Hanging up on a hello without a word is one, as is plain text. Silence, an error of the network, an answer that is
    cut short or cannot be read tell nothing, and an alert about the name nothing of the version.
    """
    if met.reason in _HANGING_UP:
        return met.silent
    if met.reason is Reason.ALERT:
        return met.alert != AlertDescription.UNRECOGNIZED_NAME
    return met.reason is Reason.PLAINTEXT


def _question(version: str, capture: Capture, server_name: str | None) -> Conversation[Answer]:
    """Return the conversation that offers ``version`` alone, in the manner that brought the capture."""
    if version == SSL_2:
        return Greeting(client_hello(os.urandom(CHALLENGE_LENGTH), newer=False))
    name = None if capture.hello in NAMELESS else server_name
    if version == TLS_1_3:
        return Tls13Flight(Tls13Hello(name, os.urandom(RANDOM_LENGTH), os.urandom(RANDOM_LENGTH)))
    extensions = version != SSL_3 and capture.hello not in BARE
    return Flight(replace(HELLOS[version], extensions=extensions).encode(name, os.urandom(RANDOM_LENGTH)))
