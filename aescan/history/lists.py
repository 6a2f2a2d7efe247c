"""
The lists of discovered targets in the database, for the time when their sources fail.

A connection comes in, whose transaction is the caller's; lists go out, or in: all there are, each time. Only what is
new is written. Raises sqlite3.Error; what stands in the file is never trusted to be readable.
"""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256

from aescan.inventory.kept import KeptList


def read(connection: sqlite3.Connection) -> tuple[KeptList, ...]:
    """Return every list that can be read, the first known first."""
    rows = connection.execute("SELECT feed, name, read, content FROM sources JOIN lists ON source = id ORDER BY id")
    return tuple(kept for row in rows if (kept := _kept(*row)) is not None)


def write(connection: sqlite3.Connection, lists: Iterable[KeptList]) -> None:
    """Make these the lists that are kept."""
    known = {
        (feed, name): (number, moment, digest)
        for number, feed, name, moment, digest in connection.execute("SELECT id, feed, name, read, digest FROM sources")
    }
    for each in lists:
        moment, digest = each.moment.timestamp(), sha256(each.content).digest()
        number, former, before = known.pop((each.feed, each.source), (None, None, None))
        if number is None:
            number = connection.execute(
                "INSERT INTO sources (feed, name, read, digest) VALUES (?, ?, ?, ?)",
                (each.feed, each.source, moment, digest),
            ).lastrowid
        elif (former, before) != (moment, digest):
            connection.execute("UPDATE sources SET read = ?, digest = ? WHERE id = ?", (moment, digest, number))
        if before != digest:
            connection.execute("REPLACE INTO lists VALUES (?, ?)", (number, each.content))
    gone = [(number,) for number, _, _ in known.values()]
    connection.executemany("DELETE FROM lists WHERE source = ?", gone)
    connection.executemany("DELETE FROM sources WHERE id = ?", gone)


def _kept(feed: object, name: object, moment: object, content: object) -> KeptList | None:
    if not (isinstance(feed, str) and isinstance(name, str) and isinstance(content, bytes)):
        return None
    try:
        return KeptList(feed, name, datetime.fromtimestamp(float(str(moment)), UTC), content)
    except (ValueError, OverflowError, OSError):
        return None
