"""
The key ``events`` of the settings: who is told when something changes.

The mapping of the file and the frozen data that comes of it; nothing is sent or opened here, and no receiver is known
that the operator did not name.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Final

from pydantic import PlainValidator, model_validator

from aescan.settings.fields import HIGHEST_PORT, PathText, one_of, shaped, whole
from aescan.settings.problems import Expected, Mistake, Wants
from aescan.settings.validation import Entry

EXAMPLES: Final = 32473
"""The private enterprise number that RFC 5612 sets aside for examples: aescan has none of its own."""

MOST_ENTERPRISES: Final = 2**32 - 1

FACILITIES: Final = {
    **{name: number for number, name in enumerate(("kern", "user", "mail", "daemon", "auth", "syslog"))},
    **{f"local{number}": 16 + number for number in range(8)},
}
"""RFC 5424 section 6.2.1, by the names that syslog daemons use; those that could be of use."""

_ADDRESS: Final = re.compile(
    r"(?:\[(?P<bracketed>[0-9A-Fa-f:.]{2,45})\]|(?P<host>[0-9A-Za-z._-]{1,253})):(?P<port>[0-9]{1,5})", re.ASCII
)


class Transport(StrEnum):
    """How syslog messages travel."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


@dataclass(frozen=True, slots=True)
class SyslogReceiver:
    """
    A collector of syslog messages; ``host`` without brackets.

    ``ca_file``
        Whom its certificate must come from; None for the CAs that the system trusts.
    ``cert_file``, ``key_file``
        What aescan proves itself with; None for nothing.
    """

    host: str
    port: int
    transport: Transport = Transport.UDP
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None


@dataclass(frozen=True, slots=True)
class EventSettings:
    """
    Who is told.

    ``file``
        Where JSON lines are appended to.
    ``rate``
        Events per second to each receiver, at most.
    ``facility``, ``enterprise_number``
        What syslog messages say of their sender.
    """

    syslog: tuple[SyslogReceiver, ...] = ()
    file: Path | None = None
    rate: int = 50
    facility: str = "daemon"
    enterprise_number: int = EXAMPLES


DEFAULT: Final = EventSettings()


def _address(written: object) -> tuple[str, int]:
    found = _ADDRESS.fullmatch(written) if isinstance(written, str) else None
    if found is not None and 0 < int(found["port"]) <= HIGHEST_PORT:
        try:
            host = str(ip_address(found["bracketed"])) if found["bracketed"] else found["host"]
        except ValueError:
            pass
        else:
            return host, int(found["port"])
    raise Expected('a name or an address with a port, such as "syslog.example.com:514"', Wants.TEXT)


class SyslogEntry(Entry):
    """One collector."""

    address: Annotated[tuple[str, int], PlainValidator(_address, json_schema_input_type=shaped(_ADDRESS))]
    transport: Annotated[str, one_of(tuple(Transport))] = Transport.UDP
    ca_file: PathText = ""
    cert_file: PathText = ""
    key_file: PathText = ""

    @model_validator(mode="after")
    def _fit(self) -> "SyslogEntry":
        if self.transport != Transport.TLS and (self.ca_file or self.cert_file or self.key_file):
            raise Mistake("certificates are of use with TLS alone", "write transport: tls, or take them out")
        if bool(self.cert_file) != bool(self.key_file):
            raise Mistake("cert_file and key_file need each other", "name both, or none")
        return self

    def receiver(self, folder: Path) -> SyslogReceiver:
        """Return the entry as plain data."""
        host, port = self.address
        files = (folder / name if name else None for name in (self.ca_file, self.cert_file, self.key_file))
        return SyslogReceiver(host, port, Transport(self.transport), *files)


class EventsEntry(Entry):
    """The mapping under ``events``; the keys are those of ``EventSettings``."""

    syslog: tuple[SyslogEntry, ...] = ()
    file: PathText = ""
    rate: Annotated[int, whole(1, 10_000)] = DEFAULT.rate
    facility: Annotated[str, one_of(tuple(FACILITIES))] = DEFAULT.facility
    enterprise_number: Annotated[int, whole(0, MOST_ENTERPRISES)] = DEFAULT.enterprise_number

    @model_validator(mode="after")
    def _each_once(self) -> "EventsEntry":
        named = [(entry.transport, *entry.address) for entry in self.syslog]
        for transport, host, port in named:
            if named.count((transport, host, port)) > 1:
                text = f"the collector at {host}, port {port}, is named twice for {transport}"
                raise Mistake(text, "take one of them out, or it is told everything twice")
        return self

    def settings(self, folder: Path) -> EventSettings:
        """Return the section as plain data, its paths from ``folder``."""
        return EventSettings(
            syslog=tuple(entry.receiver(folder) for entry in self.syslog),
            file=folder / self.file if self.file else None,
            rate=self.rate,
            facility=self.facility,
            enterprise_number=self.enterprise_number,
        )
