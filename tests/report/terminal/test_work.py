"""The work ahead in the text report."""

from aescan.report.model import Report
from aescan.report.terminal.page import Page
from aescan.report.terminal.work import MOST_HOSTS, work
from tests.facts import failed, seen, target
from tests.report.estate import REPORT, report


def lines(of: Report) -> list[str]:
    """Return the lines, blanks at their end removed."""
    return [one.plain.rstrip() for one in work(of, Page(120, colour=False))]


def test_nothing() -> None:
    """A clean estate has no such part."""
    assert lines(report(seen())) == []


def test_hosts() -> None:
    """Each host with its date, its jobs and where."""
    found = lines(REPORT)
    assert found[0] == "Work, soonest first (aescan --plan has the steps, host by host)"
    assert found[3:5] == [
        "  legacy.example.com: overdue since 2018-01-06",
        "    Put another certificate in place (ports 443, 1066, 4722)",
    ]


def test_many_hosts() -> None:
    """A long list is cut, and says by how much."""
    many = [failed(target(f"aes{number}")) for number in range(MOST_HOSTS + 2)]
    assert lines(report(*many))[-1] == "  and 2 more hosts"
