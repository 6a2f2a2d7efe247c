"""
The section ``probe`` of the settings: what may be probed on demand, and how.

Plain frozen data and its pydantic form. Whether one address may be dialled is decided by the exporter, at the moment of
dialling; here only the form is checked.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Final

from pydantic import Field, PlainValidator

from aescan.settings.fields import Line, lasting, shaped, whole
from aescan.settings.problems import Expected, Mistake
from aescan.settings.validation import Entry

Network = IPv4Network | IPv6Network

MODULES: Final = ("default", "tcp", "https", "tcp_tls", "tcp_connect_tls", "http_2xx")
"""Modules there are without settings: the names that samples of blackbox_exporter and ssl_exporter use."""

LONGEST: Final = timedelta(seconds=25)
"""Of one probe on demand: shorter than the exporter keeps a request."""

_NAME: Final = re.compile(r"(\*\.)?([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9_-]{1,63}", re.ASCII)

_NETWORK: Final = re.compile(r"[0-9A-Fa-f:.]+(/[0-9]{1,3})?")
"""What looks like one; what is one, ``ipaddress`` tells."""


@dataclass(frozen=True, slots=True)
class ProbeModule:
    """
    How a probe on demand is made.

    ``timeout``
        The most seconds it takes, whatever the scraper's own timeout.
    ``server_name``
        What to send as SNI where the request names none; None for the host's own name.
    """

    timeout: float = 10.0
    server_name: str | None = None


@dataclass(frozen=True, slots=True)
class ProbeSettings:
    """
    What may be probed on demand besides the inventory.

    ``networks``
        Every address in them.
    ``names``
        Small letters; ``*.example.com`` stands for every name below it. Their addresses may be any but special ones.
    ``concurrency``
        Probes at once; those beyond wait for their turn.
    """

    networks: tuple[Network, ...] = ()
    names: tuple[str, ...] = ()
    concurrency: int = 20
    modules: dict[str, ProbeModule] = field(default_factory=lambda: dict.fromkeys(MODULES, ProbeModule()))

    @property
    def lets_in(self) -> bool:
        """Whether anything may be probed besides the inventory, so that an exporter is of use without one."""
        return bool(self.networks or self.names)


def _allowed(written: object) -> Network | str:
    if not isinstance(written, str):
        raise Expected("a network, an address or a name")
    try:
        return ip_network(written)
    except ValueError as error:
        if "host bits" in str(error):
            meant = ip_network(written, strict=False)
            raise Mistake(f"{written} has bits set behind its prefix", f"write {meant}") from None
    text = written.lower().removesuffix(".")
    if not _NAME.fullmatch(text) or text.replace(".", "").isdecimal():
        raise Expected("a network such as 10.20.0.0/16, an address, or a name such as *.example.com")
    return text


Allowed = Annotated[Network | str, PlainValidator(_allowed, json_schema_input_type=shaped(_NETWORK, _NAME))]


class ModuleEntry(Entry):
    """One module."""

    timeout: Annotated[timedelta, lasting(timedelta(seconds=1), LONGEST)] = timedelta(seconds=10)
    server_name: Line | None = None


class ProbeEntry(Entry):
    """The section."""

    allow: tuple[Allowed, ...] = ()
    concurrency: Annotated[int, whole(1, 30)] = 20
    modules: dict[Line, ModuleEntry] = Field(default_factory=dict)

    def settings(self) -> ProbeSettings:
        """Return the section as plain data; a site's module replaces the one of the same name."""
        own = {
            name: ProbeModule(module.timeout.total_seconds(), module.server_name)
            for name, module in self.modules.items()
        }
        return ProbeSettings(
            networks=tuple(each for each in self.allow if not isinstance(each, str)),
            names=tuple(each for each in self.allow if isinstance(each, str)),
            concurrency=self.concurrency,
            modules=dict.fromkeys(MODULES, ProbeModule()) | own,
        )
