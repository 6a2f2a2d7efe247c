"""
One observation as the metrics that x509-certificate-exporter has of a certificate, for alerts made for that one.

That exporter reads files and Kubernetes objects and knows no network. What its alerts go by is the dates, whose labels
say what is in the certificate; its labels that say in which file or secret it was found have nothing to say here, and
to Prometheus an empty label is none.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from prometheus_client.core import GaugeMetricFamily, Metric

from aescan.certificates.facts import Certificate
from aescan.exporter.probe.samples import validity
from aescan.exporter.rows import MOST_CERTIFICATES, shown
from aescan.observation import Failed, Observation, Seen

ATTRIBUTES: Final = ("C", "ST", "L", "O", "OU", "CN")
"""Of a name, each in a label of its own."""


def of_x509(observation: Observation) -> Iterator[Metric]:
    """Yield the families: whether there is anything to read, and the dates of what was read."""
    up = float(not isinstance(observation.outcome, Failed))
    yield GaugeMetricFamily("x509_source_up", "Whether a certificate was captured.", up)
    if isinstance(observation.outcome, Seen):
        certificates = observation.outcome.chain.certificates[:MOST_CERTIFICATES]
        yield from validity("x509_cert", "a certificate of the chain", ((_labels(each), each) for each in certificates))


def _labels(certificate: Certificate) -> dict[str, str]:
    names = {"subject": certificate.subject, "issuer": certificate.issuer}
    return {"serial_number": shown(certificate.serial_number)} | {
        f"{whose}_{attribute}": _first(name.values(attribute) if name else ())
        for whose, name in names.items()
        for attribute in ATTRIBUTES
    }


def _first(values: Iterable[str]) -> str:
    return shown(next(iter(values), None))
