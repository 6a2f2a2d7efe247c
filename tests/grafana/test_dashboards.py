"""The dashboards: made by the source beside them, laid out soundly, every panel explained, every query bounded."""

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from aescan.exporter.metrics import FAMILIES
from grafana.source.__main__ import FOLDER, dashboards
from grafana.source.palette import COLOURS
from grafana.source.panels import POINTS
from tests.exporter.estate import estate
from tests.grafana.dashboards import FILES, Asked, asked, events, load, panels

MADE = dict(dashboards())
EXPRESSIONS = [one for file in FILES for one in (*asked(file), *events(file))]
PROMETHEUS = {"up", "scrape_duration_seconds", "scrape_samples_scraped"}
"""What Prometheus itself says of every target it scrapes."""

PROCESS = re.compile(r"(process|python)_[a-z_]+")

LABELS = {
    family.name: {label for labels, _ in family.rows(estate().snapshot()) for label in labels} for family in FAMILIES
}
"""The labels of each metric, from an estate that has a row of every one."""

UNLABELLED = {
    "aescan_probes_total",
    "aescan_sweep_duration_seconds",
    "aescan_sweep_timestamp_seconds",
    "aescan_sweep_due_timestamp_seconds",
    "aescan_history_up",
    "aescan_config_last_reload_successful",
    "aescan_config_last_reload_success_timestamp_seconds",
}

each_board = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
each_expression = pytest.mark.parametrize("one", EXPRESSIONS, ids=str)


def test_every_metric_has_rows_here() -> None:
    """The estate that tells the labels leaves no metric out."""
    assert [name for name, labels in LABELS.items() if not labels and name not in UNLABELLED] == []


def test_files_are_those_of_the_source() -> None:
    """Every dashboard is committed, and no other file lies beside them."""
    assert sorted(MADE) == FILES
    assert sorted(FOLDER.iterdir()) == FILES


@each_board
def test_regenerating_changes_nothing(file: Path) -> None:
    """A dashboard is what its source makes: `make dashboards` writes the same bytes."""
    assert file.read_text(encoding="utf-8") == MADE[file]


@each_board
def test_panels_have_ids_and_places(file: Path) -> None:
    """Ids are there and unique; no panel overlaps another or runs over the right edge."""
    places = load(file)["panels"]
    ids = [panel["id"] for panel in places]

    assert sorted(set(ids)) == sorted(ids)
    assert all(isinstance(number, int) and number > 0 for number in ids)
    for panel in places:
        at = panel["gridPos"]
        assert (at["x"] >= 0, at["y"] >= 0, at["w"] > 0, at["h"] > 0, at["x"] + at["w"] <= 24) == (True,) * 5
    for one, other in combinations(places, 2):
        assert not _overlap(one["gridPos"], other["gridPos"]), (one["title"], other["title"])


def _overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
    above = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
    return not (beside or above)


@each_board
def test_panels_explain_themselves(file: Path) -> None:
    """Every panel has a title, a description in sentences, a unit, and limits."""
    titles = [panel["title"] for panel in panels(load(file))]

    assert sorted(set(titles)) == sorted(titles)
    for panel in panels(load(file)):
        defaults = panel["fieldConfig"]["defaults"]

        assert panel["title"]
        assert panel["description"].endswith((".", ")."))
        assert defaults["unit"]
        assert defaults["thresholds"]["steps"][0]["value"] is None
        assert defaults["color"]["mode"] in {"thresholds", "shades"}


@each_board
def test_colours_are_those_of_the_palette(file: Path) -> None:
    """No dashboard has a colour that is not in the palette."""
    assert _colours(load(file)) <= COLOURS


def _colours(part: Any) -> set[str]:  # noqa: ANN401  JSON
    if isinstance(part, dict):
        own = {part[key] for key in ("color", "fixedColor", "iconColor") if isinstance(part.get(key), str)}
        return own.union(*map(_colours, part.values()))
    return set().union(*map(_colours, part)) if isinstance(part, list) else set()


@each_board
def test_labels_in_tables_stay_text(file: Path) -> None:
    """A port is 4722, not 4.72 K: a column from a label has no unit but text."""
    for panel in panels(load(file)):
        for step in panel.get("transformations", ()):
            for name, heading in step["options"].get("renameByName", {}).items():
                overrides = {one["matcher"]["options"]: one["properties"] for one in panel["fieldConfig"]["overrides"]}
                as_text = {"id": "unit", "value": "string"} in overrides[heading]

                assert as_text != name.startswith("Value"), (panel["title"], heading)


@each_board
def test_variables(file: Path) -> None:
    """Every dashboard lets one choose data source, site, service and owner; no expression uses another variable."""
    board = load(file)
    names = [variable["name"] for variable in board["templating"]["list"]]
    asking = [one.expr for one in EXPRESSIONS if one.board == file.stem]
    asking += [variable["definition"] for variable in board["templating"]["list"][1:]]
    used = {name for expr in asking for name in re.findall(r"\$\{?([a-z]\w*)", expr)}

    assert names[0] == "datasource"
    assert {"site", "service", "owner"} <= set(names)
    assert used <= {*names, "__rate_interval"}
    assert set(names) - {"datasource"} <= used
    for panel in panels(board):
        assert {target["datasource"]["uid"] for target in panel["targets"]} == {"${datasource}"}


@each_board
def test_missing_labels_are_chosen_by_all(file: Path) -> None:
    """All means targets without that label too: an inventory need not use any."""
    by_name = {variable["name"]: variable for variable in load(file)["templating"]["list"]}

    assert [by_name[name]["allValue"] for name in ("site", "service", "owner")] == [".*"] * 3


@each_board
def test_links_lead_to_dashboards(file: Path) -> None:
    """Every link goes to one of these dashboards, and gives only variables that it has."""
    variables = {board["uid"]: {one["name"] for one in board["templating"]["list"]} for board in map(load, FILES)}
    text = file.read_text(encoding="utf-8")
    for uid, arguments in re.findall(r'"url": "/d/([\w-]+)\?(.*)"', text):
        assert set(re.findall(r"var-(\w+)=", arguments)) <= variables[uid]


@each_expression
def test_metrics_exist(one: Asked) -> None:
    """Every metric of an expression is one that the exporter or Prometheus itself has."""
    ours = {family.name for family in FAMILIES}
    named = set(re.findall(r"\b(?:aescan|process|python|scrape)_\w+|\bup\b", one.expr))

    assert {name for name in named if name not in ours | PROMETHEUS and not PROCESS.fullmatch(name)} == set()


@each_expression
def test_labels_exist(one: Asked) -> None:
    """Every label of an expression is one that a metric of it has, or that the expression itself made."""
    named = set(re.findall(r'(\w+)=~?"', one.expr))
    for grouping in re.findall(r"\b(?:by|on|group_left|group_right|without|ignoring) \(([^)]*)\)", one.expr):
        named.update(filter(None, grouping.split(", ")))
    made = set(re.findall(r'count_values(?: by \([^)]*\))? ?\("(\w+)"', one.expr))
    labels = {label for name in re.findall(r"\baescan_\w+", one.expr) for label in LABELS[name]}

    assert named <= labels | made | {"job", "instance"}


@each_expression
def test_queries_ask_for_no_more_than_they_show(one: Asked) -> None:
    """A curve has a bounded number of moments; what is no curve is asked for once, not over the time range."""
    assert "[$__range]" not in one.expr
    if one.course and one.points is not None:
        assert one.points <= POINTS
    if one.board == "aescan-host":
        names = re.findall(r"\b(aescan_\w+)(\{[^}]*\})?", one.expr)
        assert [name for name, selector in names if 'target=~"$target"' not in selector] == []


def test_pictures_are_small() -> None:
    """Every dashboard has a picture, of 250 kB at most."""
    folder = FOLDER.parent.parent / "docs" / "pictures"
    sizes = [(folder / f"dashboard-{file.stem.removeprefix('aescan-')}.png").stat().st_size for file in FILES]

    assert max(sizes) <= 250_000


def test_lock_of_the_renderer_names_no_registry() -> None:
    """What npm installs is told by version and digest alone, so that everybody's own registry serves it."""
    lock = json.loads((FOLDER.parent / "render" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}

    assert [name for name, package in packages.items() if "integrity" not in package or "resolved" in package] == []
