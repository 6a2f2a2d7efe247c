"""The plan as Markdown."""

import re

from aescan.report.plan.markdown import render
from tests.facts import seen
from tests.report.estate import REPORT, golden, report


def test_golden() -> None:
    """The fixed estate renders as its golden file has it, to the byte."""
    assert "".join(render(REPORT)) == golden("plan.md")


def test_lines() -> None:
    """Every line is a heading, a list item, a quote or a sentence of ours: no text of a stranger begins one."""
    ours = re.compile(r"#{1,3} |\* |( {2}){0,2}- \[ \] |> \*\*|As seen |Dialled as |Clients that |[0-9]+ hosts? to|$")
    assert [line for line in "".join(render(REPORT)).splitlines() if not ours.match(line)] == []


def test_text_of_strangers() -> None:
    """What a certificate or a server says shows as it is."""
    page = "".join(render(REPORT))
    assert "the server said “\\\\x1b\\[31m220 welcome\\\\x0d\\\\x0a”" in page
    assert not re.search(r"(?<!\\)[<>]", page.replace("> **", ""))


def test_nothing_to_do() -> None:
    """A clean estate has a plan that says so."""
    assert "".join(render(report(seen()))).endswith("by aescan 0.1.0.\n\nNothing to do.\n")
