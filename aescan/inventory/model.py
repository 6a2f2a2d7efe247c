"""
What to scan, as plain frozen data.

Made by the loaders beside this file; a target's name is its identity everywhere after.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from aescan.settings.policy import Thresholds
from aescan.tls.capture import ViewName


class Addresses(StrEnum):
    """Which addresses of a name are scanned."""

    FIRST = "first"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Target:
    """
    An endpoint under the operator's name.

    ``name``
        Identity, unique in the inventory; ``host:port`` unless the operator chose one.
    ``host``, ``port``
        Where to connect: a DNS name or an address (IPv6 without brackets), and a port 1–65535. Empty and 0
        for a file of certificates, which is named by its path.
    ``service``
        Key of the service catalogue, or an empty string for a bare port.
    ``mutual_tls``
        Whether the catalogue says that the service demands a client certificate by default.
    ``server_name``
        What to send as SNI; None sends none. Never an address (RFC 6066 section 3).
    ``address``
        The one address to dial: the operator's own choice, or one of those that ``addresses: all`` found for the name;
        else None, and ``host`` is resolved.
    ``interval``
        Seconds between two scans of it by the exporter; None for what the settings say.
    ``protocols``
        Whether to ask, by a hello for each, which versions of the protocol it accepts.
    ``sntp``, ``http_date``
        Whether to ask what time it is there: by SNTP, and by HTTP on this very port.
    ``views``
        In which further ways to ask for its chain, each once.
    ``full_handshake``
        Whether to begin with a whole handshake rather than with a hello that is broken off.
    ``discover``
        The port of the host's name service, where this target only stands for the ports that it lists; else None.
    ``twin``
        The port on which the same service is known to run without TLS, where the operator wants it looked at.
    ``plaintext_twins``
        Ports without TLS that the host offers for the same purpose, in words, where they were discovered.
    ``labels``
        The operator's own labels, for reports and the info metric.
    ``source``
        The file, or ``command line``, it came from.
    """

    name: str
    host: str
    port: int
    service: str = ""
    release: str = ""
    server_name: str | None = None
    addresses: Addresses = Addresses.FIRST
    address: str | None = None
    interval: float | None = None
    protocols: bool = False
    full_handshake: bool = False
    views: tuple[ViewName, ...] = ()
    thresholds: Thresholds = field(default_factory=Thresholds)
    labels: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    mutual_tls: bool = False
    sntp: bool = False
    http_date: bool = False
    discover: int | None = None
    plaintext_twins: tuple[str, ...] = ()
    twin: int | None = None

    @property
    def endpoint(self) -> str:
        """``host:port``, with brackets around an IPv6 address; of a file its name."""
        return host_and_port(self.host, self.port) if self.host else self.name

    @property
    def dialled(self) -> str:
        """The endpoint with the address in the place of the host, where one is given: what is dialled."""
        return host_and_port(self.address, self.port) if self.address else self.endpoint

    @property
    def identity(self) -> tuple[str, str, int, str | None, str | None]:
        """What must be equal for two targets to be the same one: what another endpoint showed is no fact of it."""
        return self.name, self.host, self.port, self.address, self.server_name


def host_and_port(host: str, port: int) -> str:
    """Return an endpoint as it is written, with brackets around an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
