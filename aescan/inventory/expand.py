"""
From what the file says of a host to targets.

What is said in several places is laid one over the other: settings, then ``defaults``, then the group, then the host.
``labels`` and ``thresholds`` are laid over key by key, every other key as a whole; ``services`` and ``ports`` are two
keys, so a host that lists ports keeps the services of its group: rather one port too many than one unseen. Where no
level says either, the catalogue's default services are scanned.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final, Literal

from aescan.inventory.entries import HostEntry, PortEntry, Shared
from aescan.inventory.hosts import Hosts
from aescan.inventory.model import Addresses, Target
from aescan.inventory.services import Services
from aescan.settings.document import Document, Location
from aescan.settings.policy import Thresholds
from aescan.settings.problems import Mistake
from aescan.settings.thresholds import merge_thresholds
from aescan.tls.capture import ViewName

MOST_OF_ENTRY: Final = 65_536
"""Targets that one entry may come to: a /16 on one port."""

_AS_A_WHOLE: Final = (
    "services",
    "ports",
    "sni",
    "release",
    "interval",
    "protocols",
    "full_handshake",
    "sntp",
    "http_date",
    "twins",
    "discover",
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """
    A port to scan on a host, the service on it, and the target's name if chosen.

    ``mutual_tls`` and ``http`` are those of the service, ``twin`` is that of the port; ``name_service`` is the port of
    the service's name service, where the port was not listed but stands for what naming the service scans.
    """

    port: int
    service: str
    name: str = ""
    mutual_tls: bool = False
    http: bool = False
    twin: int | None = None
    name_service: int | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """
    What holds for a host when everything above it has been laid together.

    ``endpoints``
        What ``services`` and ``ports`` come to.
    ``services``
        Keys of services, None while no level has said any.
    ``sni``
        A name to send, False for none, None for the host's own name.
    """

    thresholds: Thresholds
    endpoints: tuple[Endpoint, ...]
    services: tuple[str, ...] | None = None
    ports: tuple[PortEntry, ...] = ()
    sni: str | Literal[False] | None = None
    release: str = ""
    addresses: Addresses = Addresses.FIRST
    interval: timedelta | None = None
    protocols: bool = False
    full_handshake: bool = False
    sntp: bool = False
    http_date: bool = False
    twins: bool = False
    views: tuple[ViewName, ...] = ()
    discover: str | Literal[False] = False
    labels: Mapping[str, str] = field(default_factory=dict)


def first_level(thresholds: Thresholds, services: Services, *, full_handshake: bool = False) -> Level:
    """Return what holds where nothing is said: what the settings say, the catalogue's default services."""
    return Level(thresholds, endpoints_of(None, (), services), full_handshake=full_handshake)


def endpoints_of(keys: Iterable[str] | None, ports: Collection[PortEntry], services: Services) -> tuple[Endpoint, ...]:
    """
    Return the endpoints of service names and explicit ports, in that order; the default services for neither.

    A port that is listed explicitly is taken from there only; one that two services share counts for the first. A
    listed port without a service belongs to the service that uses it in the catalogue.
    """
    if keys is None:
        keys = () if ports else services.default
    listed = [endpoint_of(port, services, entry.service, entry.name) for entry in ports for port in entry.port]
    taken = {endpoint.port for endpoint in listed}
    named: list[Endpoint] = []
    for key in keys:
        for port in services.by_key[key].scanned:
            if port not in taken:
                taken.add(port)
                named.append(replace(endpoint_of(port, services, key), name_service=services.by_key[key].name_service))
    return (*named, *listed)


def endpoint_of(port: int, services: Services, key: str = "", name: str = "") -> Endpoint:
    """Return the endpoint of a port, with the service named for it, else the one that uses it in the catalogue."""
    key = key or services.at(port)
    if not key:
        return Endpoint(port, key, name)
    service = services.by_key[key]
    return Endpoint(port, key, name, mutual_tls=service.mutual_tls, http=service.http, twin=service.twin_of(port))


def lay_over(level: Level, entry: Shared, services: Services, document: Document, location: Location) -> Level:
    """Return ``level`` with what ``entry`` says laid over it; note a problem where thresholds are out of order."""
    said = entry.model_fields_set
    changes: dict[str, Any] = {key: getattr(entry, key) for key in _AS_A_WHOLE if key in said}
    if "addresses" in said:
        changes["addresses"] = Addresses(entry.addresses)
    if "views" in said:
        changes["views"] = tuple(map(ViewName, dict.fromkeys(entry.views)))
    if "labels" in said:
        changes["labels"] = {**level.labels, **entry.labels}
    if "thresholds" in said:
        place = (*location, "thresholds")
        changes["thresholds"] = merge_thresholds(level.thresholds, entry.thresholds, document, place)
    if "services" in said or "ports" in said:
        keys, ports = changes.get("services", level.services), changes.get("ports", level.ports)
        changes["endpoints"] = endpoints_of(keys, ports, services)
    return replace(level, **changes) if changes else level


def targets_of(entry: HostEntry, level: Level, source: str) -> Iterator[Target]:
    """Return the targets of a host on its level; raise Mistake where there are none or too many."""
    return expand(entry.host, level, source, entry.name, entry.address)


def expand(
    hosts: Hosts,
    level: Level,
    source: str,
    name: str = "",
    address: str = "",
    labels: Mapping[str, str] | None = None,
) -> Iterator[Target]:
    """
    Return a target for every host and endpoint; raise Mistake at once where there are none or too many.

    ``labels`` are those of the targets, where they are not the level's.
    """
    if not level.endpoints:
        raise Mistake("there is no port to scan on this host", "list services or ports")
    count = len(hosts) * len(level.endpoints)
    if count > MOST_OF_ENTRY:
        ports = f"{len(level.endpoints)} port{'s' if len(level.endpoints) > 1 else ''}"
        raise Mistake(
            f"{hosts.text} with {ports} comes to {count:,} targets; {MOST_OF_ENTRY:,} are the most of one entry",
            "split the range, or scan fewer ports",
        )
    return _expand(hosts, level, source, name, address, level.labels if labels is None else labels)


def _expand(
    hosts: Hosts, level: Level, source: str, name: str, address: str, labels: Mapping[str, str]
) -> Iterator[Target]:
    for host in hosts:
        prefix = name or (f"[{host}]" if ":" in host else host)
        own_name = host if hosts.is_name else None
        for endpoint in level.endpoints:
            yield Target(
                name=endpoint.name or f"{prefix}:{endpoint.port}",
                host=host,
                port=endpoint.port,
                service=endpoint.service,
                release=level.release,
                server_name=(own_name if level.sni is None else level.sni or None),
                addresses=level.addresses,
                address=address or None,
                interval=level.interval.total_seconds() if level.interval else None,
                protocols=level.protocols,
                full_handshake=level.full_handshake,
                views=level.views,
                thresholds=level.thresholds,
                labels=labels,
                source=source,
                mutual_tls=endpoint.mutual_tls,
                sntp=level.sntp,
                http_date=level.http_date and endpoint.http,
                twin=endpoint.twin if level.twins else None,
                discover=endpoint.name_service if endpoint.service == level.discover else None,
            )
