"""The table at every width."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from rich.cells import cell_len

from aescan.findings.model import Severity
from aescan.observation import Observation
from aescan.report.terminal.page import Page
from aescan.report.terminal.table import CLEAN_LISTED, WITH_FINDINGS, WITH_NAMES, table
from tests.facts import LEAF, NOW, failed, finding, name, seen, target

EXPIRED = finding("expired", Severity.CRITICAL)


def lines(width: int, *observations: Observation) -> list[str]:
    """Return the table's lines at that width, blanks at their end removed."""
    return [one.plain.rstrip() for one in table(observations, NOW, Page(width, colour=False))]


def ports(*numbers: int, found: Sequence[int] = ()) -> list[Observation]:
    """Return targets on one host, those of ``found`` with one finding more."""
    return [seen(target(port=one), findings=(EXPIRED, finding()) if one in found else (EXPIRED,)) for one in numbers]


def test_narrow() -> None:
    """A narrow terminal has the names of the certificate under the row, then the findings."""
    assert lines(80, *ports(443, found=[443])) == [
        "severity  host              service  port  not after   days left",
        "critical  aes1.example.com  dmcc      443  2027-08-15        265",
        "          └ aes1.example.com, issued by Example Issuing CA",
        "            Expired · Expires soon",
    ]


def test_middle() -> None:
    """From a width on, subject and issuer have columns."""
    assert lines(WITH_NAMES, *ports(443)) == [
        "severity  host              service  port  subject           issuer              not after   days left",
        "critical  aes1.example.com  dmcc      443  aes1.example.com  Example Issuing CA  2027-08-15        265",
        "          └ Expired",
    ]
    assert "subject" not in lines(WITH_NAMES - 1, *ports(443))[0]


def test_wide() -> None:
    """From a width on, the findings have a column and each row its own."""
    heading, *rows = lines(WITH_FINDINGS, *ports(443, 4722))
    assert heading.split()[-1] == "findings"
    assert [row.split("265")[1].strip() for row in rows] == ["Expired", "Expired"]
    assert "findings" not in lines(WITH_FINDINGS - 1, *ports(443))[0]


def test_wide_folds_findings() -> None:
    """Findings that do not fit their column go on below it."""
    heading, *rows = lines(WITH_FINDINGS, seen(findings=(EXPIRED, *[finding(f"rule_{number}") for number in range(9)])))
    column = heading.index("findings")
    assert len(rows) == 2
    assert rows[1][:column].strip() == ""
    assert rows[1][column:].startswith("Rule")


@pytest.mark.parametrize(
    ("shown", "found", "expected"),
    [
        ((1, 2), (), ["both: Expired"]),
        ((1, 2, 3), (), ["all 3: Expired"]),
        ((1, 2, 3), (3,), ["both: Expired", "Expired · Expires soon"]),
        ((1, 2, 3), (2,), ["Expired", "Expired · Expires soon", "Expired"]),
    ],
)
def test_neighbours_share(shown: tuple[int, ...], found: tuple[int, ...], expected: list[str]) -> None:
    """Neighbouring rows of one host that say the same are explained once, and it is said for how many."""
    under = [line.strip(" └") for line in lines(120, *ports(*shown, found=found)) if "└" in line]
    assert under == expected


def test_shared_explanation_is_aligned() -> None:
    """Behind the number of rows, all lines of the explanation stand below one another."""
    *_, names, words = lines(80, *ports(1, 2))
    assert names.index("aes1") == words.index("Expired")


def test_failed() -> None:
    """A target that failed says why under its row; there are no names to tell."""
    assert lines(80, failed()) == [
        "severity  host              service  port  not after  days left",
        "failed    aes1.example.com  dmcc     4722  –                  –",
        "          └ refused: connection refused",
    ]


def test_clean() -> None:
    """A clean target is one line where its certificate has room in it."""
    assert len(lines(120, seen())) == 2


def test_clean_targets_are_counted() -> None:
    """Beyond a screenful, clean targets are counted; what is wrong never is."""
    clean = [seen(target(port=port)) for port in range(1, CLEAN_LISTED + 3)]
    wrong = [seen(target(f"aes{one}.example.com"), findings=(EXPIRED,)) for one in range(CLEAN_LISTED + 3)]
    shown = lines(120, *wrong, *clean)
    assert sum(line.startswith("clean") for line in shown) == CLEAN_LISTED
    assert sum(line.startswith("critical") for line in shown) == len(wrong)
    assert shown[-1] == "and 2 more clean targets that end later; csv and json list each"


@pytest.mark.parametrize("width", [60, 80, 109, 110, 120, 159, 180, 200, 300])
def test_no_line_is_too_long(width: int) -> None:
    """Whatever the names, a line fits the terminal, and columns stay below their headings."""
    long = replace(LEAF, subject=name(("CN", "東京" * 100)), issuer=name(("CN", "x" * 500)))
    at = target("very-long-name." * 9 + "example.com", 65535, "service" * 9)
    ended = replace(long, not_after=NOW - timedelta(days=3_650_000 // 5))
    found = tuple(finding(f"a_rule_of_some_length_{number}") for number in range(12))
    heading, *rows = lines(width, seen(at, long, findings=found), failed(at, detail="y" * 500), seen(at, ended))
    assert max(cell_len(line) for line in (heading, *rows)) <= width
    end = cell_len(heading[: heading.index("port") + len("port")])
    assert [row for row in rows if "65535" in row and cell_len(row[: row.index("65535") + 5]) == end]
