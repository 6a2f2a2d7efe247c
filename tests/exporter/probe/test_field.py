"""A Prometheus that was set up for blackbox_exporter or ssl_exporter gets right answers from aescan."""

from collections.abc import Iterator

import pytest

from tests.exporter.probe.expressions import OF_NEITHER, OF_PROBES, OF_PROBES_AND_RULES, Asked, Values
from tests.exporter.probe.field import Estate, Field, probed, recorded, running


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    """Give the targets and aescan."""
    with running(tmp_path_factory.mktemp("estate")) as estate:
        yield estate


@pytest.fixture(scope="module")
def probes(estate: Estate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    """Give a Prometheus that has probed each target through aescan."""
    with probed(estate, tmp_path_factory.mktemp("probed")) as field:
        yield field


@pytest.fixture(scope="module")
def records(estate: Estate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    """Give a Prometheus that has recorded what the sweep saw of each."""
    with recorded(estate, tmp_path_factory.mktemp("recorded")) as field:
        yield field


def test_scrapes(probes: Field) -> None:
    """Metrics, and every target of the service discovery, over TLS with a password; nothing without it."""
    asked = probes.prometheus.rows("up", probes.moment)
    ups = {(row["metric"]["job"], row["metric"]["instance"]): row["value"][1] for row in asked}
    address, instances = probes.estate.address, probes.estate.instances.values()

    own = {("aescan", address): "1", ("stranger", address): "0"}
    assert ups == own | {("blackbox-exporter", instance): "1" for instance in instances}


def test_metrics(probes: Field) -> None:
    """What was scraped of the sweep says the same as the probes."""
    rows = probes.prometheus.rows('aescan_probe_success{job="aescan"}', probes.moment)
    seen = {row["metric"]["target"]: float(row["value"][1]) for row in rows}

    assert seen == {story: value for story, (value,) in probes.values("probe_success").items()}


def test_beside_the_rules_of_the_sweep(probes: Field) -> None:
    """A target that is swept and probed counts once, where the job of the probes leaves aescan's families out."""
    rows = probes.prometheus.rows("aescan:target_not_after:timestamp_seconds", probes.moment)

    assert sorted(row["metric"]["target"] for row in rows) == sorted(probes.estate.ends)


def nearly(right: Values) -> dict[str, object]:
    """Return what these values equal, but for what division costs of a float."""
    return {story: pytest.approx(values, rel=1e-12) for story, values in right.items()}


@pytest.mark.parametrize("asked", [*OF_PROBES_AND_RULES, *OF_PROBES, *OF_NEITHER], ids=str)
def test_answers_of_probes(probes: Field, asked: Asked) -> None:
    """Alerts and dashboards in the field get the right answer for each of the five targets."""
    assert probes.values(asked.expr) == nearly(asked.right(probes))


@pytest.mark.parametrize("asked", OF_PROBES_AND_RULES, ids=str)
def test_answers_of_rules(records: Field, asked: Asked) -> None:
    """Those that go by the success and the end alone get the same of the sweep, without a probe of their own."""
    assert records.values(asked.expr) == nearly(asked.right(records))
