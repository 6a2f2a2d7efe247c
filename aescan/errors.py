"""
The exceptions of aescan, all of them.

::

    AescanError
    ├── ConfigError          the operator has a file or an argument to fix: exit status 2
    ├── KeystoreError        a file of certificates cannot be used: becomes a problem of whoever named it
    └── ProbeError           no chain from this target: becomes Failed(reason, detail)
        └── ProtocolError    the peer's bytes break the protocol (reason "protocol")

Anything else is a bug in aescan: nothing catches it. Texts are for the operator: lower case, no full stop; what was
being done, what was seen, what to do.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Reason(StrEnum):
    """Why a probe, or a file, brought back no chain: a closed set, safe as a metric label."""

    DNS = "dns"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    RESET = "reset"
    CLOSED = "closed"
    PLAINTEXT = "plaintext"
    ALERT = "alert"
    NO_CERTIFICATE = "no_certificate"
    PROTOCOL = "protocol"
    LOCAL = "local"
    """This machine lacked what a probe takes, such as file descriptors: it tells nothing of the target."""
    UNREADABLE = "unreadable"
    """Of a file of certificates; never of a probe."""


class Met(NamedTuple):
    """
    What one hello of a probe met.

    ``hello``, ``address``
        Which rung, and the address dialled, without the port.
    ``seconds``
        From the beginning of its connection to the answer or the error, without the wait for its turn.
    ``reason``, ``detail``
        Why it brought no chain, in the words of ProbeError; None and nothing where it did.
    ``following``
        What the probe did next and why, in words; empty where this one brought the chain.
    """

    hello: str
    address: str
    seconds: float
    reason: Reason | None = None
    detail: str = ""
    following: str = ""


class AescanError(Exception):
    """Any error that aescan raises on purpose."""


class ConfigError(AescanError):
    """What the operator wrote cannot be used; ``problems`` holds every mistake found, one text each, in file order."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems: tuple[str, ...] = tuple(problems)
        super().__init__("\n".join(self.problems))


class KeystoreError(AescanError):
    """
    A file of certificates cannot be used; the text says why and does not repeat its name.

    ``foreign`` marks what is no such file at all, which a folder may well hold beside those that are; ``locked`` what
    another password may open.
    """

    def __init__(self, text: str, *, foreign: bool = False, locked: bool = False) -> None:
        self.foreign = foreign
        self.locked = locked
        super().__init__(text)


class ProbeError(AescanError):
    """
    A probe ended without a chain.

    ``reason`` is the class of the cause, ``detail`` says what was seen. ``alert`` is the number of the fatal TLS alert
    that ended it, if one did; ``connections`` how many connections were opened in vain, ``waited`` how many seconds
    went by before it was their turn; ``address`` where the last of them went, ``connected`` whether it came to stand,
    ``silent`` whether the peer said nothing at all on it then; ``rungs`` what each hello met, in order.
    """

    def __init__(self, reason: Reason, detail: str, *, alert: int | None = None) -> None:
        self.reason = reason
        self.detail = detail
        self.alert = alert
        self.connections = 0
        self.waited = 0.0
        self.address = ""
        self.connected = False
        self.silent = False
        self.rungs: tuple[Met, ...] = ()
        super().__init__(f"{reason}: {detail}")


class ProtocolError(ProbeError):
    """The peer sent bytes that no version of the protocol allows; the only error a decoder in ``tls`` raises."""

    def __init__(self, detail: str) -> None:
        super().__init__(Reason.PROTOCOL, detail)
