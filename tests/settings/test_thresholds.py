"""Thresholds are laid one over the other and stay in order."""

from datetime import timedelta

import pytest

from aescan.settings.document import parse
from aescan.settings.policy import Thresholds
from aescan.settings.thresholds import ThresholdsEntry, merge_thresholds
from aescan.settings.validation import check

DEFAULT = Thresholds()


def merged(text: str) -> tuple[Thresholds, list[str]]:
    """Return the defaults with ``text`` laid over them, and the problems."""
    document = parse("f", text.encode(), "")
    entry = check(ThresholdsEntry, document)
    assert entry is not None
    return merge_thresholds(DEFAULT, entry, document, ()), document.texts()


def test_what_is_left_out_comes_from_above() -> None:
    """Only the keys that are said change."""
    assert merged("warning: 45d") == (Thresholds(warning=timedelta(days=45)), [])


def test_equal_thresholds_are_in_order() -> None:
    """A severity may be skipped by making two of them equal."""
    assert merged("notice: 30d\ncritical: 30d")[1] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("warning: 61d", "notice 60d, warning 61d, critical 15d"),
        ("critical: 31d", "notice 60d, warning 30d, critical 31d"),
        ("notice: 36h", "notice 36h, warning 30d, critical 15d"),
    ],
)
def test_the_order_is_held_over_all_levels(text: str, shown: str) -> None:
    """What is shown are the values that would have held; those of the level above stay."""
    thresholds, problems = merged(text)

    assert thresholds == DEFAULT
    assert problems == [
        f"f:1:1: {shown} are out of order\n    {text}\n    ^\n    notice comes first, then warning, then critical"
    ]
