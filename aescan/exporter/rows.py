"""
Where the values of the metrics come from: a snapshot in, the rows of one family out.

No two rows of a family have the same labels, whatever the inventory and the servers say; text from either is printable
and cut to a limit. What is not known has no row.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Final

from aescan.certificates.facts import Certificate
from aescan.exporter.state import Sent, Snapshot, Success
from aescan.findings.expiry import effective
from aescan.findings.model import Severity
from aescan.inventory.model import Target
from aescan.observation import Failed, Observation
from aescan.sources.feeds import Standing
from aescan.text import printable

LONGEST_VALUE: Final = 256
"""
Characters kept of a label value that a server chose; a distinguished name in use is rarely half as long.

What the operator wrote, to tell one series from another, is kept whole.
"""

MOST_CERTIFICATES: Final = 10
"""Certificates of one chain that get series: twice the longest chain in honest use, so a hostile one stays small."""

LABEL_NAME: Final = re.compile(r"(?!__)[a-zA-Z_][a-zA-Z0-9_]*", re.ASCII)
"""The label names every version of Prometheus takes, without those it keeps for itself."""

Row = tuple[dict[str, str], float]
"""The labels and the value of one sample."""

Rows = Callable[[Snapshot], Iterator[Row]]
"""All samples of one family."""


def shown(value: object) -> str:
    """Return a label value; nothing known is the empty value, which Prometheus takes for an absent label."""
    return "" if value is None else printable(str(value), LONGEST_VALUE)


def _probed(snapshot: Snapshot) -> Iterator[tuple[str, Observation]]:
    for status in snapshot.statuses:
        if status.last is not None:
            yield status.label, status.last


def _successful(snapshot: Snapshot) -> Iterator[tuple[str, Success]]:
    for status in snapshot.statuses:
        if status.success is not None:
            yield status.label, status.success


def _certificates(snapshot: Snapshot) -> Iterator[tuple[dict[str, str], Certificate]]:
    for label, success in _successful(snapshot):
        chain = success.seen.chain
        for position, certificate in islice(enumerate(chain.certificates), MOST_CERTIFICATES):
            yield {"target": label, "position": str(position), "role": chain.role(position)}, certificate


def of_target(labels: Callable[[Target], dict[str, str]]) -> Rows:
    """Return the rows of an info family with these labels of each target of the inventory."""

    def rows(snapshot: Snapshot) -> Iterator[Row]:
        for status in snapshot.statuses:
            yield {**labels(status.target), "target": status.label}, 1

    return rows


def of_probe(value: Callable[[Observation], float]) -> Rows:
    """Return the rows of a value of each target's last probe."""

    def rows(snapshot: Snapshot) -> Iterator[Row]:
        for label, observation in _probed(snapshot):
            yield {"target": label}, value(observation)

    return rows


def of_success(moment: Callable[[Success], datetime | None]) -> Rows:
    """Return the rows of a moment of each target's last chain."""

    def rows(snapshot: Snapshot) -> Iterator[Row]:
        for label, success in _successful(snapshot):
            if (found := moment(success)) is not None:
                yield {"target": label}, found.timestamp()

    return rows


def of_certificate(moment: Callable[[Certificate], datetime | None]) -> Rows:
    """Return the rows of a moment of each certificate last seen."""

    def rows(snapshot: Snapshot) -> Iterator[Row]:
        for labels, certificate in _certificates(snapshot):
            if (found := moment(certificate)) is not None:
                yield labels, found.timestamp()

    return rows


def single(value: Callable[[Snapshot], float | None]) -> Rows:
    """Return the row of a value of the exporter as a whole."""

    def rows(snapshot: Snapshot) -> Iterator[Row]:
        if (found := value(snapshot)) is not None:
            yield {}, found

    return rows


def target_labels(target: Target) -> dict[str, str]:
    """Return the operator's labels that Prometheus can take, and aescan's own, which win; release only where known."""
    own = {"host": shown(target.host), "port": str(target.port or ""), "aes_service": shown(target.service)}
    if target.release:
        own["release"] = shown(target.release)
    labels = {name: shown(value) for name, value in target.labels.items() if LABEL_NAME.fullmatch(name)}
    return labels | own


def probe_failed(snapshot: Snapshot) -> Iterator[Row]:
    """Yield the reason of each target whose last probe failed."""
    for label, observation in _probed(snapshot):
        if isinstance(observation.outcome, Failed):
            yield {"target": label, "reason": observation.outcome.reason}, 1


def certificate_info(snapshot: Snapshot) -> Iterator[Row]:
    """Yield what identifies each certificate last seen; serial numbers and digests in lower-case hex."""
    for place, certificate in _certificates(snapshot):
        serial = certificate.serial_number
        labels = {
            "subject": shown(certificate.subject and certificate.subject.text),
            "issuer": shown(certificate.issuer and certificate.issuer.text),
            "serial_number": shown(None if serial is None else f"{serial:x}"),
            "fingerprint_sha256": certificate.fingerprint_sha256,
            "public_key_sha256": shown(certificate.public_key_sha256),
            "signature_algorithm": shown(certificate.signature_algorithm),
            "key_algorithm": shown(certificate.key_algorithm),
            "key_bits": shown(certificate.key_bits),
        }
        yield place | labels, 1


def tls_info(snapshot: Snapshot) -> Iterator[Row]:
    """Yield what each server chose when its chain was last seen."""
    for label, success in _successful(snapshot):
        capture = success.seen.capture
        if not capture.version:  # of a file, with which nothing was negotiated
            continue
        version, cipher = shown(capture.version), shown(capture.cipher_suite)
        labels = {"version": version, "cipher": cipher, "client_certificate": capture.client_certificate}
        yield {"target": label, **labels}, 1


def protocols(snapshot: Snapshot) -> Iterator[Row]:
    """Yield whether each server accepted a version of the protocol, where that was asked and could be told."""
    for label, success in _successful(snapshot):
        for protocol in success.seen.capture.protocols:
            if protocol.supported is not None:
                yield {"target": label, "version": protocol.version}, protocol.supported


def trust(snapshot: Snapshot) -> Iterator[Row]:
    """Yield whether a client with each trust store accepted the chain last seen, where that can be told."""
    for label, success in _successful(snapshot):
        for verdict in success.seen.trust:
            if verdict.trusted is not None:
                yield {"target": label, "store": shown(verdict.store)}, verdict.trusted


def findings(snapshot: Snapshot) -> Iterator[Row]:
    """Yield each finding about the chain last seen once, whatever number of sentences it has."""
    for label, success in _successful(snapshot):
        for code, severity in dict.fromkeys((f.code, f.severity.label) for f in success.seen.findings):
            yield {"target": label, "code": code, "severity": severity}, 1


def clients(snapshot: Snapshot) -> Iterator[Row]:
    """Yield whether each known client can connect to the chain last seen; nothing where that is not known."""
    for label, success in _successful(snapshot):
        for one in success.seen.clients:
            if one.works is not None:
                yield {"target": label, "client": one.client}, one.works


def certificate_changes(snapshot: Snapshot) -> Iterator[Row]:
    """Yield how often the leaf of each target that was seen changed."""
    for status in snapshot.statuses:
        if status.success is not None:
            yield {"target": status.label}, status.changes


def events(count: Callable[[Sent], int]) -> Rows:
    """Return the rows of a count of events by receiver."""

    def rows(snapshot: Snapshot) -> Iterator[Row]:
        for sent in snapshot.events:
            yield {"sink": printable(sent.sink)}, count(sent)

    return rows


def thresholds(snapshot: Snapshot) -> Iterator[Row]:
    """Yield what each target is judged by, in seconds before the end of validity of the chain last seen."""
    for status in snapshot.statuses:
        before = status.target.thresholds
        if status.success is not None:
            before = effective(before, status.success.seen.chain)
        spans = {
            Severity.NOTICE: before.notice,
            Severity.WARNING: before.warning,
            Severity.CRITICAL: before.critical,
        }
        for severity, span in spans.items():
            yield {"target": status.label, "severity": severity.label}, span.total_seconds()


def inventory_targets(snapshot: Snapshot) -> Iterator[Row]:
    """Yield the number of targets from each source, 0 for one that lists none."""
    counts = Counter(shown(status.target.source) for status in snapshot.statuses)
    counts.update({shown(standing.source): 0 for standing in snapshot.sources})
    for source, count in counts.items():
        yield {"source": source}, count


def inventory_up(snapshot: Snapshot) -> Iterator[Row]:
    """Yield whether each source that is read again and again gave a list that could be used when last asked."""
    for source, standing in _sources(snapshot):
        yield {"source": source}, standing.up


def inventory_success(snapshot: Snapshot) -> Iterator[Row]:
    """Yield when each of them last did."""
    for source, standing in _sources(snapshot):
        if standing.success is not None:
            yield {"source": source}, standing.success.timestamp()


def _sources(snapshot: Snapshot) -> Iterator[tuple[str, Standing]]:
    found: dict[str, Standing] = {}
    for standing in snapshot.sources:
        found.setdefault(shown(standing.source), standing)
    yield from found.items()


def failures(snapshot: Snapshot) -> Iterator[Row]:
    """Yield the failed probes since start, every reason from the beginning, so that the first one is an increase."""
    for reason, count in snapshot.failures.items():
        yield {"reason": reason}, count


def own_certificates(snapshot: Snapshot) -> Iterator[Row]:
    """Yield when what the exporter itself serves with ends."""
    for certificate in snapshot.own_certificates:
        yield {"file": certificate.file}, certificate.not_after.timestamp()


def clock_up(snapshot: Snapshot) -> Iterator[Row]:
    """Yield whether each NTP server gave a time that can be used."""
    for reading in snapshot.clock:
        yield {"server": printable(reading.server)}, reading.time is not None


def clock_offset(snapshot: Snapshot) -> Iterator[Row]:
    """Yield the seconds that this machine's clock lacks by each NTP server that gave a time."""
    for reading in snapshot.clock:
        if reading.time is not None:
            yield {"server": printable(reading.server)}, reading.time.offset


def build_info(snapshot: Snapshot) -> Iterator[Row]:
    """Yield the versions of what runs."""
    build = snapshot.build
    yield {"version": build.version, "python": build.python, "openssl": build.openssl}, 1
