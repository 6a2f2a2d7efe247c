"""
The modes that look back: the history of a target, and the changes of all.

Arguments and a file come in, lines of text go out; the file is read and not written to.
"""

import argparse
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aescan.errors import ConfigError
from aescan.settings import duration
from aescan.settings.model import Settings
from aescan.settings.problems import Expected, Mistake, nearest

if TYPE_CHECKING:
    from aescan.history.store import Store  # at run time only in these modes: nobody else pays for a database

MONTH: Final = timedelta(days=30)


def span(text: str) -> timedelta:
    """Return a length of time for ``--since``."""
    try:
        return duration.parse(text, timedelta(seconds=1), timedelta(days=3650))
    except (Expected, Mistake) as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a length of time from 1s to 3650d, such as 30d") from error


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of these modes."""
    past = parser.add_argument_group("with a history")
    past.add_argument("--history-file", dest="history_file", type=Path, metavar="FILE", help="keep what is seen there")
    past.add_argument("--history", metavar="TARGET", help="print what the history holds of a target")
    past.add_argument("--changes", action="store_true", help="print which certificates were replaced")
    past.add_argument("--since", type=span, default=MONTH, metavar="TIME", help="how far back, with --changes: 30d")
    past.add_argument("--diff", action="store_true", help="with --once, report what changed since the last run")


def file_of(settings: Settings, argument: str) -> Path:
    """Return where the history is; raises ConfigError when none is named."""
    if settings.history is None:
        raise ConfigError([f"{argument} needs a history: name its file with --history-file, or as history in settings"])
    return settings.history


def show(arguments: argparse.Namespace, settings: Settings, moment: datetime) -> Iterator[str]:
    """Yield the lines that the arguments ask for; raises ConfigError."""
    from aescan.history.store import Store

    path = file_of(settings, "--changes" if arguments.changes else "--history")
    store = Store.open_to_read(path)
    try:
        yield from _changes(store, moment - arguments.since) if arguments.changes else _target(store, arguments.history)
    except sqlite3.Error as error:
        raise ConfigError([f"reading the history {path}: {error}"]) from error
    finally:
        store.close()


def _changes(store: "Store", since: datetime) -> Iterator[str]:
    from aescan.history.page import of_changes

    return of_changes(store.changes(since))


def _target(store: "Store", name: str) -> Iterator[str]:
    from aescan.history.page import of_target

    every = store.load()
    known = sorted((each for each in every if each.target.name == name), key=lambda each: each.moment)
    if not known:
        hint = nearest(name, {each.target.name for each in every})
        raise ConfigError([f"--history {name}: the history has no target of that name{hint and '; ' + hint}"])
    return of_target(known, store.periods(name))
