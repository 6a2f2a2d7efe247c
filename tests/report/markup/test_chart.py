"""The drawing of the ends."""

from datetime import date

from aescan.report.markup.chart import HEIGHT, STEP, TOP, Bar, chart
from aescan.report.timeline import Mark, Month, Timeline

TODAY = date(2026, 11, 23)
CLIFF = Mark(date(2027, 8, 14), date(2027, 8, 17), 9, 2)
KNOWN = Mark(date(2018, 1, 6), date(2018, 1, 6), 2, 1, "the end")


def bars(*months: Month, ended: int = 0, undated: int = 0, marks: tuple[Mark, ...] = ()) -> list[Bar]:
    """Return the columns."""
    cliffs = tuple(mark for mark in marks if not mark.meaning)
    known = tuple(mark for mark in marks if mark.meaning)
    return list(chart(Timeline(ended, undated, months, cliffs, known), TODAY).bars)


def test_nothing() -> None:
    """Where nothing ends there is nothing to draw."""
    assert bars() == []


def test_columns() -> None:
    """From this month to the last end every period has a column, one step from the one before."""
    found = bars(Month(date(2026, 12, 1), 1), Month(date(2028, 2, 1), 4))
    assert [bar.short for bar in found] == ["11", "12", *(f"{month:02}" for month in range(1, 13)), "’28"]
    assert [bar.group for bar in found if bar.group] == ["2026", "2027"]
    assert [bar.x for bar in found] == [place * STEP for place in range(len(found))]
    assert [(bar.height, bar.y) for bar in found if bar.chains] == [
        (HEIGHT / 4, TOP + HEIGHT * 3 / 4),
        (HEIGHT, TOP),
    ]


def test_past_and_unknown() -> None:
    """What has ended stands first, what has no date last, each of its own kind."""
    found = bars(Month(date(2026, 11, 1), 1), ended=300, undated=2, marks=(KNOWN,))
    assert [(bar.short, bar.kind, bar.chains) for bar in found] == [
        ("past", "ended", 300),
        ("11", "coming", 1),
        ("?", "unknown", 2),
    ]
    assert found[0].words == "already ended: 300 chains; the end, 2018-01-06: 2 targets on 1 host"
    assert not found[0].cliff
    assert found[1].height == 2


def test_days() -> None:
    """A column leads to the days that it counts."""
    months = [Month(date(*first), 1) for first in ((2027, 2, 1), (2030, 5, 1), (2040, 1, 1))]
    found = {bar.short: (bar.first, bar.last) for bar in bars(*months, ended=1, undated=1) if bar.chains}
    assert found == {
        "past": ("", "2026-11-23"),
        "02": ("2027-02-01", "2027-02-28"),
        "’30": ("2030-01-01", "2030-12-31"),
        "later": ("2036-01-01", ""),
        "?": ("", ""),
    }


def test_cliffs() -> None:
    """A cliff is marked at its column, and told in words."""
    drawn = chart(Timeline(0, 0, (Month(date(2027, 8, 1), 9),), (CLIFF,), ()), TODAY)
    assert [bar.words for bar in drawn.bars if bar.cliff] == [
        "2027-08: 9 chains; cliff, 2027-08-14 to 2027-08-17: 9 targets on 2 hosts"
    ]
    assert drawn.marks == ((CLIFF, "cliff, 2027-08-14 to 2027-08-17: 9 targets on 2 hosts"),)
    assert drawn.width == len(drawn.bars) * STEP
