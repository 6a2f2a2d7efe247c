"""
The database of the history: what is known of targets in, what a batch of observations adds out to it.

One connection, used by one thread at a time. ``commit`` and ``prune`` are one transaction each, whole or not at all;
everything raises sqlite3.Error when file or disk are at fault, and what stands in the file is never trusted to be
readable. No thread, no clock, no decision about failures here.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from aescan.certificates.decode import decode_certificate
from aescan.errors import Reason
from aescan.history import lists as listed
from aescan.history.encoding import decode, encode
from aescan.history.model import Change, Known, Pending, Period, Recorded
from aescan.history.schema import connect, connect_to_read
from aescan.inventory.kept import KeptList
from aescan.inventory.model import Addresses, Target
from aescan.observation import Failed, Observation, Seen

MOST_PERIODS: Final = 1000
"""Periods kept of one target: 500 years of half-yearly renewals, a bound on one that changes at every scan."""

MOST_CERTIFICATES: Final = 200_000
"""Certificates kept, the last seen ones: ten times what 10,000 targets present, a bound on hostile ones."""

LEAP: Final = timedelta(days=8)
"""Longer than two prunings lie apart while the exporter runs: more, or less than nothing, is a clock that was set."""

DISTRUST: Final = timedelta(days=7)
"""How long nothing is deleted after that."""

_OF_TARGET: Final = "name = ? AND host = ? AND port = ? AND address = ? AND server_name = ?"
_TARGET: Final = "targets.name, targets.host, targets.port, targets.address, targets.server_name, targets.addresses"
_PREVIOUS: Final = (
    "(SELECT der FROM ders JOIN periods ON certificate = periods.leaf"
    " WHERE periods.target = targets.id AND periods.id < targets.period ORDER BY periods.id DESC LIMIT 1)"
)
_PERIOD: Final = "{0}.first_seen, {0}.last_seen, (SELECT der FROM ders WHERE certificate = {0}.leaf)"


class Store:
    """One connection to the database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> "Store":
        """Open the file to read and write; see ``schema.connect``."""
        return cls(connect(path))

    @classmethod
    def open_to_read(cls, path: Path) -> "Store":
        """Open the file to read; see ``schema.connect_to_read``."""
        return cls(connect_to_read(path))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def load(self) -> tuple[Known, ...]:
        """Return what is known of every target, the first known first; without those that cannot be read."""
        blobs: dict[bytes, bytes | None] = {}

        def blob(fingerprint: bytes) -> bytes | None:
            if fingerprint not in blobs:
                blobs[fingerprint] = self._der(fingerprint)
            return blobs[fingerprint]

        rows = self._connection.execute(
            f"SELECT {_TARGET}, probed, duration, connections, reason, detail, seen, changes, capture,"  # noqa: S608 - constants
            f" {_PREVIOUS} FROM targets LEFT JOIN captures ON target = targets.id ORDER BY targets.id"
        )
        return tuple(known for row in rows if (known := _known(row, blob)) is not None)

    def _der(self, fingerprint: bytes) -> bytes | None:
        row = self._connection.execute(
            "SELECT der FROM certificates JOIN ders ON certificate = id WHERE fingerprint = ?", (fingerprint,)
        ).fetchone()
        return row[0] if row else None

    def lists(self) -> tuple[KeptList, ...]:
        """Return the lists of discovered targets that are kept."""
        return listed.read(self._connection)

    def commit(self, batch: Iterable[Pending], lists: Iterable[KeptList] | None = None) -> None:
        """Write these observations, and make these the lists that are kept unless it is None; all of it or nothing."""
        with self._transaction():
            if lists is not None:
                listed.write(self._connection, lists)
            certificates: dict[bytes, int] = {}
            for pending in batch:
                target = self._write_probe(pending.last)
                if pending.good is not None:
                    self._write_chain(target, pending.good, certificates)

    def _write_probe(self, last: Observation) -> int:
        target, outcome = last.target, last.outcome
        reason, detail = (outcome.reason, outcome.detail) if isinstance(outcome, Failed) else (None, None)
        probe = target.addresses, _seconds(last.moment), last.duration, last.connections, reason, detail
        number = self._one(f"SELECT id FROM targets WHERE {_OF_TARGET}", _key(target))  # noqa: S608 - constant
        if number is None:
            return self._insert(
                "INSERT INTO targets (addresses, probed, duration, connections, reason, detail,"
                " name, host, port, address, server_name) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*probe, *_key(target)),
            )
        self._connection.execute(
            "UPDATE targets SET addresses = ?, probed = ?, duration = ?, connections = ?, reason = ?, detail = ?"
            " WHERE id = ?",
            (*probe, number),
        )
        return int(number)

    def _write_chain(self, target: int, good: Observation, certificates: dict[bytes, int]) -> None:
        if not isinstance(good.outcome, Seen):
            return
        moment = _seconds(good.moment)
        # How long it took differs each time and is no fact of the target: without that most rows stay as they are.
        capture = replace(good.outcome.capture, waited=0.0, rungs=None)
        encoded = encode(capture, (finding.code for finding in good.outcome.findings))
        for fingerprint, der in encoded.blobs.items():
            if fingerprint not in certificates:
                certificates[fingerprint] = self._write_certificate(fingerprint, der, moment)
        self._connection.execute(
            "INSERT INTO captures VALUES (?, ?) ON CONFLICT (target) DO UPDATE SET capture = excluded.capture"
            " WHERE capture IS NOT excluded.capture",
            (target, encoded.text),
        )
        leaf = certificates[sha256(good.outcome.capture.certificates[0]).digest()]
        former, period, changes = self._connection.execute(
            "SELECT leaf, period, changes FROM targets WHERE id = ?", (target,)
        ).fetchone()
        if former == leaf and period is not None:
            self._connection.execute("UPDATE periods SET last_seen = ? WHERE id = ?", (moment, period))
        else:
            changes += former is not None
            period = self._begin_period(target, leaf, moment)
        self._connection.execute(
            "UPDATE targets SET seen = ?, leaf = ?, period = ?, changes = ? WHERE id = ?",
            (moment, leaf, period, changes, target),
        )

    def _write_certificate(self, fingerprint: bytes, der: bytes, moment: float) -> int:
        number = self._one("SELECT id FROM certificates WHERE fingerprint = ?", (fingerprint,))
        if number is None:
            number = self._insert(
                "INSERT INTO certificates (fingerprint, first_seen, last_seen) VALUES (?1, ?2, ?2)",
                (fingerprint, moment),
            )
            self._connection.execute("INSERT INTO ders VALUES (?, ?)", (number, der))
        else:
            self._connection.execute("UPDATE certificates SET last_seen = ? WHERE id = ?", (moment, number))
        return int(number)

    def _begin_period(self, target: int, leaf: int, moment: float) -> int:
        number = self._insert(
            "INSERT INTO periods (target, leaf, first_seen, last_seen) VALUES (?1, ?2, ?3, ?3)", (target, leaf, moment)
        )
        self._connection.execute(
            "DELETE FROM periods WHERE target = ?1 AND id <="
            " (SELECT id FROM periods WHERE target = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
            (target, MOST_PERIODS),
        )
        return number

    def _one(self, query: str, values: tuple[object, ...]) -> Any:  # noqa: ANN401 (whatever the column holds)
        row = self._connection.execute(query, values).fetchone()
        return row[0] if row else None

    def _insert(self, statement: str, values: tuple[object, ...]) -> int:
        # Not by RETURNING, which SQLite has from 3.35 on only, and RHEL 9 has 3.34.
        return int(self._connection.execute(statement, values).lastrowid or 0)

    def prune(self, moment: datetime, keep: timedelta) -> None:
        """
        Forget what was last seen longer than ``keep`` before ``moment``.

        Nothing goes until moments have followed each other for ``DISTRUST`` without a ``LEAP``: a clock that is set
        wrong for a day costs no history.
        """
        now, before = _seconds(moment), _seconds(moment - keep)
        with self._transaction():
            row = self._connection.execute("SELECT steady_since, latest FROM clock").fetchone()
            steady = row is not None and 0 <= now - row[1] <= LEAP.total_seconds()
            since = row[0] if steady else now
            self._connection.execute("REPLACE INTO clock VALUES (1, ?, ?)", (since, now))
            if now - since < DISTRUST.total_seconds():
                return
            for statement in (
                "DELETE FROM captures WHERE target IN (SELECT id FROM targets WHERE seen < ?1)",
                "DELETE FROM targets WHERE probed < ?1",
                "UPDATE targets SET seen = NULL, leaf = NULL, period = NULL WHERE seen < ?1",
                "DELETE FROM periods WHERE last_seen < ?1 OR target NOT IN (SELECT id FROM targets)",
                "DELETE FROM certificates WHERE last_seen < ?1",
            ):
                self._connection.execute(statement, (before,))
            self._connection.execute(
                "DELETE FROM certificates WHERE id IN"
                " (SELECT id FROM certificates ORDER BY last_seen DESC LIMIT -1 OFFSET ?)",
                (MOST_CERTIFICATES,),
            )
            self._connection.execute("DELETE FROM ders WHERE certificate NOT IN (SELECT id FROM certificates)")

    def periods(self, name: str) -> tuple[Period, ...]:
        """Return the periods of the target called ``name``, the oldest first."""
        rows = self._connection.execute(
            f"SELECT {_TARGET}, {_PERIOD.format('periods')} FROM targets JOIN periods ON target = targets.id"  # noqa: S608 - constants
            " WHERE name = ? ORDER BY periods.first_seen, periods.id",
            (name,),
        )
        return tuple(_period(_target(row), row[6:]) for row in rows if row[8] is not None)

    def changes(self, since: datetime) -> Iterator[Change]:
        """Yield the changes of leaves that were seen at or after ``since``, the oldest first."""
        rows = self._connection.execute(
            f"SELECT {_TARGET}, {_PERIOD.format('old')}, {_PERIOD.format('new')} FROM periods AS new"  # noqa: S608 - constants
            " JOIN targets ON targets.id = new.target JOIN periods AS old ON old.id ="
            " (SELECT max(id) FROM periods WHERE target = new.target AND id < new.id)"
            " WHERE new.first_seen >= ? ORDER BY new.first_seen, new.id",
            (_seconds(since),),
        )
        for row in rows:
            target = _target(row)
            if row[8] is not None and row[11] is not None:
                yield Change(_period(target, row[6:9]), _period(target, row[9:]))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:  # a full disk has rolled it back already
                self._connection.execute("ROLLBACK")
            raise


def _key(target: Target) -> tuple[str, str, int, str, str]:
    return target.name, target.host, target.port, target.address or "", target.server_name or ""


def _target(row: tuple[Any, ...]) -> Target:
    name, host, port, address, server_name, addresses = row[:6]
    every = Addresses.ALL if addresses == Addresses.ALL else Addresses.FIRST
    return Target(name, host, port, server_name=server_name or None, address=address or None, addresses=every)


def _period(target: Target, row: tuple[Any, ...]) -> Period:
    first_seen, last_seen, der = row
    return Period(target, decode_certificate(der), _moment(first_seen), _moment(last_seen))


def _known(row: tuple[Any, ...], blob: Callable[[bytes], bytes | None]) -> Known | None:
    """Return what a row tells of its target, None where it does not even tell what the last probe came to."""
    probed, duration, connections, reason, detail, seen, changes, capture, previous = row[6:]
    try:
        failed = Failed(Reason(reason), str(detail)) if reason is not None else None
        read = decode(capture, blob) if capture is not None else None
        success = Recorded(_moment(seen), read.capture, read.codes) if read is not None else None
        before = decode_certificate(previous) if isinstance(previous, bytes) else None
        target, took = _target(row), float(duration)
        known = Known(target, _moment(probed), took, int(connections), failed, success, int(changes), before)
    except (
        TypeError,
        ValueError,
        OverflowError,
        OSError,
    ):  # a column of SQLite may hold anything
        return None
    return known if failed is not None or success is not None else None


def _seconds(moment: datetime) -> float:
    return moment.timestamp()


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
