"""docs/metrics.md, the contract of the tests and the page itself tell of the same metrics."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from aescan.exporter.metrics import FAMILIES, SUFFIXES
from aescan.exporter.negotiation import Format
from tests.config.rules import named
from tests.exporter.estate import estate, page
from tests.exporter.test_metrics import CONTRACT
from tests.tools import tool

REFERENCE = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(aescan_[a-z0-9_]+)` \| (\w+) \| ([^|]*)\| (\S[^|]*) \|$", REFERENCE, re.MULTILINE)
QUERIES = re.findall(r"^\| [^`|]+ \| `([^`]+)` \|$", REFERENCE, re.MULTILINE)

OF_ANY_TARGET = {"site", "owner"}
"""Labels of the tests' inventory, which the reference calls the inventory's own."""

OF_SOME_TARGETS = {"release"}
"""Labels that no target of the contract's estate has."""

OF_PROMETHEUS = {"job", "instance"}


def test_rows_are_those_of_the_contract() -> None:
    """The reference describes exactly the metrics there are, in the order of the page."""
    assert [name for name, _, _, _ in ROWS] == list(CONTRACT)


@pytest.mark.parametrize(("name", "labels"), [(name, labels) for name, _, labels, _ in ROWS])
def test_labels_are_those_of_the_contract(name: str, labels: str) -> None:
    """Every row names the labels that the metric may have, and no others."""
    told = set(re.findall(r"`(\w+)`", labels))
    if "the inventory's own" in labels:
        told = (told | OF_ANY_TARGET) - OF_SOME_TARGETS

    assert told == CONTRACT[name]


def test_types_are_those_of_the_page() -> None:
    """Every row has the type that the page declares; the plain text knows no info, and calls it a gauge."""
    told = {name: kind for name, kind, _, _ in ROWS}
    snapshot = estate().snapshot()
    openmetrics = parse_openmetrics(page(snapshot, Format.OPENMETRICS) + "# EOF\n")  # type: ignore[no-untyped-call] # untyped there
    plain = {sample.name: family.type for family in parse_text(page(snapshot)) for sample in family.samples}

    assert {family.name + SUFFIXES[family.type]: family.type for family in openmetrics} == told
    assert plain == {name: "gauge" if kind == "info" else kind for name, kind in told.items()}
    assert told == {family.name: family.kind for family in FAMILIES}


def test_every_metric_is_asked_for() -> None:
    """There is a query for each metric, by labels that it has."""
    known = OF_PROMETHEUS.union(*CONTRACT.values())
    for query in QUERIES:
        found = named([query])
        assert found.labels <= known, query
        for name, selected in found.metrics.items():
            assert selected <= CONTRACT[name] | OF_PROMETHEUS, query

    assert named(QUERIES).metrics.keys() == CONTRACT.keys()


def test_queries_parse(tmp_path: Path) -> None:
    """Prometheus takes every query as it stands."""
    rules = [{"record": f"example:{number}", "expr": query} for number, query in enumerate(QUERIES)]
    path = tmp_path / "examples.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "examples", "rules": rules}]}), encoding="utf-8")
    checked = subprocess.run(
        [tool("promtool", "the Debian package prometheus"), "check", "rules", path],
        capture_output=True,
        check=False,
        text=True,
    )

    assert checked.returncode == 0, checked.stderr
    assert f"{len(QUERIES)} rules found" in checked.stdout
