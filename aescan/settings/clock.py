"""
The key ``clock`` of the settings: whom to ask what time it is, how often, and how far off is too far.

The mapping of the file and the frozen data that comes of it; nothing is asked here, and no server is known that the
operator did not name.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import Annotated, Final

from pydantic import BeforeValidator, PlainValidator, model_validator

from aescan.settings.fields import HIGHEST_PORT, lasting, shaped
from aescan.settings.policy import Policy
from aescan.settings.problems import Expected, Mistake, Wants
from aescan.settings.validation import Entry

NTP: Final = 123
"""The port of NTP (RFC 5905 section 7.2)."""

MOST_SERVERS: Final = 16
"""More add nothing to a median."""

_SERVER: Final = re.compile(
    r"(?:\[(?P<bracketed>[0-9A-Fa-f:.]{2,45})\]|(?P<host>[0-9A-Za-z._-]{1,253}))(?::(?P<port>[0-9]{1,5}))?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class ClockServer:
    """An NTP server: ``text`` as the operator wrote it, the label of its metrics; ``host`` without brackets."""

    text: str
    host: str
    port: int = NTP


@dataclass(frozen=True, slots=True)
class ClockSettings:
    """
    Whom to ask what time it is.

    ``servers``
        Asked before the first sweep and once per interval; nobody is asked where there are none.
    ``interval``, ``timeout``
        Seconds between two checks, and that one check may take.
    """

    servers: tuple[ClockServer, ...] = ()
    interval: float = 3600.0
    timeout: float = 2.0


DEFAULT: Final = ClockSettings()


def _server(written: object) -> ClockServer:
    if isinstance(written, str) and (server := clock_server(written)) is not None:
        return server
    raise Expected('an NTP server, such as "ntp.example.com" or "[2001:db8::1]:123"', Wants.TEXT)


def clock_server(written: str) -> ClockServer | None:
    """Return the server that a name or an address stands for, with a port or without; None where it is neither."""
    if written.count(":") > 1 and not written.startswith("["):
        written = f"[{written}]"
    found = _SERVER.fullmatch(written)
    if found is None:
        return None
    port = int(found["port"] or NTP)
    if not 0 < port <= HIGHEST_PORT:
        return None
    host = found["host"] or found["bracketed"]
    if found["bracketed"]:
        try:
            host = str(ip_address(found["bracketed"]))
        except ValueError:
            return None
    return ClockServer(written, host, port)


def _servers(written: object) -> object:
    if isinstance(written, str):
        return (written,)
    if not isinstance(written, tuple) or len(written) > MOST_SERVERS:
        raise Expected(f"an NTP server, or a list of at most {MOST_SERVERS}", Wants.TEXT)
    return written


_SHAPE: Final = shaped(_SERVER, "[0-9A-Fa-f:.]+")

Servers = Annotated[
    tuple[Annotated[ClockServer, PlainValidator(_server)], ...],
    BeforeValidator(_servers, json_schema_input_type=_SHAPE | tuple[_SHAPE, ...]),  # type: ignore[valid-type] # made at run time
]


class ClockEntry(Entry):
    """The mapping under ``clock``; the keys are those of ``ClockSettings``, and the policy's ``clock_limit``."""

    servers: Servers = DEFAULT.servers
    interval: Annotated[timedelta, lasting(timedelta(minutes=1), timedelta(days=1))] = timedelta(
        seconds=DEFAULT.interval
    )
    timeout: Annotated[timedelta, lasting(timedelta(seconds=1), timedelta(seconds=30))] = timedelta(
        seconds=DEFAULT.timeout
    )
    limit: Annotated[timedelta, lasting(timedelta(seconds=1), timedelta(days=1))] = Policy().clock_limit

    @model_validator(mode="after")
    def _each_once(self) -> "ClockEntry":
        names = [server.text for server in self.servers]
        for name in names:
            if names.count(name) > 1:
                raise Mistake(f"the server {name} is named twice", "take one of them out")
        return self

    def settings(self) -> ClockSettings:
        """Return what is asked; the limit is the policy's."""
        return ClockSettings(self.servers, self.interval.total_seconds(), self.timeout.total_seconds())
