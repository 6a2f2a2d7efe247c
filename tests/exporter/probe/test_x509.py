"""The metrics that alerts made for x509-certificate-exporter go by."""

from dataclasses import replace

from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families as parse

from aescan.errors import Reason
from aescan.exporter.probe.families import ProbeCollector
from aescan.observation import Observation
from tests.facts import INTERMEDIATE, LEAF, failed, name, seen, target

AES1 = target("aes1.example.com", 4722, "dmcc")


def page(observation: Observation) -> dict[str, list[tuple[dict[str, str], float]]]:
    """Return the samples of those metrics by name."""
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in parse(generate_latest(ProbeCollector(observation, 0)).decode()):
        for sample in family.samples:
            if sample.name.startswith("x509_"):
                # To Prometheus an empty label is none.
                labels = {label: value for label, value in sample.labels.items() if value}
                found.setdefault(sample.name, []).append((labels, sample.value))
    return found


def test_dates() -> None:
    """Of each certificate, with its decimal serial number and the first attribute of each kind of its names."""
    leaf = replace(
        LEAF,
        serial_number=0xABC,
        subject=name(("C", "US"), ("O", "Example"), ("OU", "a"), ("OU", "b"), ("CN", "aes1.example.com")),
        issuer=name(("ST", "CO"), ("L", "Denver"), ("CN", "CA")),
    )
    found = page(seen(AES1, leaf, INTERMEDIATE))
    labels = {
        "serial_number": "2748",
        "subject_C": "US",
        "subject_O": "Example",
        "subject_OU": "a",
        "subject_CN": "aes1.example.com",
        "issuer_ST": "CO",
        "issuer_L": "Denver",
        "issuer_CN": "CA",
    }
    assert leaf.not_after is not None
    assert leaf.not_before is not None
    assert found["x509_source_up"] == [({}, 1)]
    assert found["x509_cert_not_after"][0] == (labels, leaf.not_after.timestamp())
    assert found["x509_cert_not_before"][0] == (labels, leaf.not_before.timestamp())
    assert len(found["x509_cert_not_after"]) == len(found["x509_cert_not_before"]) == 2


def test_many_certificates() -> None:
    """However many certificates a server presents, few of them get series."""
    many = [replace(LEAF, serial_number=number) for number in range(500)]

    assert len(page(seen(AES1, *many))["x509_cert_not_after"]) == 10


def test_unreadable() -> None:
    """What could not be read has no label, and a date that could not be read no sample."""
    leaf = replace(LEAF, serial_number=None, subject=None, issuer=None, not_after=None, unreadable=("x: y",))
    assert leaf.not_before is not None

    assert page(seen(AES1, leaf)) == {
        "x509_source_up": [({}, 1)],
        "x509_cert_not_before": [({}, leaf.not_before.timestamp())],
    }


def test_failed() -> None:
    """A failed probe is a source that is down, and says nothing of certificates."""
    assert page(failed(AES1, Reason.TIMEOUT)) == {"x509_source_up": [({}, 0)]}
