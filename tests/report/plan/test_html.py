"""The plan as an HTML page."""

from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from aescan.report.plan.html import render
from aescan.report.plan.work import plan
from tests.facts import failed, finding, seen, target
from tests.report.estate import REPORT, golden, report

VOID = {"meta", "input", "br"}
HOSTILE = "<script>alert(1)</script><img src=x onerror=y>&amp;\"'"
ANY = st.text(st.characters(codec=None) | st.sampled_from("<>&\"'/={}%#\x00\x1b"), max_size=40)


class Page(HTMLParser):
    """A page read back: its elements, and whether each was closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the one last opened."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Gather what is shown."""
        self.text += data


def test_golden() -> None:
    """The fixed estate renders as its golden file has it, to the byte."""
    assert "".join(render(REPORT)) == golden("plan.html")


def test_page() -> None:
    """Every element is closed; nothing runs, nothing is loaded, and each step has its box."""
    page = Page("".join(render(REPORT)))
    work = plan(REPORT)
    steps = [step for _, some in work.once for step in some]
    steps += [step for host in work.hosts for task in host.tasks for step in task.steps]
    boxes = len(steps) + sum(1 + len(choice.how) for step in steps for choice in step.choices)

    assert page.open == []
    assert {tag for tag, _ in page.elements}.isdisjoint({"script", "img", "link", "iframe", "a", "form"})
    assert not [attributes for _, attributes in page.elements if {"src", "href", "style", "onclick"} & set(attributes)]
    assert [attributes for tag, attributes in page.elements if tag == "input"] == [{"type": "checkbox"}] * boxes


def elements(text: str) -> list[tuple[str, dict[str, str | None]]]:
    """Return the elements of the page of an estate whose names and sentences are this text."""
    one = seen(replace(target(), name=text, host=text, server_name=text), findings=(finding(sentence=text),))
    page = Page("".join(render(report(one, failed(target("other.invalid"), detail=text)))))
    assert page.open == []
    return page.elements


def test_text_of_strangers() -> None:
    """It shows as it is."""
    one = seen(target(), findings=(finding(sentence=HOSTILE),))
    assert f"Expires soon: {HOSTILE} (port 4722)" in Page("".join(render(report(one)))).text


@given(ANY.filter(lambda text: text not in {"", "other.invalid"}))
def test_no_text_makes_an_element(text: str) -> None:
    """Whatever an inventory, a certificate or a server says, the page has the same elements."""
    assert elements(text) == elements("x")


def test_nothing_to_do() -> None:
    """A clean estate has a page that says so."""
    assert "<p>Nothing to do.</p>" in "".join(render(report(seen())))
