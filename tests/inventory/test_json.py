"""JSON is read whole, and each value of it can be pointed at."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aescan.inventory.json import JsonError, compose, decode, skip_space
from aescan.settings.compose import Node


def test_data_is_plain() -> None:
    """Lists are tuples, as in YAML files, and what stands behind is left alone."""
    assert decode('  [1, {"a": [true, null]}] rest', 2) == ((1, {"a": (True, None)}), 26)


@pytest.mark.parametrize(
    ("text", "offset", "said"),
    [
        ("", 0, "a value is missing here, or begins with no character that JSON knows"),
        ("{'a': 1}", 1, "a key in double quotes is missing here"),
        ('{"a" 1}', 5, "a colon is missing here"),
        ('{"a": 1 "b"}', 8, "a comma is missing here, or the end"),
        ("[1 2]", 3, "a comma is missing here, or the end"),
        ('["a', 1, "these quotes are never closed"),
        ('["\t"]', 2, "a control character cannot stand in text"),
        (r'["\x"]', 2, "a backslash here begins no known escape"),
        (r'["\u12"]', 3, "a backslash here begins no known escape"),
        ("[1,]", 3, "a value is missing here, or begins with no character that JSON knows"),
        ('{"a": 1, "b": 2, "a": 3}', 0, "the key a is written twice"),
        ("[NaN]", 0, "NaN is no number in JSON"),
        ("[-Infinity]", 0, "-Infinity is no number in JSON"),
        ("9" * 5000, 0, "there is a number with too many digits in this"),
        ("[" * 21 + "]" * 21, 0, "this is nested deeper than 20 levels"),
        ('{"a":' * 21 + "1" + "}" * 21, 0, "this is nested deeper than 20 levels"),
        ("[" * 100_000, 0, "this is nested deeper than 20 levels"),
    ],
)
def test_mistakes_have_their_place(text: str, offset: int, said: str) -> None:
    """What breaks the syntax, and what reads in two ways."""
    with pytest.raises(JsonError) as caught:
        decode(text)
    assert (caught.value.text, caught.value.offset) == (said, offset)


def test_deep_enough() -> None:
    """Twenty levels are more than any inventory has."""
    text = "[" * 20 + "]" * 20
    assert compose(text, 0, lambda offset: (1, offset + 1)).data == decode(text)[0]


def places(node: Node) -> Any:  # noqa: ANN401 (a tree)
    """Return the columns of a node and its parts."""
    if isinstance(node.parts, list):
        return node.column, [places(part) for part in node.parts]
    if isinstance(node.parts, dict):
        return node.column, {name: (key.column, places(value)) for name, (key, value) in node.parts.items()}
    return node.column


def test_every_value_is_pointed_at() -> None:
    """Keys too, whatever stands between."""
    text = '{"a" : [ 1,"b" ,{}], "c":{"d": -1.5e3}, "e": [], "f": null}'
    node = compose(text, 0, lambda offset: (7, offset + 1))

    assert node.data == {"a": (1, "b", {}), "c": {"d": -1500.0}, "e": (), "f": None}
    assert places(node) == (1, {"a": (2, (8, [10, 12, (17, {})])), "c": (22, (26, {"d": (27, 32)})),
                                "e": (41, (46, [])), "f": (50, 55)})  # fmt: skip
    assert node.line == 7
    number = node.parts["c"][1].parts["d"][1]  # type: ignore[index, call-overload] # mappings, as asserted
    assert (number.shown, number.plain) == ("-1.5e3", True)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, st.sampled_from([None, 1]), st.booleans())
def test_nodes_hold_what_is_decoded(value: object, indent: int | None, ascii_only: bool) -> None:
    """However it is written."""
    import json

    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    data, end = decode(text)
    assert end == len(text)
    assert compose(text, 0, lambda offset: (1, offset + 1)).data == data
    assert skip_space(text + " \t\r\n", end) == len(text) + 4
