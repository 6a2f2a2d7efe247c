"""The clients' part of the text report."""

from aescan.findings.demands import Demand
from aescan.report.clients import DOUBTED
from aescan.report.model import Report
from aescan.report.terminal.clients import clients
from aescan.report.terminal.page import Page
from tests.facts import seen
from tests.report.estate import REPORT, report


def lines(of: Report, width: int = 120) -> list[str]:
    """Return the lines, blanks at their end removed."""
    return [one.plain.rstrip() for one in clients(of, Page(width, colour=False))]


def test_nothing() -> None:
    """Where no client was judged there is no such part."""
    assert lines(report(seen())) == []


def test_today_and_after() -> None:
    """Each client has its counts and what decided; where it fails, the targets; then the same for each change."""
    assert lines(REPORT) == [
        "Which clients connect (aescan --clients explains them, json has every reason)",
        "",
        " jtapi            fails at 1 target: ended or not begun (1)",
        "  at              legacy.example.com:1066",
        " gate             unknown at 1 target: what its trust store holds (1); works at 1 target",
        "",
        "What would break: a certificate that names another host (renewal)",
        f" jtapi            unknown at 1 target: {DOUBTED[Demand.PROTOCOL]} (1), name (1), {DOUBTED[Demand.TRUST]} (1)",
        " gate             fails at 3 targets: name (3)",
    ]
