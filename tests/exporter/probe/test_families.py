"""The metrics of a probe have the names and the forms that dashboards in the field expect."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse

from aescan.certificates.facts import Certificate
from aescan.certificates.trust import Distrust, Verdict
from aescan.errors import Reason
from aescan.exporter.probe.families import PER_CERTIFICATE, ProbeCollector
from aescan.observation import Observation, Seen
from tests.facts import INTERMEDIATE, LEAF, NOW, ROOT, failed, finding, name, seen, target, trusting

AES1 = target("aes1.example.com", 4722, "dmcc")

Page = dict[str, list[tuple[dict[str, str], float]]]


def page(observation: Observation) -> Page:
    """Return the samples of the page by name."""
    found: Page = {}
    for family in parse(generate_latest(ProbeCollector(observation, 0.25)).decode()):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((dict(sample.labels), sample.value))
    return found


def test_blackbox() -> None:
    """The families of blackbox_exporter: hexadecimal serial numbers, the leaf's names, the first end of all."""
    leaf = replace(LEAF, serial_number=0xABC, dns_names=("aes1.example.com", "aes1"))
    found = page(seen(AES1, leaf, replace(INTERMEDIATE, not_after=NOW + timedelta(days=3))))

    assert found["probe_success"] == [({}, 1)]
    assert found["probe_duration_seconds"][0][1] > 0
    assert found["probe_dns_lookup_time_seconds"] == [({}, 0.25)]
    assert found["probe_ip_protocol"] == [({}, 4)]
    assert found["probe_ssl_earliest_cert_expiry"] == [({}, (NOW + timedelta(days=3)).timestamp())]
    assert leaf.subject is not None
    assert leaf.issuer is not None
    assert found["probe_ssl_last_chain_info"] == [
        (
            {
                "fingerprint_sha256": leaf.fingerprint_sha256,
                "subject": leaf.subject.text,
                "issuer": leaf.issuer.text,
                "subjectalternative": "aes1.example.com,aes1",
                "serialnumber": "0abc",
            },
            1,
        )
    ]
    assert found["probe_tls_version_info"] == [({"version": "TLS 1.2"}, 1)]
    assert found["probe_tls_cipher_info"][0][0]["cipher"].startswith("TLS_")
    assert "probe_ssl_last_chain_expiry_timestamp_seconds" not in found, "nothing was verified"


def test_version_of_ip() -> None:
    """It is that of the address that the chain came from."""
    observation = seen(AES1, LEAF)
    assert isinstance(observation.outcome, Seen)
    capture = replace(observation.outcome.capture, address="2001:db8::1")
    found = page(replace(observation, outcome=replace(observation.outcome, capture=capture)))

    assert found["probe_ip_protocol"] == [({}, 6)]


def test_ssl_exporter() -> None:
    """The families of ssl_exporter: decimal serial numbers, lists between commas."""
    leaf = replace(LEAF, serial_number=0xABC, dns_names=("aes1.example.com", "aes1"), ip_addresses=("192.0.2.1",))
    leaf = replace(leaf, subject=name(("OU", "a"), ("OU", "b"), ("CN", "aes1.example.com")), issuer=name(("CN", "CA")))
    found = page(seen(AES1, leaf))

    labels = {
        "serial_no": "2748",
        "issuer_cn": "CA",
        "cn": "aes1.example.com",
        "dnsnames": ",aes1.example.com,aes1,",
        "ips": ",192.0.2.1,",
        "emails": "",
        "ou": ",a,b,",
    }
    assert leaf.not_after is not None
    assert leaf.not_before is not None
    assert found["ssl_cert_not_after"] == [(labels, leaf.not_after.timestamp())]
    assert found["ssl_cert_not_before"] == [(labels, leaf.not_before.timestamp())]
    assert found["ssl_probe_success"] == [({}, 1)]
    assert found["ssl_prober"] == [({"prober": "tcp"}, 1)]
    assert found["ssl_tls_version_info"] == [({"version": "TLS 1.2"}, 1)]
    assert "ssl_verified_cert_not_after" not in found


def verified(store: str, *path: Certificate) -> Verdict:
    """Return the verdict of clients that accept this path."""
    return Verdict(store, True, None, "the chain leads to a root", path)


def test_verified() -> None:
    """What a store accepts is what the others say of verified chains, the longest-lived first."""
    short = replace(ROOT, fingerprint_sha256="aa" * 32, serial_number=77, not_after=NOW + timedelta(days=9))
    observation = trusting(
        seen(AES1, LEAF, INTERMEDIATE),
        Verdict("refusing", False, Distrust.NO_PATH, "the store does not hold it"),
        verified("short", LEAF, INTERMEDIATE, short),
        verified("long", LEAF, INTERMEDIATE, ROOT),
        verified("the same", LEAF, INTERMEDIATE, ROOT),
    )
    found = page(observation)
    lasting = min(one.not_after for one in (LEAF, INTERMEDIATE, ROOT) if one.not_after is not None)

    assert found["probe_ssl_last_chain_expiry_timestamp_seconds"] == [({}, lasting.timestamp())]
    ends = [(labels["chain_no"], labels["cn"], end) for labels, end in found["ssl_verified_cert_not_after"]]
    begins = [(labels["chain_no"], labels["cn"], begin) for labels, begin in found["ssl_verified_cert_not_before"]]
    paths = [("0", one) for one in (LEAF, INTERMEDIATE, ROOT)] + [("1", one) for one in (LEAF, INTERMEDIATE, short)]
    assert ends == [(number, common_name(one), timestamp(one.not_after)) for number, one in paths]
    assert begins == [(number, common_name(one), timestamp(one.not_before)) for number, one in paths]
    assert set(found["ssl_verified_cert_not_after"][0][0]) == {"chain_no", *PER_CERTIFICATE}


def common_name(certificate: Certificate) -> str:
    """Return what the label says."""
    return (certificate.subject and certificate.subject.common_name) or ""


def timestamp(moment: datetime | None) -> float:
    """Return Unix seconds."""
    assert moment is not None
    return moment.timestamp()


@pytest.mark.parametrize("trusted", [False, None])
def test_unverified(trusted: bool | None) -> None:
    """Nothing is said of verified chains where clients refuse this one or nobody can tell: no date in the year 1."""
    found = page(trusting(seen(AES1, LEAF), Verdict("lab", trusted, Distrust.EXPIRED, "it ended")))

    assert "probe_ssl_last_chain_expiry_timestamp_seconds" not in found
    assert not [name for name in found if name.startswith("ssl_verified_")]
    assert found["ssl_probe_success"] == [({}, 1)]


def test_many_certificates() -> None:
    """However many certificates a server presents, few of them get series; the first end of all is there."""
    many = [replace(LEAF, serial_number=number, fingerprint_sha256=f"{number:064x}") for number in range(500)]
    many[-1] = replace(many[-1], not_after=NOW + timedelta(days=1))
    found = page(seen(AES1, *many))

    assert len(found["ssl_cert_not_after"]) == len(found["ssl_cert_not_before"]) == 10
    assert found["probe_ssl_earliest_cert_expiry"] == [({}, (NOW + timedelta(days=1)).timestamp())]


def test_own() -> None:
    """Aescan's own families of a target are there without the target's label, those of the exporter are not."""
    found = page(seen(AES1, LEAF, INTERMEDIATE, findings=(finding("expires_soon"),)))

    assert found["aescan_finding"] == [({"code": "expires_soon", "severity": "warning"}, 1)]
    assert len(found["aescan_certificate_info"]) == 2
    assert {"aescan_chain_not_after_timestamp_seconds", "aescan_target_info", "aescan_tls_info"} <= set(found)
    assert not {"aescan_build_info", "aescan_probes_total", "aescan_sweep_duration_seconds"} & set(found)
    assert not any("target" in labels for samples in found.values() for labels, _ in samples)


def test_failed() -> None:
    """A failed probe says so, and why, in every dialect; nothing is said of certificates."""
    found = page(failed(AES1, Reason.TIMEOUT))

    assert found["probe_success"] == found["ssl_probe_success"] == [({}, 0)]
    assert found["aescan_probe_failed"] == [({"reason": "timeout"}, 1)]
    assert found["probe_dns_lookup_time_seconds"] == [({}, 0.25)]
    assert not [name for name in found if "cert" in name or "chain" in name or "tls" in name or "protocol" in name]


def test_equal_labels() -> None:
    """Two certificates with the same labels are one series, with the first end; a page with two would be refused."""
    later = replace(LEAF, fingerprint_sha256="ff" * 32, not_after=NOW + timedelta(days=900))
    found = page(seen(AES1, LEAF, later, LEAF))

    assert LEAF.not_after is not None
    assert [value for _, value in found["ssl_cert_not_after"]] == [LEAF.not_after.timestamp()]


def test_unreadable() -> None:
    """What could not be read of a certificate has no sample, or an empty label."""
    leaf = replace(
        LEAF, serial_number=None, subject=None, issuer=None, not_before=None, not_after=None, unreadable=("x: y",)
    )
    found = page(seen(AES1, leaf))

    assert "ssl_cert_not_after" not in found
    assert "probe_ssl_earliest_cert_expiry" not in found
    assert found["probe_ssl_last_chain_info"][0][0]["serialnumber"] == ""


@pytest.mark.parametrize(("number", "text"), [(0, "00"), (1, "01"), (0x100, "0100"), (-1, "-01")])
def test_serial_numbers(number: int, text: str) -> None:
    """A serial number is its bytes in hex."""
    found = page(seen(AES1, replace(LEAF, serial_number=number)))
    assert found["probe_ssl_last_chain_info"][0][0]["serialnumber"] == text


def test_hostile_text() -> None:
    """Whatever a certificate holds, both formats can be parsed again."""
    hostile = 'a"b\\c\nd\x00e\u202ef{},# HELP'
    leaf = replace(LEAF, subject=name(("CN", hostile)), dns_names=(hostile, "x" * 1000), ip_addresses=(hostile,))
    observation = seen(AES1, leaf)
    assert page(observation)
    text = openmetrics(ProbeCollector(observation, 0.25)).decode()  # type: ignore[no-untyped-call] # untyped there
    assert list(parse_openmetrics(text))  # type: ignore[no-untyped-call] # untyped there
