"""The plan as Markdown."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from aescan.report.model import Report
from aescan.report.plan.markdown import render
from tests.facts import failed, finding, seen, target
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


ANY = st.text(st.characters(codec=None) | st.sampled_from("\\`*_{}[]<>()#+-.!|~&@:/\n\t\x1b "), max_size=40)


def kinds(of: Report) -> set[str]:
    """Return the kinds of all tokens of the page, as a reader of CommonMark with tables sees them."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse("".join(render(of)))
    return {one.type for token in tokens for one in (token, *(token.children or ()))}


def test_it_is_markdown() -> None:
    """The estate is headings, lists and sentences, without a link, an element or code of a stranger's making."""
    plain = {"heading", "paragraph", "bullet_list", "list_item", "blockquote", "em", "strong"}
    ends = {f"{kind}_{end}" for kind in plain for end in ("open", "close")}
    assert kinds(REPORT) == ends | {"inline", "text"}


@given(ANY)
def test_no_text_means_anything(text: str) -> None:
    """Whatever an inventory, a certificate or a server says, it makes nothing but text."""
    one = seen(replace(target(), name=text, host=text, server_name=text), findings=(finding(sentence=text),))
    of = report(one, failed(target("other.invalid"), detail=text))
    assert kinds(of) <= kinds(REPORT) | {"softbreak"}
