"""
Which hello next: the last rung and what it met come in, the next rung or None comes out.

A table, not a search: a rung follows only a cause that it can cure, so an ordinary server sees one connection and a
dead host one connect timeout. Pure; the probe climbs it.
"""

from enum import StrEnum
from typing import Final

from aescan.errors import ProbeError, Reason
from aescan.tls.codepoints import AlertDescription


class Rung(StrEnum):
    """One way to ask for the chain; its name goes into the capture."""

    TLS12 = "tls12"
    """The ordinary hello: every server from SSL 3.0 to TLS 1.2 answers it in clear."""
    TLS13 = "tls13"
    """A TLS 1.3 handshake: for servers that refuse everything older."""


FIRST: Final = Rung.TLS12

_REFUSES_OLD_VERSIONS: Final = frozenset(
    {
        AlertDescription.PROTOCOL_VERSION,  # what RFC 8446 section 4.2.1 tells a TLS 1.3-only server to send
        AlertDescription.HANDSHAKE_FAILURE,  # what several send instead
        AlertDescription.ILLEGAL_PARAMETER,
        AlertDescription.INSUFFICIENT_SECURITY,
        AlertDescription.MISSING_EXTENSION,  # key_share or supported_versions, RFC 8446 section 9.2
    }
)

NEXT: Final[dict[Rung, tuple[tuple[frozenset[AlertDescription], Rung], ...]]] = {
    Rung.TLS12: ((_REFUSES_OLD_VERSIONS, Rung.TLS13),),
    Rung.TLS13: (),
}
"""For each rung the alerts that another rung cures."""


def next_rung(last: Rung, met: ProbeError) -> Rung | None:
    """Return the rung to try after ``last`` met this error, None to give up."""
    if met.reason is not Reason.ALERT or met.alert is None:
        return None
    return next((rung for alerts, rung in NEXT[last] if met.alert in alerts), None)
