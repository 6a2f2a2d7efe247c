"""
Everything that is to be scanned, from files and from the command line, as one tuple of targets.

All mistakes of all files and arguments are raised at once as ConfigError, target names that are used twice among them.
Only a broken service catalogue stops before that, since no service name could be judged without it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from aescan.errors import ConfigError
from aescan.inventory.arguments import targets_from_arguments
from aescan.inventory.csv import read_csv
from aescan.inventory.expand import Level, first_level
from aescan.inventory.groups import read_groups
from aescan.inventory.jsonl import read_jsonl
from aescan.inventory.listing import Listing
from aescan.inventory.model import Target
from aescan.inventory.services import Services, load_services
from aescan.inventory.yaml import read_yaml
from aescan.settings.document import Location, content_of
from aescan.settings.model import Settings
from aescan.settings.sources import FileSource, Format, Source
from aescan.text import printable

_READERS: Final = {
    Format.YAML: read_yaml,
    Format.CSV: read_csv,
    Format.JSONL: read_jsonl,
    Format.FILE_SD: read_groups,
}


def load_inventory(path: Path, settings: Settings) -> tuple[Target, ...]:
    """Return the targets of one inventory file."""
    return load_targets(settings, (path,), ())


def load_targets(
    settings: Settings, inventories: Sequence[Source | Path], arguments: Sequence[str]
) -> tuple[Target, ...]:
    """
    Return the targets of all inventory files, in order, then those of the arguments; not those of service discovery.

    An argument that names a target of a file adds nothing: the file knows more about it.
    """
    services = load_services(settings.services)
    sources = [FileSource(each) if isinstance(each, Path) else each for each in inventories]
    listings, problems = _listings(settings, [each for each in sources if isinstance(each, FileSource)], services)
    note_repeated(listings)
    for listing in listings:
        problems += listing.document.texts()
    named: tuple[Target, ...] = ()
    try:
        named = targets_from_arguments(arguments, settings, services)
    except ConfigError as error:
        problems += error.problems
    if problems:
        raise ConfigError(problems)
    found = {target.name: target for target in named}
    listed = [target for listing in listings for target in listing.targets]
    for target in listed:
        found.pop(target.name, None)
    return (*listed, *found.values())


def _listings(settings: Settings, sources: Iterable[FileSource], services: Services) -> tuple[list[Listing], list[str]]:
    """Return the listings of the files that can be read, and the problems of the others."""
    listings: list[Listing] = []
    problems: list[str] = []
    for source in sources:
        try:
            level = source_level(source, settings, services)
            content = content_of(source.path)
            listings.append(_READERS[source.written_in](printable(str(source.path)), content, level, services))
        except ConfigError as error:
            problems += error.problems
    return listings, problems


def source_level(source: Source, settings: Settings, services: Services) -> Level:
    """Return what holds for the targets of a source that say nothing else."""
    first = first_level(settings.policy.thresholds, services, full_handshake=settings.full_handshake)
    return replace(first, labels=source.labels, interval=source.interval)


def note_repeated(listings: Sequence[Listing]) -> None:
    """Note each entry that gives a target a name of an earlier one, where the later one stands."""
    first: dict[str, tuple[int, Location]] = {}
    repeated: dict[tuple[int, Location, int, Location], list[str]] = {}
    for number, listing in enumerate(listings):
        for target, location in zip(listing.targets, listing.locations, strict=True):
            if target.name in first:
                repeated.setdefault((number, location, *first[target.name]), []).append(target.name)
            else:
                first[target.name] = number, location
    for (number, location, earlier, earlier_location), names in repeated.items():
        place = listings[earlier].document.place(earlier_location)
        more = f" (and {len(names) - 1:,} more)" if len(names) > 1 else ""
        listings[number].document.add(
            location,
            f"the target {names[0]}{more} is listed twice, first at {place}",
            "take one of them out, or give one another name",
        )
