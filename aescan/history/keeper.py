"""
The history beside the scanner: what is known at the beginning, and every observation from then on.

Observations, and lists of discovered targets, come in on any thread and are never waited for; one thread of its own
writes them, a batch every few seconds, so that a kill loses no more than those. Whatever is wrong with file or disk
costs history only: it is logged once, told by ``up``, and tried again; a damaged file is set aside under another name
and a new one begun.
"""

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from aescan.errors import ConfigError
from aescan.history.model import Known, Pending, Period
from aescan.history.store import Store
from aescan.inventory.kept import KeptList
from aescan.observation import Observation, Seen
from aescan.text import printable

log: Final = logging.getLogger("aescan.history")

PAUSE: Final = 5.0
"""Seconds that observations are gathered for before they are written, unless somebody asks for it."""

RETRY: Final = 30.0
"""Seconds until a batch that could not be written is tried again."""

FAREWELL: Final = 1.0
"""Seconds that the last batch gets when the process ends."""

PRUNING: Final = timedelta(hours=1)
"""Between two looks for what is too old to be kept."""

MOST_ASIDE: Final = 3
"""Damaged files kept; where there are as many the disk is at fault, and the history is left alone."""

DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

Identity = tuple[str, str, int, str | None, str | None]

T = TypeVar("T")


class History:
    """
    The history in the file at ``path``.

    ``keep``
        What was last seen longer ago is forgotten.
    ``changed``
        Called, on the thread that writes, when ``up`` becomes another.
    ``pause``, ``retry``
        Seconds, see ``PAUSE`` and ``RETRY``.
    """

    def __init__(
        self,
        path: Path,
        keep: timedelta,
        *,
        changed: Callable[[], None] = lambda: None,
        pause: float = PAUSE,
        retry: float = RETRY,
    ) -> None:
        self.changed = changed
        self._path = path
        self._keep = keep
        self._pause = pause
        self._retry = retry
        self._up = True
        self._told = ""
        self._pruned: datetime | None = None
        self._store: Store | None = None
        self._file: tuple[int, int] | None = None
        self._condition = threading.Condition()
        self._pending: dict[Identity, Pending] = {}
        self._lists: tuple[KeptList, ...] | None = None
        self._other_lists = False
        self._asked = False
        self._closing = False
        self._idle = True
        self._thread: threading.Thread | None = None

    @property
    def up(self) -> bool:
        """Whether what was observed could be written the last time it was tried."""
        return self._up

    def load(self) -> tuple[Known, ...]:
        """Return what is known; nothing, and a line in the log, when the file cannot be read. Before ``start`` only."""
        return self._asked_of(Store.load)

    def load_lists(self) -> tuple[KeptList, ...]:
        """Return the lists of discovered targets that are kept; likewise."""
        self._lists = self._asked_of(Store.lists)
        return self._lists

    def _asked_of(self, question: Callable[[Store], tuple[T, ...]]) -> tuple[T, ...]:
        try:
            with contextlib.closing(Store.open(self._path)) as store:
                return question(store)
        except (sqlite3.Error, OSError, ConfigError) as error:
            self._tell(error)
            if self._set_aside(error):
                return ()
        with (
            contextlib.suppress(sqlite3.Error, OSError, ConfigError),  # the reason has been told
            contextlib.closing(Store.open_to_read(self._path)) as store,
        ):
            return question(store)
        return ()

    def periods(self, name: str) -> tuple[Period, ...]:
        """Return when the target of that name presented which leaf, as far as it is written and can be read."""
        try:
            with contextlib.closing(Store.open_to_read(self._path)) as store:
                return store.periods(name)
        except (sqlite3.Error, OSError, ConfigError):  # whoever writes it tells what is wrong with it
            return ()

    def start(self) -> None:
        """Begin to write what is noted."""
        self._thread = threading.Thread(target=self._run, name="aescan-history", daemon=True)
        self._thread.start()

    def note(self, observation: Observation) -> None:
        """Take note of an observation; it will be written soon."""
        identity = observation.target.identity
        with self._condition:
            former = self._pending.get(identity)
            if isinstance(observation.outcome, Seen):
                self._pending[identity] = Pending(observation, observation)
            else:
                self._pending[identity] = Pending(observation, former.good if former else None)
            self._condition.notify()

    def note_lists(self, lists: tuple[KeptList, ...]) -> None:
        """Take note of all lists that sources gave last; they will be written soon, and no others kept."""
        with self._condition:
            if lists != (self._lists or ()):
                self._lists, self._other_lists = lists, True
                self._condition.notify()

    def flush(self) -> None:
        """Ask for what is noted to be written now."""
        with self._condition:
            self._asked = True
            self._condition.notify()

    def settle(self, timeout: float) -> bool:
        """Return whether everything noted so far is written, once it is, or at the end of ``timeout`` seconds."""
        self.flush()
        with self._condition:
            return self._condition.wait_for(lambda: self._idle and not self._noted, timeout)

    def close(self) -> None:
        """Write what is noted, if that takes no longer than ``FAREWELL``, and let go of the file."""
        with self._condition:
            self._closing = True
            self._condition.notify()
        if self._thread is not None:
            self._thread.join(FAREWELL)

    @property
    def _noted(self) -> bool:
        """Whether there is something to write."""
        return bool(self._pending) or self._other_lists

    def _run(self) -> None:
        try:
            while self._write_next():
                pass
        except BaseException:
            self._become(up=False)
            raise
        finally:
            self._release()

    def _write_next(self) -> bool:
        """Wait for a batch and write it; return whether there may be another."""
        with self._condition:
            self._idle = True
            self._condition.notify_all()
            self._condition.wait_for(lambda: self._noted or self._closing)
            self._condition.wait_for(lambda: self._asked or self._closing, self._pause)
            batch, self._pending = self._pending, {}
            # All of them with each batch: somebody may have put another file in the place of that which had them.
            lists, others, self._other_lists = self._lists, self._other_lists, False
            last, self._asked, self._idle = self._closing, False, False
        if (not batch and not others) or self._write(batch, lists):
            return not last
        with self._condition:
            self._take_back(batch)
            self._other_lists = self._other_lists or others
            self._condition.wait_for(lambda: self._asked or self._closing, self._retry)
            self._asked = True  # it has waited long enough
            return not self._closing

    def _take_back(self, batch: Mapping[Identity, Pending]) -> None:
        for identity, older in batch.items():
            newer = self._pending.get(identity)
            self._pending[identity] = Pending(newer.last, newer.good or older.good) if newer else older

    def _write(self, batch: Mapping[Identity, Pending], lists: tuple[KeptList, ...] | None) -> bool:
        try:
            store = self._opened()
            store.commit(batch.values(), lists)
            if batch:
                self._prune(store, max(pending.last.moment for pending in batch.values()))
        except (sqlite3.Error, OSError, ConfigError) as error:
            self._tell(error)
            if not isinstance(error, ConfigError):
                self._set_aside(error)
            self._release()
            return False
        if self._told:
            log.info("history is written again", extra={"file": self._path})
        self._told = ""
        self._become(up=True)
        return True

    def _prune(self, store: Store, moment: datetime) -> None:
        if self._pruned is None or abs(moment - self._pruned) >= PRUNING:
            store.prune(moment, self._keep)
            self._pruned = moment

    def _opened(self) -> Store:
        """Return the store of the file that the path names now; one that was deleted or replaced is let go."""
        if self._store is not None and self._file != _identity(self._path):
            log.warning("history was deleted or replaced, another is begun", extra={"file": self._path})
            self._release()
        if self._store is None:
            self._store = Store.open(self._path)
            self._file = _identity(self._path)
        return self._store

    def _release(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            with contextlib.suppress(sqlite3.Error):  # tidying up a file on a broken disk
                store.close()

    def _set_aside(self, error: Exception) -> bool:
        """Give a damaged file another name, with its log; return whether the way is free for a new one."""
        if not isinstance(error, sqlite3.DatabaseError) or error.sqlite_errorcode & 0xFF not in DAMAGED:
            return False
        self._release()
        for number in range(1, MOST_ASIDE + 1):
            aside = self._path.with_name(f"{self._path.name}.damaged-{number}")
            if aside.exists():
                continue
            try:
                for end in "-shm", "-wal", "":
                    if (part := _beside(self._path, end)).exists():
                        part.rename(_beside(aside, end))
            except OSError as problem:
                self._tell(problem)
                return False
            log.error("history was damaged, a new one is begun", extra={"file": self._path, "damaged": aside})
            return True
        return False

    def _tell(self, error: Exception) -> None:
        self._become(up=False)
        text = printable(str(error))
        if text != self._told:
            log.error("history cannot be kept, scanning goes on without it", extra={"file": self._path, "error": text})
        self._told = text

    def _become(self, *, up: bool) -> None:
        if up is not self._up:
            self._up = up
            self.changed()


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
