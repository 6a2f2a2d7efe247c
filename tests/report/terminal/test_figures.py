"""The numbers, and the bars."""

from datetime import date

import pytest

from aescan.report.summary import summarise
from aescan.report.terminal.figures import ends, figures
from aescan.report.terminal.page import Page
from aescan.report.timeline import Mark, Month, Timeline
from tests.facts import NOW, failed, finding, seen, target
from tests.report.estate import REPORT, report

TODAY = NOW.date()


def bars(ended: int = 0, undated: int = 0, marks: tuple[Mark, ...] = (), **months: int) -> list[str]:
    """Return the lines of a timeline, months as ``m2027_08=3``, each bar as its length."""
    counted = tuple(Month(date(int(key[1:5]), int(key[6:]), 1), chains) for key, chains in months.items())
    cliffs = tuple(mark for mark in marks if not mark.meaning)
    known = tuple(mark for mark in marks if mark.meaning)
    found = ends(Timeline(ended, undated, counted, cliffs, known), TODAY, Page(80, colour=False))
    return [" ".join(one.plain.split()) for one in found][1:]


def test_figures() -> None:
    """Every number has a name, and those that need it a remark."""
    assert [one.plain.rstrip() for one in figures(summarise(REPORT), Page(80, colour=False))] == [
        "Summary of 18 targets on 15 hosts",
        "  critical                                  4",
        "  could not be probed                       4  refused 2, dns 1, plaintext 1",
        "  warning                                   2",
        "  notice                                    1",
        "  clean                                     7",
        "  different certificates                   14",
        "  default Avaya certificate presented       4  on 2 hosts",
        "  chains with a SHA-1 signature             4",
    ]


def test_figures_of_a_clean_estate() -> None:
    """Nothing wrong is said as plainly."""
    shown = [one.plain.rstrip() for one in figures(summarise(report(seen())), Page(80, colour=False))]
    assert shown[0] == "Summary of 1 target on 1 host"
    assert shown[-2:] == [
        "  default Avaya certificate presented       0",
        "  chains with a SHA-1 signature             0",
    ]


def test_months_then_years() -> None:
    """Two years are told by the month, the next by the year, all others in one row; a gap is marked once."""
    assert bars(
        m2026_11=50, m2026_12=1, m2027_03=25, m2027_12=1, m2028_01=1, m2028_12=1, m2035_12=1, m2036_01=1, m9999_12=2
    ) == [
        "2026-11 50 " + "█" * 50,
        "2026-12 1 █",
        "⋮",
        "2027-03 25 " + "█" * 25,
        "⋮",
        "2027-12 1 █",
        "2028 2 ██",
        "⋮",
        "2035 1 █",
        "2036 and later 3 ███",
    ]


def test_ended_and_unknown() -> None:
    """What has ended stands first, what has no date last."""
    assert bars(ended=100, undated=1, m2027_01=50) == [
        "already ended 100 " + "█" * 50,
        "2027-01 50 " + "█" * 25,
        "unknown 1 █",
    ]


@pytest.mark.parametrize(
    ("mark", "text"),
    [
        (Mark(date(2027, 8, 17), date(2027, 8, 17), 3, 1), "▲ cliff 2027-08-17: 3 targets on 1 host"),
        (Mark(date(2027, 8, 30), date(2027, 9, 2), 3, 2), "▲ cliff 2027-08-30 to 2027-09-02: 3 targets on 2 hosts"),
        (Mark(date(2027, 8, 17), date(2027, 8, 17), 1, 1, "the end"), "▲ 2027-08-17, the end: 1 target on 1 host"),
    ],
)
def test_marks(mark: Mark, text: str) -> None:
    """A mark stands below the period that it begins in."""
    assert bars(marks=(mark,), m2027_07=1, m2027_08=1, m2027_09=1) == [
        "2027-07 1 " + "█" * 50,
        "2027-08 1 " + "█" * 50,
        text,
        "2027-09 1 " + "█" * 50,
    ]


@pytest.mark.parametrize("day", [date(2018, 1, 6), TODAY])
def test_known_date_that_is_over(day: date) -> None:
    """A known date stands below what has ended, on that very day too when nothing ends later in its month."""
    shown = bars(1, marks=(Mark(day, day, 1, 1, "the end"),), m2027_01=1)
    assert shown[:2] == ["already ended 1 " + "█" * 50, f"▲ {day}, the end: 1 target on 1 host"]
    assert len(shown) == 3


def test_known_date_to_come_this_month() -> None:
    """A known date of this month that is still to come stands below the month."""
    assert bars(1, 0, (Mark(TODAY, TODAY, 1, 1, "the end"),), m2026_11=1)[1:] == [
        "2026-11 1 " + "█" * 50,
        "▲ 2026-11-23, the end: 1 target on 1 host",
    ]


def test_bars_fit() -> None:
    """A bar leaves room for its name and number on a narrow terminal, and none is invisible."""
    found = Timeline(10_000, 1, (), (), ())
    lines = [one.plain for one in ends(found, TODAY, Page(60, colour=False))]
    assert max(map(len, lines)) <= 60
    assert [line.count("█") for line in lines] == [0, 35, 1]


def test_default_on_one_host() -> None:
    """Failed targets and defaults are told with their remarks in words."""
    observations = failed(), seen(target(port=1), findings=(finding("avaya_self_signed_default"),))
    shown = [one.plain.rstrip() for one in figures(summarise(report(*observations)), Page(80, colour=False))]
    assert shown[2] == "  could not be probed                       1  refused 1"
    assert shown[-2] == "  default Avaya certificate presented       1  on 1 host"
