"""
What the history holds of a target, and what changed, as text for people.

Periods and changes come in, lines go out; pure. Moments are UTC.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from aescan.certificates.facts import Certificate
from aescan.history.model import Change, Known, Period
from aescan.text import printable

LONGEST_TITLE: Final = 120
"""Characters of a name: a line of a terminal, more or less."""

UNKNOWN: Final = "an unknown date"


def of_target(known: Sequence[Known], periods: Sequence[Period]) -> Iterator[str]:
    """Yield the lines about every endpoint that one name has meant, each with its periods, the oldest first."""
    for position, each in enumerate(known):
        if position:
            yield ""
        yield from _of_endpoint(each, [period for period in periods if period.target.identity == each.target.identity])


def of_changes(changes: Iterable[Change]) -> Iterator[str]:
    """Yield the lines about each change, the oldest first."""
    for change in changes:
        yield f"{_stamp(change.new.first_seen)}  {printable(change.new.target.name, LONGEST_TITLE)}"
        yield f"  from {_certificate(change.old.leaf)}"
        yield f"       first seen {_stamp(change.old.first_seen)}, last seen {_stamp(change.old.last_seen)}"
        yield f"  to   {_certificate(change.new.leaf)}"
        yield f"       {_difference(change)}"


def _of_endpoint(known: Known, periods: Sequence[Period]) -> Iterator[str]:
    target = known.target
    named = f", server name {printable(target.server_name)}" if target.server_name is not None else ""
    dialled = f", address {target.address}" if target.address is not None else ""
    yield f"{printable(target.name, LONGEST_TITLE)} ({printable(target.endpoint)}{dialled}{named})"
    outcome = "seen" if known.failed is None else f"{known.failed.reason}: {printable(known.failed.detail)}"
    yield f"last probe {_stamp(known.moment)}: {outcome}"
    former: Period | None = None
    for period in periods:
        yield ""
        yield f"{_stamp(period.first_seen)} to {_stamp(period.last_seen)}"
        yield f"  {_certificate(period.leaf)}"
        yield f"  serial number {_hex(period.leaf.serial_number)}, SHA-256 {period.leaf.fingerprint_sha256}"
        if former is not None:
            yield f"  {_difference(Change(former, period))}"
        former = period


def _certificate(leaf: Certificate) -> str:
    issuer = printable(leaf.issuer.text, LONGEST_TITLE) if leaf.issuer is not None else ""
    end = _stamp(leaf.not_after) if leaf.not_after is not None else UNKNOWN
    return f"{printable(leaf.title, LONGEST_TITLE)}, from {issuer or 'an unknown issuer'}, valid until {end}"


def _difference(change: Change) -> str:
    key = {True: "the same key", False: "a new key", None: "a key that cannot be compared"}[change.same_key]
    issuer = {True: "another issuer", False: "the same issuer", None: "an issuer that cannot be compared"}
    return f"{key}, {issuer[change.issuer_changed]}"


def _hex(number: int | None) -> str:
    return "unknown" if number is None else f"{number:x}"


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
