"""
One observation as the metrics that blackbox_exporter and ssl_exporter answer a probe with, and as aescan's own.

An observation comes in, metric families without a target's label go out: Prometheus knows whom it asked. Names, labels
and the form of their values are those of the other exporters, so that dashboards and alerts written for them go on
working; where one of them has a sentinel for "not known", there is no sample here. What they say of a verified chain is
said when a trust store of the settings accepted it.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

from aescan.certificates.facts import Certificate
from aescan.certificates.trust import Verdict
from aescan.exporter.metrics import collect
from aescan.exporter.probe.samples import info, validity
from aescan.exporter.probe.x509 import of_x509
from aescan.exporter.rows import MOST_CERTIFICATES, shown
from aescan.exporter.state import State
from aescan.observation import Failed, Observation, Seen

PER_CERTIFICATE = ("serial_no", "issuer_cn", "cn", "dnsnames", "ips", "emails", "ou")
"""The labels of ssl_exporter's dates."""


class ProbeCollector(Collector):
    """One observation as the library's renderer wants it, with the seconds that looking its host up took."""

    def __init__(self, observation: Observation, lookup: float) -> None:
        self._observation = observation
        self._lookup = lookup

    def collect(self) -> Iterator[Metric]:
        """Yield the families that have samples."""
        observation = self._observation
        for family in (*_of_every_probe(observation, self._lookup), *of_x509(observation), *_own(observation)):
            if family.samples:
                yield family


def _of_every_probe(observation: Observation, lookup: float) -> Iterator[Metric]:
    outcome = observation.outcome
    success = float(not isinstance(outcome, Failed))
    yield GaugeMetricFamily("probe_success", "Whether a certificate was captured.", success)
    yield GaugeMetricFamily("probe_duration_seconds", "How long the probe took.", observation.duration)
    yield GaugeMetricFamily("probe_dns_lookup_time_seconds", "How long it took of that to look the host up.", lookup)
    yield GaugeMetricFamily("ssl_probe_success", "Whether a certificate was captured.", success)
    yield info("ssl_prober", "How it was probed.", {"prober": "tcp"})
    if isinstance(outcome, Seen):
        yield from _of_blackbox(outcome)
        yield from _of_ssl_exporter(outcome)


def _of_blackbox(seen: Seen) -> Iterator[Metric]:
    leaf, capture = seen.chain.leaf, seen.capture
    if seen.chain.not_after is not None:
        meaning = "The first end of validity in the chain presented, in Unix seconds."
        yield GaugeMetricFamily("probe_ssl_earliest_cert_expiry", meaning, seen.chain.not_after.timestamp())
    labels = {
        "fingerprint_sha256": leaf.fingerprint_sha256,
        "subject": shown(leaf.subject.text if leaf.subject else None),
        "issuer": shown(leaf.issuer.text if leaf.issuer else None),
        "subjectalternative": shown(",".join(leaf.dns_names)),
        "serialnumber": shown(_hexadecimal(leaf.serial_number)),
    }
    accepted = [verdict.not_after.timestamp() for verdict in seen.trust if verdict.not_after is not None]
    if accepted:
        meaning = "When the chain that clients accept ends, of several the one that lasts longest, in Unix seconds."
        yield GaugeMetricFamily("probe_ssl_last_chain_expiry_timestamp_seconds", meaning, max(accepted))
    version = 6 if ":" in capture.address else 4
    yield GaugeMetricFamily("probe_ip_protocol", "The version of IP that the chain came by, 4 or 6.", version)
    yield info("probe_ssl_last_chain_info", "The leaf of the chain presented.", labels)
    yield info("probe_tls_version_info", "The version of TLS the server chose.", {"version": shown(capture.version)})
    yield info("probe_tls_cipher_info", "The cipher suite it chose.", {"cipher": shown(capture.cipher_suite)})


def _of_ssl_exporter(seen: Seen) -> Iterator[Metric]:
    presented = ((_labels(each), each) for each in seen.chain.certificates[:MOST_CERTIFICATES])
    yield from validity("ssl_cert", "a certificate of the chain", presented)
    paths = dict.fromkeys(verdict.path for verdict in sorted(seen.trust, key=_lasting, reverse=True) if verdict.path)
    verified = (({"chain_no": str(number)} | _labels(each), each) for number, path in enumerate(paths) for each in path)
    which = "a certificate of a chain that clients accept, the first of which lasts longest"
    yield from validity("ssl_verified_cert", which, verified)
    version = {"version": shown(seen.capture.version)}
    yield info("ssl_tls_version_info", "The version of TLS the server chose.", version)


def _own(observation: Observation) -> Iterator[Metric]:
    """Yield aescan's own families of one target, the label that tells targets apart left out."""
    state = State((observation.target,), observation.moment)
    state.observe(observation)
    for metric in collect(state.snapshot()):
        samples = [_without_target(sample) for sample in metric.samples if "target" in sample.labels]
        metric.samples = samples
        yield metric


def _without_target(sample: Sample) -> Sample:
    labels = {name: value for name, value in sample.labels.items() if name != "target"}
    return Sample(sample.name, labels, sample.value)


def _lasting(verdict: Verdict) -> datetime:
    return verdict.not_after or datetime.min.replace(tzinfo=UTC)


def _labels(certificate: Certificate) -> dict[str, str]:
    subject, issuer = certificate.subject, certificate.issuer
    values = (
        shown(certificate.serial_number),
        shown(issuer.common_name if issuer else None),
        shown(subject.common_name if subject else None),
        _list(certificate.dns_names),
        _list(certificate.ip_addresses),
        "",
        _list(subject.values("OU") if subject else ()),
    )
    return dict(zip(PER_CERTIFICATE, values, strict=True))


def _list(values: Iterable[str]) -> str:
    """Return values as ssl_exporter writes them, so that ``=~".*,aes1,.*"`` finds a whole one."""
    text = ",".join(values)
    return shown(f",{text},") if text else ""


def _hexadecimal(serial_number: int | None) -> str | None:
    """Return the serial number's bytes in small hex digits, as blackbox_exporter writes them."""
    if serial_number is None:
        return None
    text = f"{abs(serial_number):x}"
    return ("-" if serial_number < 0 else "") + text.zfill(len(text) + len(text) % 2)
