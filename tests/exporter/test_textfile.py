"""The metrics of one sweep as a file, read by the libraries and programs that it is for."""

import http.client
import os
import re
import subprocess
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families as parse

from aescan.exporter.metrics import FAMILIES
from aescan.exporter.textfile import OF_A_PROCESS, SIMULATED, render
from aescan.report.model import Report
from tests.exporter.estate import LOST, ODD, sound
from tests.facts import failed, finding, seen
from tests.report.estate import REPORT, report
from tests.tools import tool

MIXED = report(sound(), failed(LOST), seen(ODD))


def samples(of: Report) -> dict[str, int]:
    """Return how many samples each metric has."""
    found: dict[str, int] = {}
    for family in parse("".join(render(of))):
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0) + 1
            assert sample.timestamp is None
    return found


def test_metrics() -> None:
    """What one sweep can tell is there, a sample for each target."""
    found = samples(MIXED)
    assert found["aescan_target_info"] == found["aescan_probe_success"] == 3
    assert found["aescan_chain_not_after_timestamp_seconds"] == 2
    assert found["aescan_probe_failed"] == found["aescan_build_info"] == found["aescan_sweep_timestamp_seconds"] == 1


def test_findings_about_the_estate() -> None:
    """Every finding of the report is there, also what was found by looking at targets beside each other."""
    page = "".join(render(report(seen(findings=(finding(), finding("shared_key"))))))
    assert re.findall(r'^aescan_finding\{.*code="(\w+)"', page, re.MULTILINE) == ["expires_soon", "shared_key"]


def test_only_metrics_of_a_sweep() -> None:
    """What needs a process that stays is left out, and all left out are metrics of ours."""
    assert {family.name for family in FAMILIES} >= OF_A_PROCESS
    assert OF_A_PROCESS.isdisjoint(samples(MIXED))


def test_an_interrupted_sweep_tells_no_end() -> None:
    """When the last complete sweep ended is not said of one that was not."""
    found = samples(replace(MIXED, complete=False, expected=9))
    assert "aescan_probe_success" in found
    assert "aescan_sweep_timestamp_seconds" not in found


def test_duration() -> None:
    """A sweep lasts from the first probe's beginning to the report."""
    page = "".join(render(replace(MIXED, moment=sound().moment.replace(second=9))))
    assert "\naescan_sweep_duration_seconds 9.0\n" in page


def test_simulated() -> None:
    """The lab says that it is one, in a comment."""
    assert next(iter(render(REPORT))) == SIMULATED
    assert SIMULATED not in "".join(render(MIXED))


def test_nothing_looked_at() -> None:
    """Without a target there is the version of aescan."""
    assert set(samples(report())) >= {"aescan_build_info", "aescan_sweep_timestamp_seconds"}


def test_promtool_finds_no_fault() -> None:
    """Prometheus' own linter has nothing to say."""
    command = [tool("promtool", "the Debian package prometheus"), "check", "metrics"]
    page = "".join(render(REPORT))
    done = subprocess.run(command, input=page, capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_node_exporter_serves_it(tmp_path: Path) -> None:
    """The textfile collector takes the file whole: every sample is on its page, and it has no error."""
    program = tool("prometheus-node-exporter", "the Debian package prometheus-node-exporter")
    page = "".join(render(REPORT))
    (tmp_path / "aescan.prom").write_text(page, encoding="utf-8")
    options = "--collector.disable-defaults", "--collector.textfile", f"--collector.textfile.directory={tmp_path}"
    command = [program, "--web.listen-address=127.0.0.1:0", *options]
    environment = {**os.environ, "TZ": "UTC"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8", env=environment) as process:
        try:
            assert process.stderr is not None
            ports = (re.search(r"Listening on.*address=127\.0\.0\.1:(\d+)", line) for line in process.stderr)
            port = next(int(found[1]) for found in ports if found)
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
                connection.request("GET", "/metrics")
                served = connection.getresponse().read().decode()
        finally:
            process.kill()
    assert "\nnode_textfile_scrape_error 0\n" in served
    ours = [line for line in page.splitlines() if not line.startswith("#")]
    assert len([line for line in served.splitlines() if line.startswith("aescan_")]) == len(ours) > 100
