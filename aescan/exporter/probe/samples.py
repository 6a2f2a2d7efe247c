"""
Metric families of a probe's page from labels with values: what the dialects of other exporters are written with.

Plain rows come in, families of the library go out in which no two samples have the same labels, for Prometheus refuses
a page with two.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from prometheus_client.core import Metric
from prometheus_client.samples import Sample

from aescan.certificates.facts import Certificate

Labels = Mapping[str, str]


def info(name: str, meaning: str, labels: Labels) -> Metric:
    """Return a family of one sample, whose value is always 1 and whose labels tell."""
    metric = Metric(name, meaning, "gauge")
    metric.samples = [Sample(name, dict(labels), 1)]
    return metric


def validity(name: str, what: str, certificates: Iterable[tuple[Labels, Certificate]]) -> Iterator[Metric]:
    """Yield ``{name}_not_after`` and ``{name}_not_before`` of the certificates with these labels, in Unix seconds."""
    known = [*certificates]
    ends = [(labels, certificate.not_after) for labels, certificate in known]
    begins = [(labels, certificate.not_before) for labels, certificate in known]
    yield _dates(f"{name}_not_after", f"The end, in Unix seconds, of {what}.", ends)
    yield _dates(f"{name}_not_before", f"The beginning, in Unix seconds, of {what}.", begins)


def _dates(name: str, meaning: str, rows: Iterable[tuple[Labels, datetime | None]]) -> Metric:
    """Return one sample for each row with a date; of those whose labels are equal the first date counts."""
    metric = Metric(name, meaning, "gauge")
    found: dict[tuple[tuple[str, str], ...], float] = {}
    for labels, moment in rows:
        if moment is not None:
            key = tuple(labels.items())
            found[key] = min(found.get(key, moment.timestamp()), moment.timestamp())
    metric.samples = [Sample(name, dict(labels), value) for labels, value in found.items()]
    return metric
