"""
The catalogue of services: which ports AE Services uses, and for which of them TLS comes first.

The shipped file is data of the package, each port with its source and its confidence; a site may add its own, whose
services replace shipped ones of the same key. Everything is administrable on an AE Services host, so the catalogue only
says what a service name in the inventory stands for.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final

from pydantic import PlainValidator, model_validator

from aescan.settings.document import Document, parse, read
from aescan.settings.fields import HIGHEST_PORT, Confidence, Line, Ports, Prose, whole
from aescan.settings.problems import Expected, Mistake, Wants
from aescan.settings.validation import Entry, check

SHIPPED: Final = "ae_services.yml"

KEYS: Final = "the key services with a list of services"

_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ServicePorts:
    """
    One port of a service, or several alike.

    ``tls``
        Whether TLS comes first on it.
    ``scan``
        Whether naming the service scans it.
    ``lists_ports``
        Whether a name service that lists the service's ports listens here, as TSAPI's does.
    ``twin``
        The port on which the same service runs without TLS, where there is one.
    ``confidence``, ``source``, ``note``
        How sure the number is (``sourced``, ``derived``, ``unverified``), where it comes from, and what else to know.
    """

    ports: range
    tls: bool
    scan: bool
    confidence: str
    source: str
    note: str = ""
    lists_ports: bool = False
    twin: int | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """
    One service of AE Services.

    ``default``
        Whether it is scanned on a host that names neither services nor ports.
    ``mutual_tls``
        Whether it is known to demand a client certificate by default.
    ``http``
        Whether it speaks HTTP over TLS.
    """

    key: str
    title: str
    ports: tuple[ServicePorts, ...]
    default: bool = False
    mutual_tls: bool = False
    http: bool = False

    def twin_of(self, port: int) -> int | None:
        """Return the port on which what runs on ``port`` runs without TLS, where that is known."""
        return next((entry.twin for entry in self.ports if port in entry.ports), None)

    @property
    def scanned(self) -> tuple[int, ...]:
        """The ports that naming the service scans, in the catalogue's order."""
        return tuple(port for entry in self.ports if entry.scan for port in entry.ports)

    @property
    def name_service(self) -> int | None:
        """The port of the name service that lists its other ports; None where there is none."""
        return next((entry.ports[0] for entry in self.ports if entry.lists_ports), None)


@dataclass(frozen=True, slots=True)
class Services:
    """
    The whole catalogue.

    ``by_key``
        Every service, in the catalogue's order.
    ``by_port``
        Which service a TLS port belongs to; the first one where several claim it.
    """

    by_key: Mapping[str, Service]
    by_port: Mapping[int, str]

    @property
    def default(self) -> tuple[str, ...]:
        """Keys of the services that are scanned where nothing is named."""
        return tuple(key for key, service in self.by_key.items() if service.default)

    def at(self, port: int) -> str:
        """Return the key of the service that uses TLS on ``port``, or an empty string."""
        return self.by_port.get(port, "")


def _key(written: object) -> str:
    if isinstance(written, str) and _KEY.fullmatch(written):
        return written
    raise Expected("a key of small letters, digits and underscores", Wants.TEXT)


class PortsEntry(Entry):
    """Ports of a service as the file writes them; the keys are those of ``ServicePorts``."""

    port: Ports
    tls: bool
    scan: bool = True
    confidence: Confidence
    source: Prose
    note: Prose = ""
    lists_ports: bool = False
    twin: Annotated[int | None, whole(1, HIGHEST_PORT)] = None

    @model_validator(mode="after")
    def _one_twin_of_one_port(self) -> "PortsEntry":
        if self.twin is not None and not (self.tls and len(self.port) == 1):
            raise Mistake("only a single port with tls: true has a twin without TLS", "take twin out")
        return self

    def ports(self) -> ServicePorts:
        """Return the facts; a port without TLS is never scanned."""
        scan = self.tls and self.scan
        known = self.confidence, self.source, self.note
        return ServicePorts(self.port, self.tls, scan, *known, self.lists_ports, self.twin)


class ServiceEntry(Entry):
    """A service as the file writes it; the keys are those of ``Service``."""

    key: Annotated[str, PlainValidator(_key)]
    title: Line
    default: bool = False
    mutual_tls: bool = False
    http: bool = False
    ports: tuple[PortsEntry, ...]

    @model_validator(mode="after")
    def _has_what_is_scanned(self) -> "ServiceEntry":
        if self.default and not any(entry.tls and entry.scan for entry in self.ports):
            raise Mistake(f"{self.key} is scanned by default but has no port with tls: true")
        return self


class ServicesFile(Entry):
    """The whole file."""

    services: tuple[ServiceEntry, ...]


def load_services(own: Path | None = None) -> Services:
    """Return the shipped catalogue with the site's own laid over it; raise ConfigError with every mistake."""
    content = files("aescan.data").joinpath(SHIPPED).read_bytes()
    by_key = _services(parse(f"aescan/data/{SHIPPED}", content, KEYS))
    if own is not None:
        by_key |= _services(read(own, KEYS))
    return Services(by_key, _by_port(by_key.values()))


def _by_port(services: Iterable[Service]) -> dict[int, str]:
    found: dict[int, str] = {}
    for service in services:
        for entry in service.ports:
            if entry.tls:
                for port in entry.ports:
                    found.setdefault(port, service.key)
    return found


def _services(document: Document) -> dict[str, Service]:
    file = check(ServicesFile, document)
    found: dict[str, Service] = {}
    for position, entry in enumerate(file.services if file else ()):
        if entry.key in found:
            document.add(("services", position, "key"), f"{entry.key} is the key of two services")
        ports = tuple(port.ports() for port in entry.ports)
        found[entry.key] = Service(entry.key, entry.title, ports, entry.default, entry.mutual_tls, entry.http)
    document.finish()
    return found
