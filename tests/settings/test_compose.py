"""YAML becomes nodes with their places; mistakes of the YAML itself are all found at once and stay bounded."""

import pytest
import yaml

from aescan.settings import compose as compose_module
from aescan.settings.compose import DEEPEST, compose
from aescan.settings.problems import Problem
from aescan.settings.scalars import ALIAS

Loader = yaml.CSafeLoader | yaml.SafeLoader

LOADERS = pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.SafeLoader])

TAGS = "take the tag out; put text in quotes"
KEYS = "put text that begins with { or [ in quotes"


@LOADERS
def test_data_is_plain_and_places_are_kept(loader: type[yaml.SafeLoader]) -> None:
    """Lists become tuples, mappings dicts, and every value knows its line and column."""
    root, problems = compose('a:\n  - 1\n  - "1"\nb: {c: yes}\n', loader)

    assert problems == []
    assert root is not None
    assert root.data == {"a": (1, "1"), "b": {"c": True}}
    assert isinstance(root.parts, dict)
    key, value = root.parts["b"]
    assert (key.line, key.column, value.line, value.column) == (4, 1, 4, 4)
    assert (key.shown, value.shown, root.parts["a"][1].shown) == ("b", "a mapping", "a list")


@LOADERS
@pytest.mark.parametrize(
    ("text", "data", "problems"),
    [
        ("a: 1\nb: 2\na: 3\n", {"a": 1, "b": 2}, [(3, 1, "a", "written twice, first in line 1", "keep one of them")]),
        (
            "a:\n  - b: 1\n    b: 2\n",
            {"a": ({"b": 1},)},
            [(3, 5, "a[0].b", "written twice, first in line 2", "keep one of them")],
        ),
        ("a: {NO: 1}", {"a": {"NO": 1}}, [(1, 5, "a", 'the key NO means false in YAML; write "NO" in quotes', "")]),
        ("{[a]: b, c: d}", {"c": "d"}, [(1, 2, "", "a list cannot be a key", KEYS)]),
        ("a: {{ x }}", {"a": {}}, [(1, 5, "a", "a mapping cannot be a key", KEYS)]),
        ("? \n: x\n", {}, [(1, 2, "", "the key before the colon is missing", "")]),
        (
            "a: &a {b: 1}\nc:\n  <<: *a\n  d: 1\n",
            {"a": {"b": 1}, "c": {"d": 1}},
            [(3, 3, "c", "<< merges are not read here", "put what hosts share under defaults")],
        ),
        ("a: !!int '5'\n", {"a": "5"}, [(1, 4, "a", "tags such as !!int are not read here", TAGS)]),
        ("a: !x {b: 1}\n", {"a": {"b": 1}}, [(1, 4, "a", "tags such as !x are not read here", TAGS)]),
        (
            "a: *b\n",
            {"a": ALIAS},
            [(1, 4, "a", "*b stands for nothing above it", "mark the value with &b before it is used")],
        ),
        ("*b : c\n", {}, [(1, 1, "", "*b stands for nothing above it", "mark the value with &b before it is used")]),
        (
            "a: &b [*b]\n",
            {"a": (ALIAS,)},
            [(1, 8, "a[0]", "*b stands for the value that it is part of", "write the value out")],
        ),
        (
            "a: &x 1\nb: &x [2]\n",
            {"a": 1, "b": (2,)},
            [(2, 4, "b", "&x marks two values, the first in line 1", "give one of them another name")],
        ),
    ],
)
def test_mistakes_are_noted_and_passed_over(
    text: str, data: object, problems: list[tuple[int, int, str, str, str]], loader: type[Loader]
) -> None:
    """What can still be read is read, so that other mistakes are found too."""
    root, found = compose(text, loader)

    assert root is not None
    assert root.data == data
    assert [(problem.line, problem.text, problem.hint) for problem in found] == [
        (line, said, hint) for line, _, _, said, hint in problems
    ]
    if loader == yaml.CSafeLoader:  # its places of anchors differ from those of the other by a few columns
        assert found == [Problem(*problem) for problem in problems]


@LOADERS
def test_an_alias_stands_for_its_value(loader: type[yaml.SafeLoader]) -> None:
    """Anchors and aliases are read, since labels are often shared."""
    root, problems = compose("a: &l {x: y}\nb: [*l, *l]\nc: &s t\nd: *s\n", loader)

    assert problems == []
    assert root is not None
    assert root.data == {"a": {"x": "y"}, "b": ({"x": "y"}, {"x": "y"}), "c": "t", "d": "t"}


@LOADERS
def test_one_document_is_the_limit(loader: type[yaml.SafeLoader]) -> None:
    """A second document is refused where it begins."""
    hint = "keep one document in a file; take the --- line out"

    assert compose("a: 1\n---\nb: 2\n", loader) == (
        None,
        [Problem(2, 1, "", "a second YAML document begins here", hint)],
    )


@LOADERS
def test_no_document_is_nothing(loader: type[yaml.SafeLoader]) -> None:
    """An empty text has no root and no problem of its own."""
    assert compose("# nothing\n", loader) == (None, [])


@pytest.mark.parametrize("depth", [DEEPEST + 1, 100_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    """However deep the file, the reading ends at the limit."""
    said = f"lists and mappings stand more than {DEEPEST} deep in each other"

    assert compose("- " * depth + "a") == (None, [Problem(1, 2 * DEEPEST + 1, "", said, "write them flat")])


def test_the_deepest_nesting_is_read() -> None:
    """The limit itself is allowed."""
    assert compose("[" * DEEPEST + "]" * DEEPEST)[1] == []


def test_aliases_cannot_grow_a_file_without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each alias counts as the values that it stands for."""
    monkeypatch.setattr(compose_module, "MOST_NODES", 1000)
    text = "a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
    said = "the file comes to more than 1,000 values, aliases written out"

    assert compose(text) == (None, [Problem(3, 32, "", said, "split it")])


def test_a_plain_file_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit holds without aliases."""
    monkeypatch.setattr(compose_module, "MOST_NODES", 3)

    assert compose("[1, 2, 3]")[0] is None
