"""
What became different since the last run that used the same history, in the place of a report.

A report comes in, lines go out; what was known is read from the file before the scan, what was seen is written to it
after. Raises ConfigError when the file cannot be used: here, unlike in the exporter, it is what the run is about.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from aescan.errors import ConfigError
from aescan.events import lines
from aescan.events.model import Event, diff
from aescan.events.model import Known as Before
from aescan.findings.estates import Previous
from aescan.findings.model import Finding
from aescan.findings.words import count, stamp
from aescan.history.model import Known, Pending
from aescan.history.store import Store
from aescan.inventory.model import Target
from aescan.observation import Observation, Seen
from aescan.report.model import Report
from aescan.scan.estate import judge as judge_estate
from aescan.scan.estate import with_estate, without_estate
from aescan.settings.policy import Policy
from aescan.tls.capture import Capture

Judge = Callable[[Target, Capture, datetime], Seen]

Identity = tuple[str, str, int, str | None, str | None]

T = TypeVar("T")

FORMATS: Final = ("text", "jsonl")


class Difference:
    """
    What became different since the last run that used the history at ``path``.

    ``judge``
        Returns what a capture of then comes to now.

    ``form``
        ``text``, or ``jsonl`` for the events as JSON lines.
    """

    def __init__(self, path: Path, keep: timedelta, judge: Judge, policy: Policy, form: str) -> None:
        if form not in FORMATS:
            raise ConfigError([f"--format {form}: --diff has no such format; there are {', '.join(FORMATS)}"])
        self._path = path
        self._keep = keep
        self._judge = judge
        self._policy = policy
        self._form = form
        self._known = self._with_store(lambda store: store.load())

    def render(self, report: Report) -> Iterator[str]:
        """Yield what became different, and keep what was seen for the next run."""
        before = self._before(report)
        nothing = Before()
        events = [event for one in report.observations for event in diff(before.get(one.target.identity, nothing), one)]
        if self._form == "jsonl":
            yield from (lines.line(event).decode() for event in events)
        else:
            yield from (f"{line}\n" for line in self._text(report, events, len(before)))
        self._keep_seen(report)

    def _text(self, report: Report, events: list[Event], known: int) -> Iterator[str]:
        new = len(report.observations) - known
        if not known:
            yield f"nothing to compare with yet: {self._path} knows none of these targets"
        else:
            last = max(each.moment for each in self._known).astimezone(UTC)
            before = f"{count(known, 'target')} known before, {new} new"
            yield f"since {stamp(last)}: {count(len(events), 'change')}; {before}"
        if not report.complete:
            yield f"incomplete: only {len(report.observations)} of {report.expected} targets were scanned"
        yield from (f"{event.kind.replace('_', ' '):19} {event.text}" for event in events)

    def _before(self, report: Report) -> Mapping[Identity, Before]:
        """Return what was known of each target, judged by today's rules; without those that nothing was known of."""
        by_identity = {known.target.identity: known for known in self._known}
        pairs = [(one.target, by_identity.get(one.target.identity)) for one in report.observations]
        known = [(target, each) for target, each in pairs if each is not None]
        seen = [
            (target, self._judge(target, each.success.capture, each.success.moment))
            for target, each in known
            if each.success is not None
        ]
        previous = {target.name: before for target, each in known if (before := _previous(each)) is not None}
        beside = judge_estate(seen, report.expected, self._policy, report.moment, previous)
        judged = {target.identity: (one, beside.get(target.name, ())) for target, one in seen}
        return {target.identity: _before(target, each, judged.get(target.identity)) for target, each in known}

    def _keep_seen(self, report: Report) -> None:
        batch = []
        for one in report.observations:
            if isinstance(one.outcome, Seen):
                alone = replace(one, outcome=without_estate(one.outcome))
                batch.append(Pending(alone, alone))
            else:
                batch.append(Pending(one, None))

        def write(store: Store) -> None:
            store.commit(batch)
            store.prune(report.moment, self._keep)

        self._with_store(write)

    def _with_store(self, action: Callable[[Store], T]) -> T:
        try:
            store = Store.open(self._path)
            try:
                return action(store)
            finally:
                store.close()
        except (sqlite3.Error, OSError) as error:
            raise ConfigError([f"comparing with the history {self._path}: {error}"]) from error


def _before(target: Target, known: Known, judged: tuple[Seen, Iterable[Finding]] | None) -> Before:
    seen, told = None, frozenset[str]()
    if judged is not None and known.success is not None:
        alone, beside = judged
        seen = with_estate(alone, beside)
        told = known.success.codes | {finding.code for finding in beside}
    outcome = known.failed or seen
    if outcome is None:
        return Before()
    return Before(Observation(target, known.moment, known.duration, known.connections, outcome), seen, told)


def _previous(known: Known) -> Previous | None:
    leaf = known.previous
    return None if leaf is None else Previous(leaf.fingerprint_sha256, leaf.public_key_sha256)
