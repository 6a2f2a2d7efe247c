"""Rows say what is known of targets and servers, whatever these say."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from aescan.exporter.rows import LONGEST_VALUE, MOST_CERTIFICATES
from aescan.exporter.state import Sent
from aescan.findings.model import Severity
from aescan.inventory.model import Target
from aescan.observation import Observation, Seen
from aescan.probe.clock import Reading
from aescan.probe.sntp import Time
from aescan.settings.policy import Thresholds
from tests.exporter.estate import LEGACY, SOUND, UNREADABLE, rows, series, snapshot, sound
from tests.facts import LEAF, failed, finding, name, seen, target


def test_unknown_facts() -> None:
    """What could not be read has no series and no label; no value stands for it."""
    of = snapshot(seen(SOUND, UNREADABLE))
    assert rows(of, "aescan_certificate_not_after_timestamp_seconds") == []
    assert rows(of, "aescan_certificate_not_before_timestamp_seconds") == []
    assert rows(of, "aescan_chain_not_after_timestamp_seconds") == []
    ((labels, _),) = rows(of, "aescan_certificate_info")
    assert not labels.keys() & {"subject", "serial_number", "key_bits", "public_key_sha256"}


def test_serial_number() -> None:
    """Serial numbers are lower-case hex without a prefix; a forbidden negative one shows its sign."""
    numbers = [0x0ABCDEF, 0, -0x1F]
    certificates = [replace(LEAF, serial_number=number) for number in numbers]
    found = rows(snapshot(seen(SOUND, *certificates)), "aescan_certificate_info")
    assert [labels["serial_number"] for labels, _ in found] == ["abcdef", "0", "-1f"]


def test_hostile_text() -> None:
    """A server's text is cut, and its control and direction characters are shown as escapes."""
    hostile = replace(
        LEAF,
        subject=name(("CN", '\n"} 1\naescan_finding 1\u202e')),
        issuer=name(("CN", "x" * 10_000)),
        serial_number=1 << 100_000,
        signature_algorithm="1." * 10_000,
    )
    ((labels, _),) = rows(snapshot(seen(SOUND, hostile)), "aescan_certificate_info")
    assert labels["subject"] == 'CN=\\x0a"} 1\\x0aaescan_finding 1\\u202e'
    assert max(map(len, labels.values())) == LONGEST_VALUE


def test_hostile_chain() -> None:
    """Of an endless chain only the first certificates have series."""
    of = snapshot(seen(SOUND, *[LEAF] * 100))
    assert len(rows(of, "aescan_certificate_info")) == MOST_CERTIFICATES


def test_repeated_findings() -> None:
    """A rule that fired twice still is one series."""
    twice = (finding(sentence="one"), finding(sentence="two"), *LEGACY)
    of = snapshot(seen(SOUND, findings=twice))
    assert Counter(labels["code"] for labels, _ in rows(of, "aescan_finding")) == {
        "expires_soon": 1,
        "expired": 1,
        "sha1_signature": 1,
    }


def test_operators_labels() -> None:
    """Labels of the operator stand on the info metric alone; those that would break the page are left out."""
    labels = {
        "site": 'Malm\u00f6 "north"',
        "target": "mine",
        "port": "1",
        "__name__": "aescan_build_info",
        "not-a-label": "x",
        "größe": "x",
        "": "x",
        "note": "lone \udcff",
    }
    of = snapshot(seen(replace(SOUND, labels=labels)))
    own = {"target": SOUND.name, "host": SOUND.host, "port": "4722", "aes_service": "dmcc"}
    assert rows(of, "aescan_target_info") == [({**own, "site": 'Malmö "north"', "note": "lone \\udcff"}, 1)]
    assert not any(
        ("site", 'Malmö "north"') in labels for metric, labels in series(of) if metric != "aescan_target_info"
    )


def test_release() -> None:
    """The release of the inventory is a label where there is one, and wins over an operator's of that name."""
    labelled = replace(SOUND, labels={"release": "8"})
    told = {
        of.release: labels["release"]
        for of in (labelled, replace(labelled, release="8.1"))
        for labels, _ in rows(snapshot(seen(of)), "aescan_target_info")
    }
    assert told == {"": "8", "8.1": "8.1"}
    assert all("release" not in labels for labels, _ in rows(snapshot(seen(SOUND)), "aescan_target_info"))


def test_names_that_look_the_same() -> None:
    """Two names that print alike cannot make the page repeat a series."""
    twins = [replace(target(), name=text) for text in ("a\x01", "a\\x01")]
    assert len(rows(snapshot(*map(seen, twins)), "aescan_target_info")) == 1


@pytest.mark.parametrize("observation", [sound(), failed(SOUND)])
def test_severities(observation: Observation) -> None:
    """What a target is judged by is told in seconds, whether it answers or not."""
    days = {
        labels["severity"]: value / 86400
        for labels, value in rows(snapshot(observation), "aescan_expiry_threshold_seconds")
    }
    assert days == {Severity.NOTICE.label: 60, Severity.WARNING.label: 30, Severity.CRITICAL.label: 15}


def test_severities_of_a_short_life() -> None:
    """A share of the lifetime is told as what it comes to for the chain last seen."""
    of = replace(SOUND, thresholds=Thresholds(notice_share=0.1))
    lifetime = LEAF.not_after - LEAF.not_before if LEAF.not_after and LEAF.not_before else timedelta(0)
    told = {labels["severity"]: value for labels, value in rows(snapshot(seen(of)), "aescan_expiry_threshold_seconds")}
    assert told["notice"] == lifetime.total_seconds() / 10
    assert rows(snapshot(failed(of)), "aescan_expiry_threshold_seconds")[0][1] == 60 * 86400


def test_clock() -> None:
    """Each server is up or not, and has an offset only where it gave a time."""
    readings = Reading("ntp1", Time(-93600.5, 0.01, 2, 0.1)), Reading("[2001:db8::1]:1123", None, "no answer in time")
    of = replace(snapshot(), clock=readings)
    assert rows(of, "aescan_clock_up") == [({"server": "ntp1"}, 1.0), ({"server": "[2001:db8::1]:1123"}, 0.0)]
    assert rows(of, "aescan_clock_offset_seconds") == [({"server": "ntp1"}, -93600.5)]


def test_long_names_that_the_operator_gave() -> None:
    """Servers and receivers whose names differ at their very end are told apart."""
    host = ".".join(["a" * 63] * 3 + ["b" * 61])
    readings = [Reading(f"{host}:{port}", Time(1, 0.01, 2, 0.1)) for port in (10001, 10002)]
    sent = [Sent(f"udp://{host}:{port}", 0, 0) for port in (10001, 10002)]
    of = replace(snapshot(), clock=tuple(readings), events=tuple(sent))
    for family in "clock_up", "clock_offset_seconds", "events_sent_total", "events_dropped_total":
        found = rows(of, f"aescan_{family}")
        assert len({tuple(labels.items()) for labels, _ in found}) == len(found) == 2


def test_a_file_of_certificates() -> None:
    """A file, which a one-shot page may hold, has no port, and nothing was negotiated with it."""
    outcome = seen(Target("server.p12", "", 0)).outcome
    assert isinstance(outcome, Seen)
    of_file = replace(outcome, capture=replace(outcome.capture, version="", cipher_suite=""))
    known = snapshot(replace(seen(Target("server.p12", "", 0)), outcome=of_file))

    assert rows(known, "aescan_target_info") == [({"target": "server.p12"}, 1.0)]
    assert rows(known, "aescan_tls_info") == []
