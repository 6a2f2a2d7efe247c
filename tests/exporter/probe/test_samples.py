"""Families of samples hold no two with the same labels."""

from dataclasses import replace
from datetime import timedelta

from aescan.exporter.probe.samples import info, validity
from tests.facts import LEAF, NOW


def test_info() -> None:
    """One sample, always 1."""
    (sample,) = info("a", "An A.", {"b": "c"}).samples

    assert (sample.name, sample.labels, sample.value) == ("a", {"b": "c"}, 1)


def test_validity() -> None:
    """The dates of each certificate; the first of those that nothing tells apart."""
    later = replace(LEAF, not_after=NOW + timedelta(days=900), not_before=NOW)
    sooner = replace(LEAF, not_after=NOW + timedelta(days=1), not_before=None)
    ends, begins = validity("a", "an A", [({"cn": "x"}, later), ({"cn": "x"}, sooner), ({"cn": "y"}, sooner)])

    assert [(each.name, each.labels, each.value) for each in ends.samples] == [
        ("a_not_after", {"cn": "x"}, (NOW + timedelta(days=1)).timestamp()),
        ("a_not_after", {"cn": "y"}, (NOW + timedelta(days=1)).timestamp()),
    ]
    assert [(each.name, each.labels, each.value) for each in begins.samples] == [
        ("a_not_before", {"cn": "x"}, NOW.timestamp())
    ]
    assert ends.documentation == "The end, in Unix seconds, of an A."
