"""What the less obvious queries mean, by promtool: series over time go in, what a panel shows comes out."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grafana.source.estate import MONTHS
from tests.grafana.dashboards import ALL, FOLDER, asked, events, interpolated
from tests.tools import tool

EXPRESSIONS = {f"{one.board}: {one.place}": one.expr for file in FOLDER.glob("*.json") for one in asked(file)}
EVENTS = {f"{one.board}: {one.place}": one.expr for file in FOLDER.glob("*.json") for one in events(file)}
CLIFF = "aescan-estate: Where the cliff is: chains that end, by month and cause"
KEY = 'job="aescan", instance="a:10722", '
DAY = 86400
VALUES = ALL | {"host": "one", "target": "(one)"}

LAST = MONTHS * 30 // 28 * 28
"""The last day that is asked for its month."""

Rows = Sequence[tuple[str, float]]


def series(name: str, target: str, values: str, labels: str = "") -> Mapping[str, str]:
    """Return a series of one target."""
    return {"series": f'{name}{{{KEY}target="{target}"{labels}}}', "values": values}


def target(name: str, not_after: datetime | float, *codes: str, site: str = "") -> list[Mapping[str, str]]:
    """Return the series of a target that ends at this moment and has these findings."""
    end = not_after.timestamp() if isinstance(not_after, datetime) else not_after
    place = f', site="{site}"' if site else ""
    return [
        series("aescan_target_info", name, "1x5000", f', host="{name}", port="443", aes_service="dmcc"{place}'),
        series("aescan_chain_not_after_timestamp_seconds", name, f"{end:.0f}x5000"),
        *(series("aescan_finding", name, "1x5000", f', code="{code}", severity="critical"') for code in codes),
    ]


def holds(folder: Path, given: Sequence[Mapping[str, str]], expr: str, expected: Rows, at: str = "0m") -> None:
    """Have promtool compare what the expression has at that time (since 1970) with what is expected."""
    samples = [{"labels": labels, "value": value} for labels, value in expected]
    wanted = [{"expr": interpolated(expr, VALUES), "eval_time": at, "exp_samples": samples}]
    interval = "1h" if at.endswith("h") else "1m"
    test = {"tests": [{"interval": interval, "input_series": [*given], "promql_expr_test": wanted}]}
    (folder / "test.yml").write_text(json.dumps(test), encoding="utf-8")  # JSON is YAML
    command = [tool("promtool", "the Debian package prometheus"), "test", "rules", "test.yml"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr


def row(month: str, code: str) -> str:
    """Return the labels of one part of a column of the cliff."""
    return f'{{month="{month}", code="{code}"}}'


def test_cliff(tmp_path: Path) -> None:
    """Ends are counted by calendar month to the second, by the first cause; it is 1 February 1970."""
    given = [
        *target("one", datetime(1970, 2, 28, 23, 59, 59, tzinfo=UTC), "notice_recipe", "avaya_default_certificate"),
        *target("two", datetime(1970, 2, 28, 23, 59, 59, tzinfo=UTC), "sip_ca_ends"),
        *target("three", datetime(1970, 3, 1, tzinfo=UTC), "expires_soon"),
        *target("four", datetime(1970, 3, 31, tzinfo=UTC)),
        *target("five", datetime(1971, 7, 26, tzinfo=UTC), "notice_recipe"),
        *target("six", datetime(1971, 7, 26, 0, 0, 1, tzinfo=UTC), "notice_recipe"),
        *target("seven", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), "avaya_self_signed_default"),
    ]
    expected = [
        (row("1970-02", "avaya_default_certificate"), 1),
        (row("1970-02", "sip_ca_ends"), 1),
        (row("1970-03", "other"), 2),
        (row("1971-07", "notice_recipe"), 1),
        (row("later", "notice_recipe"), 1),
        (row("later", "avaya_self_signed_default"), 1),
    ]
    holds(tmp_path, given, EXPRESSIONS[f"{CLIFF} A"], expected, at="744h")


def test_cliff_of_what_has_ended(tmp_path: Path) -> None:
    """A chain that ended stands under (ended), from the second of its end on."""
    given = [*target("one", 744 * 3600), *target("two", 744 * 3600 + 1, "avaya_default_certificate")]
    expected = [(row("(ended)", "other"), 1), (row("1970-02", "avaya_default_certificate"), 1)]

    holds(tmp_path, given, EXPRESSIONS[f"{CLIFF} A"], expected, at="744h")


@pytest.mark.parametrize("at", ["0m", "720h", "743h", "8759h"])
def test_every_month_has_a_place(tmp_path: Path, at: str) -> None:
    """No month is left out, whichever day it is, the last of January too."""
    moment = int(at.rstrip("hm")) * 3600
    months = {datetime.fromtimestamp(moment + day * DAY, UTC).strftime("%Y-%m") for day in range(0, LAST + 1, 28)}
    everyday = {datetime.fromtimestamp(moment + day * DAY, UTC).strftime("%Y-%m") for day in range(LAST + 1)}

    assert months == everyday
    holds(
        tmp_path, [], f"count by (month) ({EXPRESSIONS[f'{CLIFF} B']})", [(f'{{month="{m}"}}', 1) for m in months], at
    )


def test_sites(tmp_path: Path) -> None:
    """A target without a site is counted under a name that says so, and a site without trouble has 0."""
    given = [*target("one", 60, "expired", site="north"), *target("two", 4e9, site="south"), *target("three", 4e9)]
    expected = [('{site="north"}', 1), ('{site="south"}', 0), ('{site="(no site)"}', 0)]

    for letter in "BD":
        holds(tmp_path, given, EXPRESSIONS[f"aescan-estate: Sites {letter}"], expected, at="1m")


def test_lost_targets_that_were_never_seen(tmp_path: Path) -> None:
    """A target that no probe ever reached is among the lost ones, at 0: never."""
    given = [
        *target("one", 4e9),
        series("aescan_probe_failed", "one", "1x10", ', reason="timeout"'),
        *target("two", 4e9),
        series("aescan_probe_failed", "two", "1x10", ', reason="refused"'),
        series("aescan_probe_last_success_timestamp_seconds", "two", "30x10"),
        *target("three", 4e9),
        series("aescan_probe_last_success_timestamp_seconds", "three", "40x10"),
    ]
    place = 'job="aescan", instance="a:10722", port="443"'
    expected = [
        (f'{{{place}, target="one", host="one", reason="timeout"}}', 0),
        (f'{{{place}, target="two", host="two", reason="refused"}}', 30000),
    ]
    holds(tmp_path, given, EXPRESSIONS["aescan-estate: Lost longest A"], expected)


def test_changes_are_told_once(tmp_path: Path) -> None:
    """A change stands in the day that it fell into, however often it is scraped; a target that is new is none."""
    given = [
        *target("one", 4e9),
        *target("two", 4e9),
        series("aescan_certificate_changes_total", "one", "0x2000 1x3000"),
        series("aescan_certificate_changes_total", "two", "_x2000 7x3000"),
    ]
    expr = EVENTS["aescan-estate: Certificates changed"]

    holds(tmp_path, given, expr, [('{certificates="1"}', 1)], at="2880m")
    holds(tmp_path, given, expr, [], at="4320m")
    holds(tmp_path, given, EVENTS["aescan-host: Certificate changed"], [('{target="one"}', 1)], at="2050m")
    holds(tmp_path, given, EVENTS["aescan-host: Certificate changed"], [], at="2110m")


def test_worst_severity_of_a_finding(tmp_path: Path) -> None:
    """A finding on several ports of a host is shown in its worst severity, those of other hosts not at all."""
    given = [
        *target("one", 4e9, "expired"),
        series("aescan_finding", "one", "1x10", ', code="missing_san", severity="notice"'),
        *target("two", 4e9, "weak_key"),
    ]
    expected = [('{code="expired"}', 3), ('{code="missing_san"}', 1)]

    holds(tmp_path, given, EXPRESSIONS["aescan-host: Findings over time A"], expected)
