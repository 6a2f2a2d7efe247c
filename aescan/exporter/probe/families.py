"""
One observation as the metrics that blackbox_exporter and ssl_exporter answer a probe with, and as aescan's own.

An observation comes in, metric families without a target's label go out: Prometheus knows whom it asked. Names, labels
and the form of their values are those of the other exporters, so that dashboards and alerts written for them go on
working; where one of them has a sentinel for "not known", there is no sample here. What they say of a verified chain is
said when a trust store of the settings accepted it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

from aescan.certificates.facts import Certificate
from aescan.certificates.trust import Verdict
from aescan.exporter.metrics import collect
from aescan.exporter.rows import MOST_CERTIFICATES, shown
from aescan.exporter.state import State
from aescan.observation import Failed, Observation, Seen

PER_CERTIFICATE = ("serial_no", "issuer_cn", "cn", "dnsnames", "ips", "emails", "ou")
"""The labels of ssl_exporter's dates."""

Labels = Mapping[str, str]
NO_LABELS: Labels = {}


class ProbeCollector(Collector):
    """One observation as the library's renderer wants it."""

    def __init__(self, observation: Observation) -> None:
        self._observation = observation

    def collect(self) -> Iterator[Metric]:
        """Yield the families that have samples."""
        for family in (*_of_every_probe(self._observation), *_own(self._observation)):
            if family.samples:
                yield family


def _of_every_probe(observation: Observation) -> Iterator[Metric]:
    outcome = observation.outcome
    success = float(not isinstance(outcome, Failed))
    yield GaugeMetricFamily("probe_success", "Whether a certificate was captured.", success)
    yield GaugeMetricFamily("probe_duration_seconds", "How long the probe took.", observation.duration)
    yield GaugeMetricFamily("ssl_probe_success", "Whether a certificate was captured.", success)
    yield _info("ssl_prober", "How it was probed.", {"prober": "tcp"})
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
    yield _info("probe_ssl_last_chain_info", "The leaf of the chain presented.", labels)
    yield _info("probe_tls_version_info", "The version of TLS the server chose.", {"version": shown(capture.version)})
    yield _info("probe_tls_cipher_info", "The cipher suite it chose.", {"cipher": shown(capture.cipher_suite)})


def _of_ssl_exporter(seen: Seen) -> Iterator[Metric]:
    presented = [(NO_LABELS, each) for each in seen.chain.certificates[:MOST_CERTIFICATES]]
    yield _dates("ssl_cert_not_after", "When a certificate of the chain ends, in Unix seconds.", presented, _end)
    yield _dates("ssl_cert_not_before", "When a certificate of the chain begins, in Unix seconds.", presented, _begin)
    paths = dict.fromkeys(verdict.path for verdict in sorted(seen.trust, key=_lasting, reverse=True) if verdict.path)
    verified = [({"chain_no": str(number)}, each) for number, path in enumerate(paths) for each in path]
    meaning = "of a chain that clients accept, in Unix seconds; chain 0 lasts longest."
    yield _dates("ssl_verified_cert_not_after", f"The end of a certificate {meaning}", verified, _end)
    yield _dates("ssl_verified_cert_not_before", f"The beginning of a certificate {meaning}", verified, _begin)
    version = {"version": shown(seen.capture.version)}
    yield _info("ssl_tls_version_info", "The version of TLS the server chose.", version)


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


def _info(name: str, meaning: str, labels: dict[str, str]) -> Metric:
    metric = Metric(name, meaning, "gauge")
    metric.samples = [Sample(name, labels, 1)]
    return metric


def _dates(
    name: str,
    meaning: str,
    certificates: Iterable[tuple[Labels, Certificate]],
    date: Callable[[Certificate], datetime | None],
) -> Metric:
    """Return one sample for each certificate with that date; of those whose labels are equal the first date counts."""
    metric = Metric(name, meaning, "gauge")
    found: dict[tuple[tuple[str, str], ...], float] = {}
    for more, certificate in certificates:
        if (moment := date(certificate)) is not None:
            labels = (*more.items(), *zip(PER_CERTIFICATE, _labels(certificate), strict=True))
            found[labels] = min(found.get(labels, moment.timestamp()), moment.timestamp())
    metric.samples = [Sample(name, dict(labels), value) for labels, value in found.items()]
    return metric


def _begin(certificate: Certificate) -> datetime | None:
    return certificate.not_before


def _end(certificate: Certificate) -> datetime | None:
    return certificate.not_after


def _lasting(verdict: Verdict) -> datetime:
    return verdict.not_after or datetime.min.replace(tzinfo=UTC)


def _labels(certificate: Certificate) -> tuple[str, ...]:
    subject, issuer = certificate.subject, certificate.issuer
    return (
        shown(certificate.serial_number),
        shown(issuer.common_name if issuer else None),
        shown(subject.common_name if subject else None),
        _list(certificate.dns_names),
        _list(certificate.ip_addresses),
        "",
        _list(subject.values("OU") if subject else ()),
    )


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
