"""The page of metrics says what the contract says, in names, labels and values."""

import subprocess
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from aescan.errors import Reason
from aescan.exporter.metrics import FAMILIES, collect
from aescan.exporter.negotiation import Format
from aescan.exporter.state import Snapshot, State
from aescan.tls.capture import ViewName
from tests.exporter.estate import BUILD, LOST, SOUND, Series, estate, page, rows, series, snapshot, sound
from tests.facts import INTERMEDIATE, LEAF, NOW, answering, failed, finding, looked_at, seen
from tests.tools import tool

GOLDEN = Path(__file__).parents[1] / "golden" / "metrics.txt"

CONTRACT = {
    "aescan_target_info": {"target", "host", "port", "aes_service", "site", "owner"},
    "aescan_probe_success": {"target"},
    "aescan_probe_failed": {"target", "reason"},
    "aescan_probe_duration_seconds": {"target"},
    "aescan_probe_connections": {"target"},
    "aescan_probe_timestamp_seconds": {"target"},
    "aescan_probe_last_success_timestamp_seconds": {"target"},
    "aescan_chain_not_after_timestamp_seconds": {"target"},
    "aescan_certificate_not_after_timestamp_seconds": {"target", "position", "role"},
    "aescan_certificate_not_before_timestamp_seconds": {"target", "position", "role"},
    "aescan_certificate_info": {
        *("target", "position", "role", "subject", "issuer", "serial_number", "fingerprint_sha256"),
        *("public_key_sha256", "signature_algorithm", "key_algorithm", "key_bits"),
    },
    "aescan_tls_info": {"target", "version", "cipher", "client_certificate"},
    "aescan_tls_protocol_supported": {"target", "version"},
    "aescan_chain_trusted": {"target", "store"},
    "aescan_finding": {"target", "code", "severity"},
    "aescan_client_compatible": {"target", "client"},
    "aescan_expiry_threshold_seconds": {"target", "severity"},
    "aescan_inventory_targets": {"source"},
    "aescan_inventory_up": {"source"},
    "aescan_inventory_last_success_timestamp_seconds": {"source"},
    "aescan_probes_total": set(),
    "aescan_probe_failures_total": {"reason"},
    "aescan_sweep_duration_seconds": set(),
    "aescan_sweep_timestamp_seconds": set(),
    "aescan_sweep_due_timestamp_seconds": set(),
    "aescan_clock_up": {"server"},
    "aescan_clock_offset_seconds": {"server"},
    "aescan_certificate_changes_total": {"target"},
    "aescan_history_up": set(),
    "aescan_events_sent_total": {"sink"},
    "aescan_events_dropped_total": {"sink"},
    "aescan_config_last_reload_successful": set(),
    "aescan_config_last_reload_success_timestamp_seconds": set(),
    "aescan_own_certificate_not_after_timestamp_seconds": {"file"},
    "aescan_build_info": {"version", "python", "openssl"},
}
"""Every metric with every label it may have; names and labels are a public API."""


def test_golden_page() -> None:
    """The page of the fixed estate is the golden one, to the letter."""
    assert page(estate().snapshot()) == GOLDEN.read_text(encoding="utf-8")


def test_contract() -> None:
    """The metrics and their labels are those of the contract, and no others."""
    labels: dict[str, set[str]] = {}
    for family in collect(estate().snapshot()):
        for sample in family.samples:
            labels.setdefault(sample.name, set()).update(sample.labels)
    assert labels == CONTRACT
    assert [family.name for family in FAMILIES] == list(CONTRACT)


def test_formats_agree() -> None:
    """Both formats hold the same series, and each passes the library's parser."""
    of = estate().snapshot()
    openmetrics = parse_openmetrics(page(of, Format.OPENMETRICS) + "# EOF\n")  # type: ignore[no-untyped-call] # untyped there
    text = samples(parse_text(page(of)))
    assert text == samples(openmetrics)
    assert len(text) == sum(len(family.samples) for family in collect(of))


def samples(families: Iterable[Metric]) -> Series:
    """Return every sample of these families."""
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


def test_promtool() -> None:
    """Promtool finds nothing to say about the page."""
    promtool = tool("promtool", "the Debian package prometheus")
    checked = subprocess.run(
        [promtool, "check", "metrics"], input=page(estate().snapshot()), capture_output=True, check=False, text=True
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


@pytest.mark.parametrize("findings", [0, 1, 2])
def test_series_of_a_target(findings: int) -> None:
    """A target with a chain of two has eighteen series, and one for each finding."""
    codes = tuple(finding(f"code_{number}") for number in range(findings))
    counted = count(snapshot(seen(SOUND, LEAF, INTERMEDIATE, findings=codes)))
    assert counted == 18 + findings
    assert counted <= 20


@pytest.mark.parametrize("findings", [0, 1])
def test_series_of_a_failing_target(findings: int) -> None:
    """A failing target has one series more, which says why."""
    codes = tuple(finding(f"code_{number}") for number in range(findings))
    counted = count(snapshot(seen(SOUND, LEAF, INTERMEDIATE, findings=codes), failed(SOUND)))
    assert counted == 19 + findings
    assert counted <= 20


def count(of: Snapshot) -> int:
    """Return the number of series of the sound target."""
    return sum(("target", SOUND.name) in labels for _, labels in series(of))


def test_failing_target_keeps_facts() -> None:
    """A failing target keeps every fact of its last chain, and the moment that says how old they are."""
    facts = (
        "aescan_certificate",
        "aescan_client",
        "aescan_chain",
        "aescan_tls",
        "aescan_finding",
        "aescan_probe_last_success",
    )
    good, lost = snapshot(sound()), snapshot(sound(), failed(SOUND, Reason.ALERT, moment=NOW))

    def kept(of: Snapshot) -> Series:
        return {key: value for key, value in series(of).items() if key[0].startswith(facts)}

    assert kept(good) == kept(lost)
    assert len(kept(good)) == 13
    assert rows(lost, "aescan_probe_success") == [({"target": SOUND.name}, 0)]
    assert rows(lost, "aescan_probe_failed") == [({"target": SOUND.name, "reason": "alert"}, 1)]
    assert rows(good, "aescan_probe_failed") == []


def test_protocols_that_could_not_be_told() -> None:
    """A version accepted is 1, one refused is 0, and one of which nothing is known is absent."""
    of = snapshot(answering(seen(SOUND), SSL_2_0=None, TLS_1_0=False, TLS_1_2=True), failed(SOUND))
    assert rows(of, "aescan_tls_protocol_supported") == [
        ({"target": SOUND.name, "version": "TLS 1.0"}, 0),
        ({"target": SOUND.name, "version": "TLS 1.2"}, 1),
    ]


def test_the_first_end_of_all_views() -> None:
    """A chain that only some clients are shown ends for them: the moment is that of the first."""
    of = snapshot(looked_at(seen(SOUND), (ViewName.ECDSA, seen(None, replace(LEAF, not_after=NOW)))))
    assert rows(of, "aescan_chain_not_after_timestamp_seconds") == [({"target": SOUND.name}, NOW.timestamp())]


def test_vanished_target() -> None:
    """A target that left the inventory has no series at all."""
    state = estate()
    state.configure((SOUND,), NOW)
    assert LOST.name not in page(state.snapshot())
    assert SOUND.name in page(state.snapshot())


def test_before_the_first_sweep() -> None:
    """Before anything was probed the page tells the inventory, and what is counted is there with 0."""
    found = {metric for metric, _ in series(State((SOUND,), NOW, BUILD).snapshot())}
    assert found == {
        "aescan_target_info",
        "aescan_expiry_threshold_seconds",
        "aescan_inventory_targets",
        "aescan_probes_total",
        "aescan_probe_failures_total",
        "aescan_config_last_reload_successful",
        "aescan_config_last_reload_success_timestamp_seconds",
        "aescan_build_info",
    }
