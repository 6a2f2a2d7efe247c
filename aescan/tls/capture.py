"""
What a probe brings back: plain data, made in ``probe``, read by everything after it.

Nothing here is judged: the certificates are bytes in the order presented, whatever they hold.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from aescan.errors import Met, Reason


class ClientCertificate(StrEnum):
    """Whether the server asked for a client certificate, as far as the bytes received tell."""

    REQUESTED = "requested"
    NOT_REQUESTED = "not_requested"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Protocol:
    """Whether an endpoint accepts a version of the protocol (``TLS 1.0``); None where that could not be told."""

    version: str
    supported: bool | None


class ViewName(StrEnum):
    """A further way to ask an endpoint for its chain, for those that answer different clients differently."""

    RSA = "rsa"
    """Only what a server with an RSA key can answer."""
    ECDSA = "ecdsa"
    """Only what a server with an ECDSA or EdDSA key can answer."""
    NO_SNI = "no_sni"
    """Without a server name."""
    SNI = "sni"
    """With the server name."""


@dataclass(frozen=True, slots=True)
class Capture:
    """
    The chain one endpoint presented, and how it was got.

    ``certificates``
        DER, byte for byte, in the order presented; at least one.
    ``version``, ``cipher_suite``
        As the server chose them, in names (``TLS 1.2``, ``TLS_RSA_WITH_AES_128_CBC_SHA``); unknown numbers as ``0x…``.
    ``client_certificate``
        Whether a CertificateRequest was among the bytes received.
    ``hello``
        Name of the rung whose hello was answered with this chain.
    ``address``
        The address dialled, without the port.
    ``connections``
        Connections opened for this capture, all rungs.
    ``waited``
        Seconds that it waited for its turn to open them: no part of the time that the target took.
    ``remarks``
        What was odd about the answer and did not stop the capture, in words.
    ``protocols``
        What was asked about every version of the protocol, the oldest first; empty where nothing was asked.
    ``views``
        What further hellos saw, in the order asked for; empty where none was.
    ``rungs``
        What each hello of the ladder met, in order, the last mostly that which was answered; None where that is not
        known (any more).
    """

    certificates: tuple[bytes, ...]
    version: str
    cipher_suite: str
    client_certificate: ClientCertificate
    hello: str
    address: str
    connections: int = 1
    waited: float = 0.0
    remarks: tuple[str, ...] = ()
    protocols: tuple[Protocol, ...] = ()
    views: "tuple[View, ...]" = ()
    rungs: tuple[Met, ...] | None = None


@dataclass(frozen=True, slots=True)
class Missed:
    """Why a view saw no chain: the class of the cause, and what was seen in words."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class View:
    """What one further hello saw; a capture of no connections is the ordinary one, whose hello says the same."""

    name: ViewName
    outcome: Capture | Missed


def as_wanted(capture: Capture, views: Collection[ViewName], *, protocols: bool) -> Capture:
    """Return the capture without the views, and the answers about protocol versions, that are not wanted any more."""
    if (protocols or not capture.protocols) and all(view.name in views for view in capture.views):
        return capture
    wanted = tuple(view for view in capture.views if view.name in views)
    return replace(capture, views=wanted, protocols=capture.protocols if protocols else ())
