"""The calendar of ends."""

from datetime import date

from aescan.report.periods import ENDED, UNKNOWN, Period, days, periods
from aescan.report.timeline import Mark, Month, Timeline

TODAY = date(2026, 11, 23)
CLIFF = Mark(date(2027, 8, 14), date(2027, 8, 17), 3, 2)
KNOWN = Mark(date(2018, 1, 6), date(2018, 1, 6), 2, 1, "the end")


def test_calendar() -> None:
    """Two years by the month, eight by the year, one period for the rest; every one of them, also without an end."""
    found = list(periods(Timeline(0, 0, (), (), ()), TODAY))
    assert [period.label for period in found[:12]] == [f"2026-{month:02}" for month in range(1, 13)]
    assert [period.label for period in found[23:]] == ["2027-12", *map(str, range(2028, 2036)), "2036 and later"]
    assert {period.chains for period in found} == {0}
    assert all(period.coming for period in found)


def test_counts() -> None:
    """Months of one year are counted together where the year is told; past and unknown stand at the ends."""
    months = (Month(date(2027, 8, 1), 3), Month(date(2028, 1, 1), 1), Month(date(2028, 12, 1), 2))
    found = list(periods(Timeline(4, 5, months, (CLIFF,), (KNOWN,)), TODAY))
    assert [period for period in found if period.chains] == [
        Period(ENDED, 4, (KNOWN,)),
        Period("2027-08", 3, (CLIFF,)),
        Period("2028", 3),
        Period(UNKNOWN, 5),
    ]
    assert not found[0].coming


def test_days() -> None:
    """A mark is told by its day, or its first and last."""
    assert (days(KNOWN), days(CLIFF)) == ("2018-01-06", "2027-08-14 to 2027-08-17")
