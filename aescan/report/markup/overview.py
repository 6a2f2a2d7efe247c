"""
An estate at a glance: how many targets stand how, what is wrong, when the chains end.

Targets come in, an ``Overview`` goes out; what a page of targets shows of them is the ``Query``'s business.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from aescan.report.causes import Cause, causes
from aescan.report.markup.chart import Chart, chart
from aescan.report.markup.entries import PENDING, STANDINGS, Entry
from aescan.report.model import Report
from aescan.report.summary import Summary, summarise
from aescan.settings.policy import Policy


@dataclass(frozen=True, slots=True)
class Overview:
    """
    What stands above the targets.

    ``standings``
        How many targets stand how, worst first; those not probed yet only where there are any.
    ``causes``
        What is wrong, worst first.
    ``services``
        Those of the targets, in order; a bare port is an empty one.
    """

    targets: int
    standings: tuple[tuple[str, int], ...]
    summary: Summary
    chart: Chart
    causes: tuple[Cause, ...]
    services: tuple[str, ...]


def overview(entries: Sequence[Entry], moment: datetime, policy: Policy) -> Overview:
    """Return the estate at a glance, as it is at ``moment``."""
    known = [tuple(entry.observations()) for entry in sorted(entries, key=lambda entry: entry.order)]
    # A target whose last probe failed counts in the timeline by the chain last seen, so it must not count twice.
    each = tuple(observations[-1] for observations in known if observations)
    report = Report(observations=each, moment=moment, expected=len(entries), version="", policy=policy)
    counts = Counter(entry.standing for entry in entries)
    summary = summarise(report)
    return Overview(
        targets=len(entries),
        standings=tuple((name, counts[name]) for name in STANDINGS if name != PENDING or counts[name]),
        summary=summary,
        chart=chart(summary.timeline, moment.date()),
        causes=tuple(causes(tuple(chain.from_iterable(known)))),
        services=tuple(sorted({entry.target.service for entry in entries})),
    )
