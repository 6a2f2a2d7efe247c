"""The report in Markdown, read by a parser of it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from aescan.inventory.model import Target
from aescan.report.markdown import SENTENCES_SHOWN, safe
from aescan.text import printable
from tests.facts import failed, finding, seen, target
from tests.report.estate import REPORT, golden, rendered, report

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
ANY = st.text(
    st.characters(codec=None) | st.sampled_from("\\`*_{}[]()#+-.!|~<>&@$:/\n\r\t\u2028"), min_size=1, max_size=40
)


def inlines(markdown: str) -> list[list[str]]:
    """Return the types of what stands in each run of text."""
    return [
        [child.type for child in token.children or ()] for token in PARSER.parse(markdown) if token.type == "inline"
    ]


def texts(markdown: str) -> list[str]:
    """Return each run of text as a reader sees it."""
    tokens = [token for token in PARSER.parse(markdown) if token.type == "inline"]
    return ["".join(child.content for child in token.children or ()) for token in tokens]


def test_golden() -> None:
    """The fixed estate renders as its golden file has it, to the byte."""
    assert rendered("markdown", REPORT) == golden("report.md")


@pytest.mark.parametrize("complete", [True, False])
def test_empty(complete: bool) -> None:
    """A report without targets says so, and an interrupted one that too."""
    shown = rendered("markdown", replace(report(complete=complete), expected=9))
    assert "No target was looked at." in shown
    assert ("**INTERRUPTED** 0 of 9 targets were looked at" in shown) is not complete


def test_clean() -> None:
    """An estate with nothing wrong has no list of causes."""
    shown = rendered("markdown", report(seen()))
    assert "1 target on 1 host: **1 clean**." in shown
    assert "What is wrong" not in shown
    assert "| 2027-08 | 1 |  |" in shown


def test_nothing_seen() -> None:
    """Without a chain there is nothing to say about when chains end."""
    shown = rendered("markdown", report(failed()))
    assert "- What to do: check the port, and that the service is switched on at the server" in shown
    assert "When the chains end" not in shown


def test_many_sentences() -> None:
    """Beyond a handful, sentences of one cause are counted."""
    said = [
        seen(target(port=port), findings=(finding(sentence=f"{port} days"),)) for port in range(SENTENCES_SHOWN + 2)
    ]
    shown = rendered("markdown", report(*said))
    assert shown.count("- Seen: ") == SENTENCES_SHOWN
    assert "- and 2 more like these\n" in shown


def test_a_name_of_its_own() -> None:
    """A target whose name does not tell its endpoint stands with it."""
    shown = rendered("markdown", report(seen(Target("Main", "aes1.example.com", 443))))
    assert "| clean | Main (aes1.example.com:443) |" in shown


@given(ANY)
def test_text_stays_text(text: str) -> None:
    """Whatever a stranger wrote is shown as it stands, and is nothing but text."""
    assert texts(f"a {safe(text)} z") == [" ".join(f"a {printable(text)} z".split(" "))]
    assert {kind for line in inlines(f"a {safe(text)} z") for kind in line} <= {"text", "text_special"}


@given(ANY)
def test_a_cell_stays_a_cell(text: str) -> None:
    """No text ends its cell or its row."""
    cells = texts(f"| a | b |\n|---|---|\n| {safe(text)} | end |\n")
    assert (len(cells), cells[3]) == (4, "end")
    assert cells[2] == printable(text).strip(" ")


@pytest.mark.parametrize(
    "text", ["http://a.example", "https://a.example", "www.a.example", "WWW.a.example", "a@b.example"]
)
def test_no_links(text: str) -> None:
    """What GitHub would make a link of is written with an escape in it."""
    assert text not in safe(text)
    assert texts(safe(text)) == [text]
