"""
The tables of the history, version by version, and opening a file of them.

A path comes in, a connection with the tables of this version goes out. A file of an older version is brought forward in
one transaction. What cannot be used raises sqlite3.Error when the file or the disk is at fault, and ConfigError when
the operator named a file that is not ours to write to.
"""

import sqlite3
from pathlib import Path
from typing import Final

from aescan.errors import ConfigError

APPLICATION: Final = 0x61657363
"""``aesc``: marks a SQLite file as ours, in its header."""

BUSY: Final = 5.0
"""Seconds to wait for another process that has the file locked: a reader's checkpoint takes far less."""

WAL_LIMIT: Final = 64 * 1024 * 1024
"""Bytes that the write-ahead log keeps on disk when it is empty."""

VERSION_1: Final = (
    """CREATE TABLE targets (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL, host TEXT NOT NULL, port INTEGER NOT NULL, address TEXT NOT NULL,
        server_name TEXT NOT NULL, addresses TEXT NOT NULL, probed REAL NOT NULL, duration REAL NOT NULL,
        connections INTEGER NOT NULL, reason TEXT, detail TEXT, seen REAL, leaf INTEGER, period INTEGER,
        changes INTEGER NOT NULL DEFAULT 0, UNIQUE (name, host, port, address, server_name))""",
    "CREATE TABLE captures (target INTEGER PRIMARY KEY, capture TEXT NOT NULL)",
    """CREATE TABLE certificates (
        id INTEGER PRIMARY KEY, fingerprint BLOB NOT NULL UNIQUE, first_seen REAL NOT NULL, last_seen REAL NOT NULL)""",
    "CREATE TABLE ders (certificate INTEGER PRIMARY KEY, der BLOB NOT NULL)",
    """CREATE TABLE periods (
        id INTEGER PRIMARY KEY, target INTEGER NOT NULL, leaf INTEGER NOT NULL,
        first_seen REAL NOT NULL, last_seen REAL NOT NULL)""",
    "CREATE INDEX periods_of_target ON periods (target, id)",
    "CREATE TABLE clock (only INTEGER PRIMARY KEY CHECK (only = 1), steady_since REAL NOT NULL, latest REAL NOT NULL)",
)
"""
Moments are Unix seconds. ``reason`` and ``detail`` are of the last probe if it failed; ``seen``, ``leaf`` and
``period`` belong to the last that did not. What is written at each sweep stands apart from what is large: rows of
``certificates`` and ``targets`` are small, ``ders`` and ``captures`` change with the chain only.
"""

VERSION_2: Final = (
    """CREATE TABLE sources (
        id INTEGER PRIMARY KEY, feed TEXT NOT NULL, name TEXT NOT NULL, read REAL NOT NULL, digest BLOB NOT NULL,
        UNIQUE (feed, name))""",
    "CREATE TABLE lists (source INTEGER PRIMARY KEY, content BLOB NOT NULL)",
)
"""The lists of discovered targets: when each was ``read`` last, its SHA-256, and apart from these the list itself."""

MIGRATIONS: Final = (VERSION_1, VERSION_2)
"""The statements that lead from each version to the next, from an empty file on. Those that were released stay."""


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection to read and write, to a file that is made where there is none; see the module for errors."""
    connection = sqlite3.connect(path, timeout=BUSY, isolation_level=None)
    try:
        _refuse_strangers(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")  # what was committed outlives the process
        connection.execute(f"PRAGMA journal_size_limit = {WAL_LIMIT}")
        _migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Return a connection that changes nothing, to a file of this version; raises ConfigError for any other."""
    try:
        return _connect_to_read(path)
    except (sqlite3.Error, OSError) as error:
        raise ConfigError([f"reading the history {path}: {error}"]) from error


def _connect_to_read(path: Path) -> sqlite3.Connection:
    if not path.exists():
        raise ConfigError([f"reading the history {path}: there is no such file"])
    try:
        return _reading(path, "mode=ro")
    except sqlite3.OperationalError:
        # Even a reader makes a file for locks, and may not. Without a log beside it the file by itself is all there is.
        if path.with_name(f"{path.name}-wal").exists():
            raise
        return _reading(path, "mode=ro&immutable=1")


def _reading(path: Path, query: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?{query}", timeout=BUSY, isolation_level=None, uri=True)
    try:
        _refuse_strangers(connection, path)
        _refuse_older(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_strangers(connection: sqlite3.Connection, path: Path) -> None:
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and _pragma(connection, "application_id") != APPLICATION:
        raise ConfigError([f"opening the history {path}: this is another program's database, choose another file"])
    if _version(connection) > len(MIGRATIONS):
        raise ConfigError(
            [f"opening the history {path}: a later version of aescan made it, use that one or choose another file"]
        )


def _refuse_older(connection: sqlite3.Connection, path: Path) -> None:
    if _version(connection) < len(MIGRATIONS):
        raise ConfigError(
            [f"reading the history {path}: it is of an older version; a scan that keeps it brings it forward"]
        )


def _migrate(connection: sqlite3.Connection) -> None:
    if _version(connection) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statements in MIGRATIONS[_version(connection) :]:  # asked again: another process may have been faster
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    return _pragma(connection, "user_version")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)
