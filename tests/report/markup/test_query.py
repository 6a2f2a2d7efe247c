"""Views of the targets, by the parameters of an address."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aescan.findings.model import Severity
from aescan.report.markup.entries import Entry, of_report
from aescan.report.markup.query import LONGEST, Query
from tests.facts import LEAF, NOW, failed, finding, seen, target

ENTRIES = of_report(
    [
        seen(target("aes10.example.com", service="dmcc"), replace(LEAF, not_after=NOW + timedelta(days=1))),
        seen(target("aes2.example.com", service=""), findings=(finding(severity=Severity.CRITICAL),)),
        replace(failed(target("aes1.example.com", service="oam")), moment=NOW + timedelta(seconds=1)),
        seen(target("odd.example.com", service="oam"), replace(LEAF, not_after=None)),
    ]
)
PENDING = Entry("new.example.com", target("new.example.com"), None, None, None)


def chosen(**parameters: str) -> list[str]:
    """Return which targets a view shows."""
    return [entry.name.partition(".")[0] for entry in Query.parse(parameters).choose([*ENTRIES, PENDING])]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, ["aes2", "aes1", "aes10", "odd", "new"]),
        ({"order": "desc"}, ["new", "odd", "aes10", "aes1", "aes2"]),
        ({"sort": "target"}, ["aes1", "aes2", "aes10", "new", "odd"]),
        ({"sort": "target", "order": "desc"}, ["odd", "new", "aes10", "aes2", "aes1"]),
        ({"sort": "service"}, ["aes2", "aes10", "new", "aes1", "odd"]),
        ({"sort": "ends"}, ["aes10", "aes2", "aes1", "odd", "new"]),
        ({"sort": "ends", "order": "desc"}, ["aes2", "aes10", "aes1", "odd", "new"]),
        ({"sort": "probed"}, ["new", "aes2", "aes10", "odd", "aes1"]),
        ({"q": "AES10"}, ["aes10"]),
        ({"q": "aes1 refused"}, ["aes1"]),
        ({"standing": "clean"}, ["aes10", "odd"]),
        ({"standing": "pending"}, ["new"]),
        ({"service": "oam"}, ["aes1", "odd"]),
        ({"service": "-"}, ["aes2"]),
        ({"finding": "refused"}, ["aes1"]),
        ({"finding": "expires_soon"}, ["aes2"]),
        ({"first": "2026-11-24", "last": "2026-11-24"}, ["aes10"]),
        ({"first": "2026-11-25"}, ["aes2"]),
        ({"last": "2026-12-01"}, ["aes10"]),
        ({"standing": "clean", "q": "odd"}, ["odd"]),
    ],
)
def test_views(parameters: dict[str, str], expected: list[str]) -> None:
    """Each parameter narrows or orders the targets; what has no date is behind either way."""
    assert chosen(**parameters) == expected


@pytest.mark.parametrize(
    "parameters",
    [
        {"standing": "bad"},
        {"sort": "size"},
        {"order": "up"},
        {"first": "yesterday"},
        {"page": "0"},
        {"page": "-1"},
        {"page": "²"},
        {"page": "9" * 50},
        {"q": "   "},
        {"unknown": "x"},
    ],
)
def test_what_means_nothing(parameters: dict[str, str]) -> None:
    """A parameter that means nothing is as if it were not there."""
    assert Query.parse(parameters) == Query()


def test_bounds() -> None:
    """A search is cut to a length."""
    assert len(Query.parse({"q": "x" * 10_000}).q) == LONGEST


@given(st.dictionaries(st.sampled_from([*Query.__slots__, "x"]), st.text(max_size=20)))
def test_addresses(parameters: dict[str, str]) -> None:
    """The address of a view leads to that view, whatever strangers put into it."""
    query = Query.parse(parameters)
    assert Query.parse(dict(parse_qsl(query.parameters(page=query.page)))) == query


def test_changes() -> None:
    """Another filter begins at the first page; what is usual is not written."""
    query = Query.parse({"q": "a b", "page": "3", "sort": "ends"})
    assert query.parameters() == "q=a+b&sort=ends"
    assert query.parameters(page=4) == "q=a+b&sort=ends&page=4"
    assert query.parameters(q="", sort="standing", standing="clean") == "standing=clean"


def test_narrowed() -> None:
    """An order leaves nothing out."""
    assert Query(q="x").narrowed
    assert not Query(sort="ends", order="desc", page=2).narrowed
