"""A part of a file is held against a model, and every mistake is told in plain words."""

from typing import Annotated

import pytest
from pydantic import BeforeValidator, Field, PlainValidator

from aescan.settings.document import Document, parse
from aescan.settings.fields import Line, Ports, one_of
from aescan.settings.problems import Expected, Wants
from aescan.settings.validation import Entry, check


class Part(Entry):
    """A mapping in a list."""

    port: Ports
    kind: Annotated[str, one_of(("first", "all"))] = "first"


class Inner(Entry):
    """A mapping."""

    flag: bool = False


def _key(written: object) -> str:
    if written == "x":
        return "x"
    raise Expected("the key x", Wants.TEXT)


def _part(written: object) -> object:
    return written if isinstance(written, dict) else {"port": written}


class Whole(Entry):
    """A file."""

    name: Line = ""
    parts: tuple[Annotated[Part, BeforeValidator(_part)], ...] = ()
    inner: Inner = Inner()
    labels: dict[Annotated[str, PlainValidator(_key)], Line] = Field(default_factory=dict)


def checked(text: str) -> tuple[Document, Whole | None]:
    """Return the document and what it was checked to."""
    document = parse("f", text.encode(), "")
    return document, check(Whole, document)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("nmae: x", "f:1:1: nmae: there is no such key\n    nmae: x\n    ^\n    did you mean name?"),
        ("zz: x", "f:1:1: zz: there is no such key\n    zz: x\n    ^\n    there are name, parts, inner, labels"),
        (
            "inner: {falg: true}",
            "f:1:9: inner.falg: there is no such key\n    inner: {falg: true}\n            ^\n    did you mean flag?",
        ),
        (
            "parts: [{port: 1, knid: all}]",
            (
                "f:1:19: parts[0].knid: there is no such key\n    parts: [{port: 1, knid: all}]\n"
                "                      ^\n    did you mean kind?"
            ),
        ),
        ("parts: [{}]", "f:1:9: parts[0]: the key port is missing\n    parts: [{}]\n            ^"),
        ("parts: [70000]", "f:1:9: parts[0]: 70000 is not a port (1–65535)\n    parts: [70000]\n            ^"),
        (
            "parts: [0x10]",
            "f:1:9: parts[0]: 0x10 means the number 16 in YAML; write 16\n    parts: [0x10]\n            ^",
        ),
        ('parts: ["12"]', 'f:1:9: parts[0]: "12" is text; write 12 without quotes\n    parts: ["12"]\n            ^'),
        (
            "parts: [2018-01-06]",
            "f:1:9: parts[0]: 2018-01-06 is not a port (1–65535)\n    parts: [2018-01-06]\n            ^",
        ),
        ("parts: [[1]]", "f:1:9: parts[0]: a list is not a port (1–65535)\n    parts: [[1]]\n            ^"),
        ("parts: 12", "f:1:8: parts: 12 is not a list\n    parts: 12\n           ^\n    write [12]"),
        ("parts: {a: b}", "f:1:8: parts: a mapping is not a list\n    parts: {a: b}\n           ^"),
        (
            "parts: [{port: 1, kind: frist}]",
            (
                "f:1:25: parts[0].kind: frist is not one of first, all\n    parts: [{port: 1, kind: frist}]\n"
                "                            ^\n    did you mean first?"
            ),
        ),
        ("inner: [1]", "f:1:8: inner: a list is not a mapping of keys to values\n    inner: [1]\n           ^"),
        (
            "inner:\n",
            (
                "f:1:7: inner: the value is missing; write a mapping of keys to values, or take the key out\n"
                "    inner:\n          ^"
            ),
        ),
        (
            'inner: {flag: "no"}',
            'f:1:15: inner.flag: "no" is not true or false\n    inner: {flag: "no"}\n                  ^',
        ),
        ("name: NO", 'f:1:7: name: NO means false in YAML; write "NO" in quotes\n    name: NO\n          ^'),
        (
            "name: 22:30",
            'f:1:7: name: 22:30 means the number 1350 in YAML; write "22:30" in quotes\n    name: 22:30\n          ^',
        ),
        (
            "name: 1.10",
            'f:1:7: name: 1.10 means the number 1.1 in YAML; write "1.10" in quotes\n    name: 1.10\n          ^',
        ),
        ("name: 12", 'f:1:7: name: 12 means the number 12 in YAML; write "12" in quotes\n    name: 12\n          ^'),
        (
            "name: 2018-01-06",
            (
                'f:1:7: name: 2018-01-06 means a date in YAML; write "2018-01-06" in quotes\n'
                "    name: 2018-01-06\n          ^"
            ),
        ),
        ("name: ~", 'f:1:7: name: ~ means nothing in YAML; write "~" in quotes\n    name: ~\n          ^'),
        ("name:", "f:1:6: name: the value is missing; write text, or take the key out\n    name:\n         ^"),
        ("name: [x]", "f:1:7: name: a list is not text\n    name: [x]\n          ^"),
        (
            'name: "a\\eb"',
            'f:1:7: name: the character U+001B cannot be shown\n    name: "a\\eb"\n          ^\n    take it out',
        ),
        ("labels: {y: z}", "f:1:10: labels.y: y is not the key x\n    labels: {y: z}\n             ^"),
        (
            "labels: {x: 1}",
            (
                'f:1:13: labels.x: 1 means the number 1 in YAML; write "1" in quotes\n'
                "    labels: {x: 1}\n                ^"
            ),
        ),
    ],
)
def test_each_mistake_has_its_own_sentence(text: str, problem: str) -> None:
    """Nothing of the validation library's wording gets through."""
    document, found = checked(text)

    assert found is None
    assert document.texts() == [problem]


def test_what_is_right_is_returned() -> None:
    """Data without a mistake becomes the model."""
    document, found = checked("name: x\nparts: [12, {port: 1-3, kind: all}]\ninner: {flag: yes}\n")

    assert document.problems == []
    assert found is not None
    assert found.model_dump() == {
        "name": "x",
        "parts": ({"port": range(12, 13), "kind": "first"}, {"port": range(1, 4), "kind": "all"}),
        "inner": {"flag": True},
        "labels": {},
    }


def test_all_mistakes_are_told_in_file_order() -> None:
    """One reading finds every mistake."""
    document, found = checked("parts: [0, 1, 70000]\nname: 1\n")

    assert found is None
    assert [text.partition("\n")[0] for text in document.texts()] == [
        "f:1:9: parts[0]: 0 is not a port (1–65535)",
        "f:1:15: parts[2]: 70000 is not a port (1–65535)",
        'f:2:7: name: 1 means the number 1 in YAML; write "1" in quotes',
    ]


def test_what_is_right_can_be_saved() -> None:
    """Keys with a mistake are left out, and the rest is read."""
    document = parse("f", b"nmae: x\nname: y\ninner: {flag: 1}\n", "")

    found = check(Whole, document, salvage=True)

    assert len(document.problems) == 2
    assert found is not None
    assert (found.name, found.inner) == ("y", Inner())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("parts: [{port: 0}, 1, {port: 2, knid: all}, {knid: all}]", {"parts": ({"port": 1}, {"port": 2})}),
        ("inner: {falg: true, flag: true}", {"inner": {"flag": True}}),
        ("inner: {flag: 1}\nparts: 1\nname: x", {"name": "x"}),
        ("labels: {y: z, x: z}", {"labels": {"x": "z"}}),
        ("labels: {y: {x: z}}", {}),
    ],
)
def test_the_least_is_left_out(text: str, found: dict[str, object]) -> None:
    """Of a list an entry, of a mapping a key; what is no use without that goes too."""
    assert check(Whole, parse("f", text.encode(), ""), salvage=True) == Whole.model_validate(found)


@pytest.mark.parametrize("text", ["parts: [{kind: all}]", "parts: [1]"])
def test_what_lacks_a_key_cannot_be_saved(text: str) -> None:
    """Neither a mapping without a key that it must have, nor a value that is no mapping, is returned."""
    document = parse("f", text.encode(), "")

    assert check(Part, document, ("parts", 0), salvage=True) is None
    assert len(document.problems) == 1


def test_any_other_error_is_a_bug() -> None:
    """A validator that raises something else is not taken for the operator's mistake."""

    def break_down(_: object) -> str:
        raise ValueError("bug")

    class Broken(Entry):
        name: Annotated[str, PlainValidator(break_down)]

    with pytest.raises(ValueError, match=r"^bug$"):
        check(Broken, parse("f", b"name: x", ""))
