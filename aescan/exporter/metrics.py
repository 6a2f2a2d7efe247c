"""
Every metric of the scheduled sweep: its name, its labels, its meaning, where its value comes from.

A snapshot comes in, metric families go out, built afresh each time, so a vanished target vanishes. Values are facts or
moments in Unix seconds, never countdowns, so they do not depend on when they are read; what is not known has no sample.
Names and labels are a public API, described in ``docs/metrics.md``. Nothing here looks at a clock or sends anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from prometheus_client.core import Metric
from prometheus_client.samples import Sample

from aescan.exporter import rows
from aescan.exporter.state import Snapshot
from aescan.observation import Failed

PART: Final = 100
"""
Samples in memory at a time while a page is rendered: so few that they are gone before the collector of garbage looks.
"""

SUFFIXES: Final = {"gauge": "", "counter": "_total", "info": "_info"}
"""What the name of a sample has more than the name of its family in OpenMetrics."""


@dataclass(frozen=True, slots=True)
class Family:
    """
    All samples of one name.

    ``name``
        As it stands on the page, with the suffix of its kind.
    ``rows``
        Returns one row for each sample; no two have the same labels.
    """

    name: str
    kind: Literal["gauge", "counter", "info"]
    meaning: str
    rows: rows.Rows

    def metric(self, snapshot: Snapshot) -> Metric:
        """Return the family as the library renders it."""
        return self._of([*self._samples(snapshot)])

    def parts(self, snapshot: Snapshot) -> Iterator[Metric]:
        """Yield the family in parts, each as if it were the whole; none when it has no samples."""
        samples = self._samples(snapshot)
        while part := [*islice(samples, PART)]:
            yield self._of(part)

    def _samples(self, snapshot: Snapshot) -> Iterator[Sample]:
        return (Sample(self.name, labels, value) for labels, value in self.rows(snapshot))

    def _of(self, samples: list[Sample]) -> Metric:
        metric = Metric(self.name.removesuffix(SUFFIXES[self.kind]), self.meaning, self.kind)
        metric.samples = samples
        return metric


def collect(snapshot: Snapshot) -> Iterator[Metric]:
    """Yield the families that have samples, one at a time, so that only one is in memory."""
    for family in FAMILIES:
        metric = family.metric(snapshot)
        if metric.samples:
            yield metric


FAMILIES: Final = (
    Family(
        "aescan_target_info",
        "info",
        "A target of the inventory with its endpoint, its AE Services service and the labels the operator gave it.",
        rows.of_target(rows.target_labels),
    ),
    Family(
        "aescan_probe_success",
        "gauge",
        "Whether the last probe captured a certificate (1) or failed (0).",
        rows.of_probe(lambda observation: not isinstance(observation.outcome, Failed)),
    ),
    Family(
        "aescan_probe_failed",
        "gauge",
        "Why the last probe captured nothing; absent while probes succeed.",
        rows.probe_failed,
    ),
    Family(
        "aescan_probe_duration_seconds",
        "gauge",
        "How long the last probe took, all its connections together.",
        rows.of_probe(lambda observation: observation.duration),
    ),
    Family(
        "aescan_probe_connections",
        "gauge",
        "How many connections the last probe opened.",
        rows.of_probe(lambda observation: observation.connections),
    ),
    Family(
        "aescan_probe_timestamp_seconds",
        "gauge",
        "When the target was last probed, in Unix seconds: probes run on the exporter's interval, not at the scrape,"
        " and this page is kept between them.",
        rows.of_probe(lambda observation: observation.moment.timestamp()),
    ),
    Family(
        "aescan_probe_last_success_timestamp_seconds",
        "gauge",
        "When the certificates were last seen, in Unix seconds: how old all that is said about them is, for it outlives"
        " failed probes.",
        rows.of_success(lambda success: success.moment),
    ),
    Family(
        "aescan_chain_not_after_timestamp_seconds",
        "gauge",
        "The first end of validity in the chain last seen, of several chains in any, in Unix seconds.",
        rows.of_success(lambda success: success.seen.not_after),
    ),
    Family(
        "aescan_certificate_not_after_timestamp_seconds",
        "gauge",
        "The end of validity of a certificate last seen, in Unix seconds.",
        rows.of_certificate(lambda certificate: certificate.not_after),
    ),
    Family(
        "aescan_certificate_not_before_timestamp_seconds",
        "gauge",
        "The beginning of validity of a certificate last seen, in Unix seconds.",
        rows.of_certificate(lambda certificate: certificate.not_before),
    ),
    Family(
        "aescan_certificate_info",
        "info",
        "A certificate last seen, by its place in the chain as presented (position 0 is the leaf).",
        rows.certificate_info,
    ),
    Family(
        "aescan_tls_info",
        "info",
        "What the server chose when its chain was last seen, and whether it asked for a client certificate.",
        rows.tls_info,
    ),
    Family(
        "aescan_tls_protocol_supported",
        "gauge",
        "Whether the server accepted a version of the protocol (1) or refused it (0) when its chain was last seen;"
        " absent where nobody asked, or it could not be told.",
        rows.protocols,
    ),
    Family(
        "aescan_chain_trusted",
        "gauge",
        "Whether a client with this trust store accepts the chain last seen (1) or refuses it (0), as judged when it"
        " was seen; absent where that cannot be told.",
        rows.trust,
    ),
    Family(
        "aescan_finding",
        "gauge",
        "A finding about the chain last seen, as judged when it was seen; absent when it does not hold.",
        rows.findings,
    ),
    Family(
        "aescan_client_compatible",
        "gauge",
        "Whether a kind of client can connect (1) or cannot (0), judged by the chain last seen; absent where what was"
        " seen does not tell.",
        rows.clients,
    ),
    Family(
        "aescan_expiry_threshold_seconds",
        "gauge",
        "How long before the end of validity each severity begins for this target and the chain last seen.",
        rows.thresholds,
    ),
    Family(
        "aescan_inventory_targets",
        "gauge",
        "How many targets the inventory in force has from this source.",
        rows.inventory_targets,
    ),
    Family(
        "aescan_inventory_up",
        "gauge",
        "Whether a source that is read again and again gave a list that can be used when last asked (1) or keeps its"
        " former one (0).",
        rows.inventory_up,
    ),
    Family(
        "aescan_inventory_last_success_timestamp_seconds",
        "gauge",
        "When a source that is read again and again last gave a list that can be used, in Unix seconds.",
        rows.inventory_success,
    ),
    Family(
        "aescan_probes_total",
        "counter",
        "Probes since start, failed ones included.",
        rows.single(lambda snapshot: snapshot.probes),
    ),
    Family(
        "aescan_probe_failures_total",
        "counter",
        "Failed probes since start by reason.",
        rows.failures,
    ),
    Family(
        "aescan_sweep_duration_seconds",
        "gauge",
        "How long the last complete sweep over all targets took.",
        rows.single(lambda snapshot: snapshot.sweep.duration if snapshot.sweep else None),
    ),
    Family(
        "aescan_sweep_timestamp_seconds",
        "gauge",
        "When the last complete sweep ended, in Unix seconds.",
        rows.single(lambda snapshot: snapshot.sweep.moment.timestamp() if snapshot.sweep else None),
    ),
    Family(
        "aescan_sweep_due_timestamp_seconds",
        "gauge",
        "When the sweep under way is to be over at the latest, by intervals and quiet hours, in Unix seconds.",
        rows.single(lambda snapshot: snapshot.sweep_due.timestamp() if snapshot.sweep_due else None),
    ),
    Family(
        "aescan_clock_up",
        "gauge",
        "Whether the NTP server gave usable time (1) or not (0) when this machine's clock was last checked.",
        rows.clock_up,
    ),
    Family(
        "aescan_clock_offset_seconds",
        "gauge",
        "How far the NTP server's clock was ahead of this machine's when last checked; negative where it was behind.",
        rows.clock_offset,
    ),
    Family(
        "aescan_certificate_changes_total",
        "counter",
        "How often the leaf certificate was another one than before, since the history began.",
        rows.certificate_changes,
    ),
    Family(
        "aescan_history_up",
        "gauge",
        "Whether what is seen is written to the history (1) or cannot be (0); absent where none is kept.",
        rows.single(lambda snapshot: snapshot.history_up),
    ),
    Family(
        "aescan_events_sent_total",
        "counter",
        "Events sent since start by receiver.",
        rows.events(lambda sent: sent.sent),
    ),
    Family(
        "aescan_events_dropped_total",
        "counter",
        "Events dropped since start by receiver, because too many waited for it.",
        rows.events(lambda sent: sent.dropped),
    ),
    Family(
        "aescan_config_last_reload_successful",
        "gauge",
        "Whether the last attempt to load settings and inventory succeeded (1) or the former ones stay in force (0).",
        rows.single(lambda snapshot: not snapshot.reload_failed),
    ),
    Family(
        "aescan_config_last_reload_success_timestamp_seconds",
        "gauge",
        "When the settings and inventory in force were loaded, in Unix seconds.",
        rows.single(lambda snapshot: snapshot.loaded.timestamp()),
    ),
    Family(
        "aescan_own_certificate_not_after_timestamp_seconds",
        "gauge",
        "When the certificate that the exporter itself serves with ends.",
        rows.own_certificates,
    ),
    Family(
        "aescan_build_info",
        "info",
        "The versions of aescan, of Python and of the OpenSSL it uses.",
        rows.build_info,
    ),
)
"""In the order of the page."""
