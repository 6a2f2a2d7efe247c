"""
Keeps the lists of targets that come from service discovery: read once, then again and again.

Feeds come in, each a source with what reads its answer; targets and standings go out. A source that fails, and one that
says nonsense, keeps the last list it gave, and the log says so once, not each time. What a list leads to is asked for
here and nowhere else; whoever is told that something changed asks for the targets again.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final, Protocol, TypeVar

from aescan.errors import ConfigError
from aescan.inventory.groups import read_groups
from aescan.inventory.kept import KeptList, pack, unpack
from aescan.inventory.load import note_repeated, source_level
from aescan.inventory.model import Target
from aescan.inventory.services import load_services
from aescan.probe.resolve import Resolver
from aescan.settings.document import content_of
from aescan.settings.model import Settings
from aescan.settings.problems import in_one_line
from aescan.settings.sources import FileSd, HttpSd
from aescan.sources.file_sd import files
from aescan.text import printable

log: Final = logging.getLogger("aescan.sources")

MOST_LOGGED: Final = 10
"""Problems of one source that the log tells; those of a file that is no list at all are many."""

T = TypeVar("T")


class Aside(Protocol):
    """Runs what waits for the disk, or calculates for long, beside the event loop."""

    def __call__(self, function: Callable[[], T], /) -> Awaitable[T]:
        """Return what ``function`` returns."""


Read = Callable[[str, bytes], tuple[Target, ...]]
"""Makes targets of an answer of this name; raises ConfigError."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A source, and what reads its answers."""

    source: FileSd | HttpSd
    read: Read

    @property
    def name(self) -> str:
        """What people call the source."""
        if isinstance(self.source, HttpSd):
            return printable(self.source.name)
        return printable(", ".join(map(str, self.source.patterns)))


@dataclass(frozen=True, slots=True)
class Standing:
    """
    How it stands with one file or server.

    ``success``
        When it last gave a list that could be used; None before the first.
    ``problems``
        Why it gives none now, as texts for the operator.
    ``digest``
        Of the answer that the targets were read from; empty where that is to be read again whatever it says.
    ``kept``
        The last list that could be used, as ``inventory.kept`` packs it; empty before the first.
    """

    source: str
    targets: tuple[Target, ...] = ()
    success: datetime | None = None
    problems: tuple[str, ...] = ()
    digest: bytes = b""
    kept: bytes = b""

    @property
    def up(self) -> bool:
        """Whether the list is what the source says now."""
        return not self.problems


Standings = Mapping[str, Standing]
"""How it stands with each file of a feed, or with its server, by its name."""


def feeds_of(settings: Settings) -> tuple[Feed, ...]:
    """Return a feed for each source of the settings that is to be asked again and again."""
    sources = [source for source in settings.inventory if isinstance(source, FileSd | HttpSd)]
    if not sources:
        return ()
    services = load_services(settings.services)

    def reader(source: FileSd | HttpSd) -> Read:
        level = source_level(source, settings, services)

        def read(name: str, content: bytes) -> tuple[Target, ...]:
            listing = read_groups(name, content, level, services)
            note_repeated([listing])
            if problems := listing.document.texts():
                raise ConfigError(problems)
            return tuple(listing.targets)

        return read

    return tuple(Feed(source, reader(source)) for source in sources)


@dataclass(frozen=True, slots=True)
class Reader:
    """
    What reads feeds.

    ``now``
        The wall clock, aware UTC.
    ``aside``
        Runs what waits for the disk.
    """

    now: Callable[[], datetime]
    aside: Aside
    resolver: Resolver

    async def read(self, feed: Feed, before: Standings) -> Standings:
        """Return how it stands with each file, or the server, of a feed after it was read once."""
        source = feed.source
        if isinstance(source, HttpSd):
            return {feed.name: await self._asked(feed, source, before.get(feed.name, Standing(feed.name)))}
        moment = self.now()
        return await self.aside(lambda: look(feed, source, before, moment))

    async def begin(self, feed: Feed, before: Standings) -> Standings:
        """Return the same by other settings than before, or after a start; a list that was kept is read by those."""
        found = dict(await self.read(feed, before))
        for name, standing in found.items():
            if standing.kept and not standing.digest:  # its targets were not read just now
                found[name] = await self.aside(partial(revived, standing, feed.read))
        return found

    async def read_all(self, feeds: Iterable[Feed], before: Mapping[str, Standings]) -> dict[str, Standings]:
        """Return, by the name of each feed, how it stands after all were read at once."""
        async with asyncio.TaskGroup() as tasks:
            reading = {feed.name: tasks.create_task(self.read(feed, before.get(feed.name, {}))) for feed in feeds}
        return {name: task.result() for name, task in reading.items()}

    async def _asked(self, feed: Feed, source: HttpSd, known: Standing) -> Standing:
        from aescan.sources.http_sd import access, fetch

        try:
            content = await fetch(source, await self.aside(lambda: access(source)), self.resolver)
        except ConfigError as error:
            return replace(known, problems=error.problems)
        moment = self.now()
        return await self.aside(lambda: renewed(known, feed.read, moment, lambda: content))


async def read_once(feeds: Sequence[Feed], reader: Reader, others: Iterable[Target]) -> tuple[Target, ...]:
    """Return ``others`` and the targets of all feeds; raise ConfigError where one gives none."""
    found = await reader.read_all(feeds, {})
    standings = [standing for standings in found.values() for standing in standings.values()]
    if problems := [problem for standing in standings for problem in standing.problems]:
        raise ConfigError(problems)
    return merged(others, standings)[0]


def merged(others: Iterable[Target], standings: Iterable[Standing]) -> tuple[tuple[Target, ...], dict[str, int]]:
    """Return all targets, each name once, and of how many from each source the name was taken already."""
    found = {target.name: target for target in others}
    left_out: dict[str, int] = {}
    for standing in standings:
        for target in standing.targets:
            if found.setdefault(target.name, target) is not target:
                left_out[standing.source] = left_out.get(standing.source, 0) + 1
    return tuple(found.values()), left_out


class Feeds:
    """
    All feeds of a configuration, on the running event loop.

    ``kept``
        Lists of before the start, for sources that fail.
    ``keep``
        Called after each reading with the last list of every source.
    """

    def __init__(
        self,
        reader: Reader,
        kept: Iterable[KeptList] = (),
        keep: Callable[[tuple[KeptList, ...]], None] = lambda _lists: None,
    ) -> None:
        self._reader = reader
        self.changed: Callable[[bool], None] = lambda _targets: None
        """Called after each reading, with whether targets are others than before."""
        self._keep_lists = keep
        self._feeds: tuple[Feed, ...] = ()
        self._standings: dict[str, Standings] = {}
        for each in kept:
            standing = Standing(each.source, success=each.moment, kept=each.content)
            self._standings[each.feed] = {**self._standings.get(each.feed, {}), each.source: standing}
        self._left_out: dict[str, int] = {}
        self._taken_up = asyncio.Event()

    async def take_up(self, feeds: Sequence[Feed]) -> None:
        """
        Keep these from now on, each read once before this returns.

        One that stays keeps its list until it gives another, but by the new settings; so does one that is new here and
        fails, where its list was kept before the start.
        """
        known = {
            name: {key: replace(each, digest=b"") for key, each in of.items()} for name, of in self._standings.items()
        }
        found = await asyncio.gather(*(self._reader.begin(feed, known.get(feed.name, {})) for feed in feeds))
        for feed, standings in zip(feeds, found, strict=True):
            _tell(known.get(feed.name, {}), standings)
        self._feeds = tuple(feeds)
        self._standings = {feed.name: standings for feed, standings in zip(feeds, found, strict=True)}
        self._note_lists()
        self._taken_up.set()

    async def run(self) -> None:
        """Read each again on its own interval, until cancelled."""
        while True:
            self._taken_up.clear()
            async with asyncio.TaskGroup() as tasks:
                keeping = [tasks.create_task(self._keep(feed)) for feed in self._feeds]
                await self._taken_up.wait()
                for task in keeping:
                    task.cancel()

    @property
    def standings(self) -> tuple[Standing, ...]:
        """How it stands with each file and server, in the order of the settings."""
        found: dict[str, Standing] = {}
        for feed in self._feeds:
            for name, standing in self._standings[feed.name].items():
                found.setdefault(name, standing)  # two patterns may match one file
        return tuple(found.values())

    def targets(self, others: Iterable[Target] = ()) -> tuple[Target, ...]:
        """Return ``others`` and the targets of all lists; one whose name is taken by an earlier one is left out."""
        found, left_out = merged(others, self.standings)
        if left_out != self._left_out:
            self._left_out = left_out
            for source, count in left_out.items():
                log.warning("targets left out, their names are taken", extra={"source": source, "targets": count})
        return found

    def _note_lists(self) -> None:
        self._keep_lists(
            tuple(
                KeptList(feed, each.source, each.success, each.kept)
                for feed, standings in self._standings.items()
                for each in standings.values()
                if each.success is not None
            )
        )

    async def _keep(self, feed: Feed) -> None:
        while True:
            await asyncio.sleep(feed.source.refresh)
            before = self._standings.get(feed.name, {})
            after = await self._reader.read(feed, before)
            if any(each is feed for each in self._feeds):  # else other feeds were taken up meanwhile
                self._standings[feed.name] = after
                self._note_lists()
                self.changed(_tell(before, after))


def look(feed: Feed, source: FileSd, before: Standings, moment: datetime) -> Standings:
    """Return how it stands with each file of a feed; one that a pattern matches no more is gone with its targets."""
    try:
        paths = files(source.patterns)
    except ConfigError as error:
        known = before.get(feed.name, Standing(feed.name))
        return {**before, feed.name: replace(known, problems=error.problems)}
    found: dict[str, Standing] = {}
    for path in paths:
        name = printable(str(path))
        found[name] = renewed(before.get(name, Standing(name)), feed.read, moment, partial(content_of, path))
    return found


def renewed(before: Standing, read: Read, moment: datetime, content: Callable[[], bytes]) -> Standing:
    """Return how it stands with a source that is read at ``moment``; ``content`` raises ConfigError."""
    try:
        found = content()
        digest = hashlib.sha256(found).digest()
        same = digest == before.digest
        targets = before.targets if same else read(before.source, found)
        kept = before.kept if same else pack(before.source, found)
    except ConfigError as error:
        return replace(before, problems=error.problems, digest=b"")
    if targets == before.targets:
        targets = before.targets  # so that whoever compares them on the event loop need not look into them
    return Standing(before.source, targets, moment, (), digest, kept)


def revived(standing: Standing, read: Read) -> Standing:
    """Return how it stands with a source that fails, its last list read by the settings of now where that can be."""
    try:
        targets = read(standing.source, unpack(standing.source, standing.kept))
    except ConfigError:
        return standing  # what it was read as before stays
    return standing if targets == standing.targets else replace(standing, targets=targets)


def _tell(before: Standings, after: Standings) -> bool:
    """Log what is different; return whether the targets are."""
    for name in before.keys() - after.keys():
        gone = {"source": name, "targets": len(before[name].targets)}
        log.info("source gone, and its targets with it", extra=gone)
    for name, standing in after.items():
        known = before.get(name, Standing(name))
        if standing.problems and standing.problems != known.problems:
            counts = {"targets": len(standing.targets), "problems": len(standing.problems)}
            log.error("source failed, its last list stays in force", extra={"source": name, **counts})
            for problem in standing.problems[:MOST_LOGGED]:
                log.error("problem of a source", extra={"source": name, **in_one_line(problem)})
        elif standing.up and (known.problems or known.success is None or standing.targets is not known.targets):
            log.info("source read", extra={"source": name, "targets": len(standing.targets)})
    return [(name, id(one.targets)) for name, one in before.items()] != [
        (name, id(one.targets)) for name, one in after.items()
    ]


def check_files(feeds: Iterable[Feed], moment: datetime) -> tuple[Target, ...]:
    """Return the targets of all files that feeds read now, no server asked; raise ConfigError with every mistake."""
    standings = [
        standing
        for feed in feeds
        if isinstance(feed.source, FileSd)
        for standing in look(feed, feed.source, {}, moment).values()
    ]
    if problems := [problem for standing in standings for problem in standing.problems]:
        raise ConfigError(problems)
    return merged((), standings)[0]
