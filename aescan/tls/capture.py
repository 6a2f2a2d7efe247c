"""
What a probe brings back: plain data, made in ``probe``, read by everything after it.

Nothing here is judged: the certificates are bytes in the order presented, whatever they hold.
"""

from dataclasses import dataclass
from enum import StrEnum


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
