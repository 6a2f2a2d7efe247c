"""
The mappings of an inventory file, as pydantic models.

Every key of the file is here, with its bounds; what the keys come to, with defaults and groups laid under them, is the
work of ``expand``.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainValidator, ValidationInfo, model_validator

from aescan.inventory import hosts
from aescan.inventory.model import Addresses
from aescan.inventory.services import Services
from aescan.settings.fields import (
    HIGHEST_PORT,
    LONGEST_LINE,
    Interval,
    Line,
    Ports,
    Switch,
    line,
    of_length,
    one_of,
    shaped,
)
from aescan.settings.labels import Labels
from aescan.settings.problems import Expected, Mistake, Wants, nearest
from aescan.settings.thresholds import ThresholdsEntry
from aescan.settings.validation import Entry
from aescan.tls.capture import ViewName


def _hosts(written: object) -> hosts.Hosts:
    match written:
        case hosts.Hosts():
            return written
        case str():
            return hosts.hosts(written)
        case (str(text),) if ":" in text:
            raise Mistake(
                "brackets without quotes around them make a list",
                f'write "[{text}]" in quotes, or leave the brackets out',
            )
        case _:
            raise Expected("a host name or an address", Wants.TEXT)


def _host_entry(written: object) -> object:
    """Return the mapping that a plain ``aes1`` or ``aes1:4722`` (only that port) stands for; a mapping as it is."""
    if isinstance(written, dict):
        return written
    if not isinstance(written, str):
        raise Expected("a host, or a mapping with the key host", Wants.TEXT)
    found, port = hosts.endpoint(written)
    return {"host": found} if port is None else {"host": found, "services": (), "ports": (port,)}


def _port_entry(written: object) -> object:
    return written if isinstance(written, dict) else {"port": written}


def _address(written: object) -> str:
    if isinstance(written, str):
        return hosts.address(written)
    raise Expected("an address", Wants.TEXT)


def server_name(written: object) -> str | Literal[False]:
    """Return a name that may be sent as SNI, or False for none."""
    if written is False:
        return False
    if not isinstance(written, str):
        raise Expected("a host name, or false to send none", Wants.OTHER if written is True else Wants.TEXT)
    found = hosts.hosts(written)
    if not found.is_name:
        raise Mistake(f"{found.text} is an address, which TLS does not allow as SNI", "write a host name, or false")
    return found.text


def _service(written: object, info: ValidationInfo[Services]) -> str:
    """Return the key of a service that naming scans; the catalogue is the context of the validation."""
    services = info.context
    if not isinstance(written, str):
        raise Expected("the name of a service", Wants.TEXT)
    if written not in services.by_key:
        hint = nearest(written, services.by_key) or f"known are {', '.join(services.by_key)}"
        raise Mistake(f"{line(written)} is not the name of a service", hint)
    return written


def _scanned_service(written: object, info: ValidationInfo[Services]) -> str:
    services = info.context
    key = _service(written, info)
    if not services.by_key[key].scanned:
        raise Mistake(f"{key} has no port with TLS, so there is nothing to scan", "take it out, or list ports")
    return key


def _discovered_service(written: object, info: ValidationInfo[Services]) -> str | Literal[False]:
    if written is False:
        return False
    services = info.context
    known = [key for key, service in services.by_key.items() if service.name_service is not None]
    if isinstance(written, str) and written in known:
        return written
    raise Expected(f"a service whose ports can be discovered ({', '.join(known)}), or false", known=known)


_NAMED = of_length(LONGEST_LINE)

HostsText = Annotated[hosts.Hosts, PlainValidator(_hosts, json_schema_input_type=shaped(hosts.SHAPE))]


_OFF = _NAMED | Literal[False]

ServerName = Annotated[str | Literal[False], PlainValidator(server_name, json_schema_input_type=_OFF)]


class PortEntry(Entry):
    """One entry under ``ports``: a number or a range, with the service on it and the target's name if chosen."""

    port: Ports
    service: Annotated[str, PlainValidator(_service, json_schema_input_type=_NAMED)] = ""
    name: Line = ""

    @model_validator(mode="after")
    def _one_name_one_port(self) -> "PortEntry":
        if self.name and len(self.port) > 1:
            raise Mistake("several ports cannot share one name", "give each its own entry")
        return self


class Shared(Entry):
    """What a host may have in common with others: the keys under ``defaults``."""

    services: tuple[Annotated[str, PlainValidator(_scanned_service, json_schema_input_type=_NAMED)], ...] = ()
    ports: tuple[Annotated[PortEntry, BeforeValidator(_port_entry, json_schema_input_type=Ports | PortEntry)], ...] = ()
    sni: ServerName | None = None
    release: Line = ""
    addresses: Annotated[str, one_of(tuple(Addresses))] = Addresses.FIRST
    interval: Interval | None = None
    protocols: Switch = False
    full_handshake: Switch = False
    sntp: Switch = False
    http_date: Switch = False
    twins: Switch = False
    views: tuple[Annotated[str, one_of(tuple(ViewName))], ...] = ()
    discover: Annotated[str | Literal[False], PlainValidator(_discovered_service, json_schema_input_type=_OFF)] = False
    thresholds: ThresholdsEntry = ThresholdsEntry()
    labels: Labels = Field(default_factory=dict)

    @model_validator(mode="after")
    def _no_more_ports_than_there_are(self) -> "Shared":
        count = sum(len(entry.port) for entry in self.ports)
        if count > HIGHEST_PORT:
            raise Mistake(f"the ports come to {count:,}; a host has {HIGHEST_PORT:,}")
        return self


class HostEntry(Shared):
    """One host: where it is, what to call it, and its own values for the shared keys."""

    host: HostsText
    name: Line = ""
    address: Annotated[str, PlainValidator(_address, json_schema_input_type=shaped(hosts.ADDRESS))] = ""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, written: Any) -> object:  # noqa: ANN401 (whatever the file says)
        return _host_entry(written)

    @model_validator(mode="after")
    def _one_name_one_host(self) -> "HostEntry":
        if self.host.network is not None:
            for key in "name", "address":
                if getattr(self, key):
                    raise Mistake(f"{self.host.text} is a range, whose hosts cannot share one {key}", f"take {key} out")
            if any(port.name for port in self.ports):
                raise Mistake(f"{self.host.text} is a range, whose ports cannot have names", "take the names out")
        return self


class GroupEntry(Entry):
    """Hosts with defaults of their own; both are checked one by one, so that one mistake hides no other."""

    name: Line = ""
    defaults: object = None
    hosts: tuple[object, ...] = ()


class InventoryFile(Entry):
    """The whole file; what is in ``defaults``, ``groups`` and ``hosts`` is checked one by one, likewise."""

    defaults: object = None
    groups: tuple[object, ...] = ()
    hosts: tuple[object, ...] = ()
