"""The rules of Prometheus are sound, tested, and name only what the exporter has."""

import re
import subprocess
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from aescan.findings.catalogue import all_rules
from aescan.findings.model import Severity
from tests.config.rules import FOLDER, ROOT, RULE_FILES, TEST_FILES, Alert, alerts, groups, named, rules
from tests.exporter.test_metrics import CONTRACT
from tests.tools import tool

ALERTS = alerts()
RECORDS = {rule["record"] for rule in rules("record")}
SERIES = {"up": {"job"}, "process_start_time_seconds": set[str]()}
"""What is not aescan's own: Prometheus has the one of every scrape, and docs/metrics.md promises the other."""

OF_PROMETHEUS = {"job", "instance"}
BY_MOMENT = {"expired", "expires_imminently", "expires_soon", "expires_ahead", "not_yet_valid"}
"""Findings whose alerts are made of moments, which stay true while nothing can be seen."""

FINDING = "aescan:target_finding:not_after_timestamp_seconds"


def id_of(alert: Alert) -> str:
    """Return what a test of this alert is called."""
    return alert.name


def run(*command: str | Path) -> str:
    """Return what the command said, which has to end well."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.name)
def test_rules_are_sound(path: Path) -> None:
    """Prometheus takes every file of rules as it stands."""
    assert "SUCCESS" in run(tool("promtool", "the Debian package prometheus"), "check", "rules", "--lint-fatal", path)


@pytest.mark.parametrize("path", TEST_FILES, ids=lambda path: path.name)
def test_rules_do_what_they_say(path: Path) -> None:
    """The tests of the rules pass."""
    run(tool("promtool", "the Debian package prometheus"), "test", "rules", path)


def test_metrics_and_labels_exist() -> None:
    """A rule and a text of an alert name only metrics and labels that the exporter, or another rule, has."""
    found = named([*(rule["expr"] for rule in rules("record")), *(query for one in ALERTS for query in one.queries)])
    labels = OF_PROMETHEUS.union(*CONTRACT.values(), {"release"})

    unknown = found.metrics.keys() - CONTRACT.keys() - SERIES.keys() - RECORDS
    assert unknown == set()
    for metric, selected in found.metrics.items():
        own = CONTRACT.get(metric, SERIES.get(metric, labels))
        assert selected <= own | OF_PROMETHEUS, metric
    assert found.labels <= labels


def test_groups_hold_what_they_remember() -> None:
    """A rule that goes on with its own last value is asked often enough to find it: within five minutes."""
    for path, group in groups():
        assert group["interval"] == "1m", f"{path.name}: {group['name']}"


def test_names() -> None:
    """Every alert has a name of its own, which says whose it is."""
    names = [alert.name for alert in ALERTS]

    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"Aescan[A-Z][A-Za-z0-9]+", name) for name in names)


@pytest.mark.parametrize("alert", ALERTS, ids=id_of)
def test_alerts_are_whole(alert: Alert) -> None:
    """Every alert has a severity, a summary, a next step and its runbook; a text names only labels that are there."""
    labels = OF_PROMETHEUS.union(*CONTRACT.values(), {"release"})

    assert set(alert.annotations) == {"summary", "description", "runbook_url"}
    assert alert.annotations["runbook_url"] == f"docs/runbooks/{alert.name}.md"
    assert alert.severity in {one.label for one in Severity} or alert.name == "AescanOtherFinding"
    for text in alert.annotations.values():
        assert set(re.findall(r"\$labels\.(\w+)", text)) <= labels
        assert "\n" not in text


def _selects(alert: Alert, code: str, severity: str) -> bool:
    """Whether a finding of this code and severity fires the alert."""
    if not (selected := re.search(rf"^{FINDING}\{{(.*)\}}$", alert.expr.strip(), re.DOTALL)):
        return False
    of = {"code": code, "severity": severity}
    for label, operator, value in re.findall(r"(\w+)\s*(=~|!~|=)\s*\"([^\"]*)\"", selected[1]):
        if bool(re.fullmatch(value, of[label])) == (operator == "!~"):
            return False
    return True


def test_every_finding_that_matters_has_one_alert() -> None:
    """Each critical finding and each warning fires one alert, of its own severity; those about an end its moments."""
    for rule in all_rules():
        code, severity = rule.code, rule.severity.label
        firing = [alert for alert in ALERTS if _selects(alert, code, severity)]
        if code in BY_MOMENT:
            assert firing == [], code
            continue
        assert len(firing) == 1 or (rule.severity is Severity.NOTICE and not firing), code
        assert all(alert.severity in {severity, None} for alert in firing), code


def test_no_alert_on_a_code_that_does_not_exist() -> None:
    """What an alert says of a code is about one of the catalogue."""
    codes = {rule.code for rule in all_rules()}
    expressions = "\n".join([*(alert.expr for alert in ALERTS), *(rule["expr"] for rule in rules("record"))])
    said = {code for value in re.findall(r"code(?:=~|!~|=)\"([^\"]*)\"", expressions) for code in value.split("|")}

    assert said <= codes
    assert codes > BY_MOMENT


def _firing(expected: dict[str, list[dict[str, str]]]) -> set[str]:
    """Return the labels of what a test says fires at a moment."""
    return {sample["labels"] for sample in expected.get("exp_samples", ())}


def _names(labels: set[str]) -> set[str]:
    return {re.findall(r'alertname="(\w+)"', one)[0] for one in labels}


def test_every_alert_is_tested() -> None:
    """For every alert the tests show its whole text, that it fires after it did not, and that it resolves."""
    told: set[str] = set()
    shown: defaultdict[str, set[str]] = defaultdict(set)
    for test in (one for path in TEST_FILES for one in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]):
        told |= {one["alertname"] for one in test.get("alert_rule_test", ()) if one.get("exp_alerts")}
        asked = [one for one in test.get("promql_expr_test", ()) if "by (alertname, target) (ALERTS{" in one["expr"]]
        for before, after in pairwise(map(_firing, asked)):
            for name in _names(after - before):
                shown[name].add("fires")
            for name in _names(before - after):
                shown[name].add("resolves")

    names = {alert.name for alert in ALERTS}
    assert told == names
    assert {name for name in names if shown[name] != {"fires", "resolves"}} == set()


def test_files_of_rules_stand_together() -> None:
    """The tests name the files that operators load."""
    loaded = {path.name for path in RULE_FILES}
    tested = {
        (path.parent / name).resolve()
        for path in TEST_FILES
        for name in yaml.safe_load(path.read_text(encoding="utf-8"))["rule_files"]
    }

    assert tested == {(FOLDER / name).resolve() for name in loaded}


def test_page_of_the_alerts() -> None:
    """The page lists every alert with severity and wait, in the order of the file, and every record."""
    page = (ROOT / "docs" / "alerts.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[?`(Aescan\w+)`(?:\]\([^)]*\))? \| ([a-z' ]+) \| (\w*) \| \S", page, re.MULTILINE)

    assert listed == [(alert.name, alert.severity or "its own", alert.waits) for alert in ALERTS]
    ours = {record for record in RECORDS if record.startswith("aescan:") and not record.startswith("aescan:limit:")}
    told = set(re.findall(r"`(aescan:[a-z_:]+)`", page))
    assert ours - told == {
        "aescan:target_warning_from:timestamp_seconds",
        "aescan:targets_on_default_certificate:ratio",
    }
    assert told - ours <= {record for record in RECORDS if record.startswith("aescan:limit:")}
