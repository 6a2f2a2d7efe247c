"""
The metrics of one sweep as a file for the textfile collector of node_exporter: ``--once --format textfile``.

A report comes in, Prometheus' text format goes out, without timestamps, which that collector refuses. The metrics are
those of ``/metrics`` that one sweep can tell: what counts since a start, or says what a running exporter is up to, has
no meaning between two runs and is left out. A sweep that was interrupted says nothing of when a whole one ended.
"""

from collections.abc import Iterator
from typing import Final

from prometheus_client.exposition import generate_latest

from aescan.exporter.metrics import FAMILIES
from aescan.exporter.pages import One
from aescan.exporter.state import Build, Snapshot, State, Status, Success
from aescan.observation import Seen
from aescan.report.model import Report
from aescan.text import printable

OF_A_PROCESS: Final = frozenset(
    {
        "aescan_probes_total",
        "aescan_probe_failures_total",
        "aescan_certificate_changes_total",
        "aescan_config_last_reload_successful",
        "aescan_config_last_reload_success_timestamp_seconds",
    }
)
"""Metrics that only a process that stays can tell."""

SIMULATED: Final = "# SIMULATED: every name and certificate here is a lab's.\n"


def render(report: Report) -> Iterator[str]:
    """Yield the file family by family."""
    if report.simulated:
        yield SIMULATED
    snapshot = _snapshot(report)
    for family in FAMILIES:
        if family.name not in OF_A_PROCESS:
            metric = family.metric(snapshot)
            if metric.samples:
                yield generate_latest(One(metric)).decode()


def _snapshot(report: Report) -> Snapshot:
    began = min((one.moment for one in report.observations), default=report.moment)
    state = State((one.target for one in report.observations), began, Build(report.version))
    for one in report.observations:
        success = Success(one.moment, one.outcome) if isinstance(one.outcome, Seen) else None
        state.restore(Status(printable(one.target.name), one.target, one, success))
    if report.complete:
        state.finish_sweep(report.moment, (report.moment - began).total_seconds())
    return state.snapshot()
