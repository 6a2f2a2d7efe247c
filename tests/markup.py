"""HTML read strictly: every element is closed in order, every reference leads somewhere, nothing comes from outside."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"meta", "link", "input", "br"}
"""Elements without an end (HTML, section 13.1.2), as far as we have them."""

Attributes = dict[str, str]


@dataclass
class Element:
    """One element: its name, its attributes, what stands in it, and the text of all of it."""

    name: str
    attributes: Attributes
    children: "list[Element]" = field(default_factory=list)
    text: str = ""

    def all(self, name: str, **attributes: str) -> "Iterator[Element]":
        """Yield the elements of that name below this one, with these attributes."""
        for child in self.children:
            if child.name == name and attributes.items() <= child.attributes.items():
                yield child
            yield from child.all(name, **attributes)

    def below(self) -> "Iterator[Element]":
        """Yield every element below this one."""
        for child in self.children:
            yield child
            yield from child.below()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.path = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{tag} has an attribute twice"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.path[-1].children.append(element)
        if tag not in VOID:
            self.path.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element that is closed at once, as in SVG."""
        self.path[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """End an element: the innermost one."""
        assert self.path[-1].name == tag, f"</{tag}> ends <{self.path[-1].name}>"
        self.path.pop()

    def handle_data(self, data: str) -> None:
        """Add to the text of all around."""
        for element in self.path:
            element.text += data


def read(page: str) -> Element:
    """Return the page as a tree; fails where it is not well-formed, or breaks what every page of ours promises."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert [element.name for element in reader.path] == [""]
    root = reader.path[0]
    _promises(root)
    return root


def _promises(root: Element) -> None:
    everything = list(root.below())
    ids = [element.attributes["id"] for element in everything if "id" in element.attributes]
    assert len(ids) == len(set(ids)), "an id stands twice"
    for element in everything:
        for name, value in element.attributes.items():
            assert not name.startswith("on"), f"{element.name} has a handler of its own"
            assert name != "style", f"{element.name} has a style of its own"
            if name in {"href", "src", "action"}:
                assert not re.match(r"[a-z]+:|//", value), f"{value} is outside"
            if name in {"for", "aria-labelledby"}:
                assert value in ids, f"{value} is nowhere"
            if name == "href" and re.match(r"#[a-z]", value):
                assert value[1:] in ids, f"{value} is nowhere"
        if element.name == "th":
            assert element.attributes.get("scope") in {"row", "col"}
        if element.name in {"input", "select"} and element.attributes.get("type") != "hidden":
            assert element.attributes["id"] in {one.attributes["for"] for one in root.all("label")}
    levels = [int(element.name[1]) for element in everything if re.fullmatch("h[1-6]", element.name)]
    assert levels[:1] == [1]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), "a heading is skipped"
    (html,) = root.all("html")
    assert html.attributes["lang"] == "en"
    (main,) = root.all("main")
    assert next(root.all("a")).attributes == {"class": "skip", "href": f"#{main.attributes['id']}"}
