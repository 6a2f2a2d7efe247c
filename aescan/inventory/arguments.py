"""
Targets named on the command line, without any file.

Each argument is a host or a range, with a port or without; one without stands for the catalogue's default services.
All mistakes are raised at once as ConfigError, each with the number of its argument.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from aescan.errors import ConfigError
from aescan.inventory.expand import endpoint_of, expand, first_level
from aescan.inventory.hosts import endpoint
from aescan.inventory.model import Target
from aescan.inventory.services import Services, load_services
from aescan.settings.model import Settings
from aescan.settings.problems import Mistake
from aescan.text import printable

SOURCE: Final = "command line"

LONGEST_SHOWN: Final = 60
"""Characters of an argument that a message repeats."""


def targets_from_arguments(
    arguments: Sequence[str], settings: Settings, services: Services | None = None
) -> tuple[Target, ...]:
    """
    Return the targets that the arguments stand for, in their order; one that comes twice is kept once.

    ``services`` is the catalogue where it has been loaded already.
    """
    services = services or load_services(settings.services)
    level = first_level(settings.policy.thresholds, services, full_handshake=settings.full_handshake)
    found: dict[str, Target] = {}
    problems: list[str] = []
    for number, argument in enumerate(arguments, 1):
        try:
            hosts, port = endpoint(argument)
            endpoints = level.endpoints if port is None else (endpoint_of(port, services),)
            targets = expand(hosts, replace(level, endpoints=endpoints), SOURCE)
        except Mistake as mistake:
            hint = f"; {mistake.hint}" if mistake.hint else ""
            shown = printable(argument, LONGEST_SHOWN)
            problems.append(f"argument {number}: {shown}: {mistake.text}{hint}")
            continue
        for target in targets:
            found.setdefault(target.name, target)
    if problems:
        raise ConfigError(problems)
    return tuple(found.values())
