"""The report for people, whole."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from aescan.inventory.model import Target
from tests.facts import LEAF, failed, finding, name, seen
from tests.report.estate import REPORT, golden, rendered, report

ANY = st.text(st.characters(codec=None) | st.sampled_from("\x1b\x9b\u202e\u200b\ud800\r\n[]:東\u0301"), max_size=30)


def test_golden() -> None:
    """The fixed estate renders as its golden file has it, to the byte."""
    assert rendered("text", REPORT) == golden("report.txt")


def test_empty() -> None:
    """A report without targets says so."""
    assert rendered("text", report()) == (
        "AE Services certificates, as seen on 2026-11-23 at 12:00 UTC by aescan 0.1.0\n\nNo target was looked at.\n"
    )


def test_clean() -> None:
    """An estate with nothing wrong has no list of causes."""
    shown = rendered("text", report(seen()))
    assert "What is wrong" not in shown
    assert "SIMULATED" not in shown
    assert "INTERRUPTED" not in shown
    assert "When the chains end" in shown


def test_nothing_seen() -> None:
    """Without a chain there is nothing to say about when chains end."""
    shown = rendered("text", report(failed()))
    assert "What is wrong" in shown
    assert "When the chains end" not in shown


def test_simulated() -> None:
    """A report of the lab says so at the top and at the bottom."""
    lines = rendered("text", replace(report(seen()), simulated=True)).splitlines()
    said = " SIMULATED  This estate is a lab on this machine: every name and certificate in it is invented."
    assert (lines[1], lines[-1]) == (said, said)


def test_interrupted() -> None:
    """An interrupted sweep says so at the top and at the bottom, even when nothing was looked at."""
    said = " INTERRUPTED  {} of 9 targets were looked at; nothing is known of the others."
    for observations in (), (seen(),):
        lines = rendered("text", replace(report(*observations, complete=False), expected=9)).splitlines()
        assert lines[1] == lines[-1] == said.format(len(observations))


@pytest.mark.parametrize("width", [60, 80, 110, 120, 160, 180, 200, 400])
def test_width(width: int) -> None:
    """No line is longer than the terminal is wide, nor ends in blanks."""
    lines = rendered("text", replace(REPORT, width=width)).splitlines()
    assert max(map(cell_len, lines)) <= width
    assert lines == [line.rstrip() for line in lines]


@pytest.mark.parametrize("width", [80, 120, 200])
def test_colour_changes_nothing_else(width: int) -> None:
    """With colour there are escape codes, and without them the report is the same."""
    plain, coloured = (rendered("text", replace(REPORT, width=width, colour=colour)) for colour in (False, True))
    assert "\x1b" not in plain
    assert "\x1b[1;31mcritical\x1b[0m" in coloured
    assert "\x1b[2J" not in coloured
    assert [Text.from_ansi(line).plain for line in coloured.splitlines()] == plain.splitlines()


@given(ANY, ANY, ANY, st.sampled_from([60, 120, 200]))
def test_only_printable_characters(text: str, other: str, detail: str, width: int) -> None:
    """Whatever strings stand in names, labels, certificates, findings and details, only printable ones come out."""
    of = Target(text, other, 443, text, text, labels={other: text})
    hostile = replace(LEAF, subject=name(("CN", text)), issuer=name(("O", other)), dns_names=(text,))
    said = replace(finding(text, sentence=detail), remedy=other, reference=text)
    observations = seen(of, hostile, findings=(said,)), failed(of, detail=detail)
    lines = rendered("text", report(*observations, width=width)).split("\n")
    assert all(line.isprintable() for line in lines)
    assert max(map(cell_len, lines)) <= width
