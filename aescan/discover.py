"""
What TSAPI name services list, for people: ``aescan --discover HOST…``.

Hosts come in; a table for each goes out, in the order given, and the exit status: 0, or 3 where some host could not be
asked. What is printed was never tried against a real AE Services server, and says so.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Final, TextIO

from aescan.errors import ConfigError, ProbeError
from aescan.inventory.hosts import endpoint
from aescan.inventory.model import host_and_port
from aescan.inventory.services import Services
from aescan.probe.acs import Tlink, Tlinks
from aescan.settings.problems import Mistake
from aescan.text import printable

NOT_ASKED: Final = 3
"""Exit status where some host gave no list; that of a report with targets that could not be probed."""

MOST_HOSTS: Final = 4096
"""Of one call: more belong into an inventory."""

CAVEAT: Final = (
    "how name services speak was read in Avaya's JTAPI client 6.2 and never tried against a real AE Services server:"
    " compare with the TLINKs that the Management Console shows"
)

Ask = Callable[[str, int], Awaitable[Tlinks]]
"""Asks the name service of a host on a port; raises ProbeError."""


def name_services(arguments: Sequence[str], services: Services) -> tuple[tuple[str, int], ...]:
    """Return host and port of each argument, the catalogue's port where it names none; raises ConfigError."""
    usual = next((s.name_service for s in services.by_key.values() if s.name_service is not None), None)
    found: dict[tuple[str, int], None] = {}
    problems = [] if arguments else ["--discover: name the hosts whose TLINKs are wanted"]
    for number, argument in enumerate(arguments, 1):
        try:
            hosts, port = endpoint(argument)
        except Mistake as mistake:
            problems.append(f"argument {number}: {mistake.text}" + (f"; {mistake.hint}" if mistake.hint else ""))
            continue
        if (port := port or usual) is None:
            problems.append(f"argument {number}: {argument}: no service of the catalogue lists ports; write HOST:PORT")
        elif len(found) + len(hosts) > MOST_HOSTS:
            problems.append(f"argument {number}: these are more than {MOST_HOSTS} hosts")
        else:
            found.update(((host, port), None) for host in hosts)
    if problems:
        raise ConfigError(problems)
    return tuple(found)


async def discover(wanted: Iterable[tuple[str, int]], ask: Ask, output: TextIO) -> int:
    """Ask all at once, write what each lists, and return the exit status."""
    async with asyncio.TaskGroup() as group:
        asking = [(host, port, group.create_task(_asked(ask, host, port))) for host, port in wanted]
    status = 0
    for host, port, task in asking:
        found = task.result()
        name = host_and_port(host, port)
        if isinstance(found, ProbeError):
            status = NOT_ASKED
        output.writelines(f"{line}\n" for line in _lines(name, found))
    output.write(f"\nnote: {CAVEAT}\n")
    return status


async def _asked(ask: Ask, host: str, port: int) -> Tlinks | ProbeError:
    try:
        return await ask(host, port)
    except ProbeError as error:
        return error


def _lines(name: str, found: Tlinks | ProbeError) -> Iterator[str]:
    if isinstance(found, ProbeError):
        yield f"{name}  {found.reason}: {printable(found.detail)}"
        return
    yield f"{name}  {len(found.tlinks)} TLINKs{'' if found.complete else ', and no end of them'}"
    for tlink in sorted(found.tlinks, key=lambda one: (one.port, one.name)):
        yield f"  {tlink.port:>5}  {_kind(tlink):<9}  {tlink.name}"


def _kind(tlink: Tlink) -> str:
    if tlink.secure:
        return "TLS"
    return "plain" if tlink.plain else "unknown"
