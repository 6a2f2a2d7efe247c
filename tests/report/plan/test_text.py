"""The plan for a terminal."""

import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from aescan.report.plan.text import caveats, render
from tests.facts import failed, finding, seen, target
from tests.report.estate import REPORT, golden, report


def test_golden() -> None:
    """The fixed estate renders as its golden file has it, to the byte."""
    assert "".join(render(REPORT)) == golden("plan.txt")


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_width(width: int) -> None:
    """No line is longer than the terminal is wide, nor ends in blanks."""
    lines = "".join(render(replace(REPORT, width=width))).splitlines()
    assert max(map(cell_len, lines)) <= width
    assert all(line == line.rstrip() for line in lines)


def test_hostile_text() -> None:
    """Nothing but printable characters, whatever certificates and servers say."""
    assert all(line.isprintable() for line in "".join(render(REPORT)).splitlines())


def test_colour() -> None:
    """Colour adds escape codes and nothing else."""
    coloured = "".join(render(replace(REPORT, colour=True)))
    assert "\x1b[1m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == "".join(render(REPORT))


def test_nothing_to_do() -> None:
    """A clean estate has a plan that says so."""
    assert "".join(render(report(seen()))) == (
        "Work on AE Services certificates, as seen on 2026-11-23 at 12:00 UTC\n\nNothing to do.\n"
    )


def test_one_host() -> None:
    """What a host is called, by when, why, and a box for each step."""
    of = report(seen(target(), findings=(finding("chain_incomplete"),)), failed(target("aes2")))
    assert (
        "".join(render(replace(of, policy=REPORT.policy)))
        == """\
Work on AE Services certificates, as seen on 2026-11-23 at 12:00 UTC

2 hosts to work on, 0 of them overdue.

aes2: no date

  Find out why it could not be looked at
      Could not be probed: connection refused (port 4722)
  [ ] Check the port, and that the service is switched on at the server.
      aescan (derived)

aes1.example.com: no date
  dialled as aes1.example.com

  Present the chain
      Chain incomplete: chain incomplete, as seen (port 4722)
"""
    )


def test_caveats() -> None:
    """A lab and an interrupted sweep are told."""
    assert caveats(report(seen())) == []
    assert [one.partition(":")[0] for one in caveats(REPORT)] == ["SIMULATED", "INTERRUPTED"]
