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


def test_a_share_of_the_lifetime() -> None:
    """A share is set beside the length of time; a level below that sets the length alone takes the share away."""
    shared, problems = merged('warning: 45d or 25%\ncritical: "10d or 5%"')
    assert problems == []
    assert shared == Thresholds(
        warning=timedelta(days=45), critical=timedelta(days=10), warning_share=0.25, critical_share=0.05
    )
    document = parse("f", b"warning: 40d", "")
    entry = check(ThresholdsEntry, document)
    assert entry is not None
    below = merge_thresholds(shared, entry, document, ())
    assert (below.warning, below.warning_share, below.critical_share) == (timedelta(days=40), None, 0.05)


@pytest.mark.parametrize("written", ["25%", "60d or 101%", "60d, 25%", "60d or", "60d or 2.5%", "25% or 60d"])
def test_what_is_neither_is_refused(written: str) -> None:
    """A share stands behind a length of time, as whole percents."""
    document = parse("f", f"notice: {written}".encode(), "")
    assert check(ThresholdsEntry, document) is None
    (problem,) = document.texts()
    expected = 'a length of time, alone or with a share of the lifetime: "60d or 25%"'
    assert problem.splitlines()[0] == f"f:1:9: notice: {written} is not {expected}"


def test_a_length_beside_a_share_has_the_same_bounds() -> None:
    """Ten years are the most."""
    document = parse("f", b"notice: 3651d or 25%", "")
    assert check(ThresholdsEntry, document) is None
    assert document.texts()[0].splitlines()[0] == (
        "f:1:9: notice: 3651d or 25% is not a length of time from 0s to 3650d"
    )


def test_shares_are_in_order_too() -> None:
    """A notice that begins later than the warning is a mistake, whatever the lengths of time."""
    text = "{notice: 60d or 10%, warning: 30d or 25%}"
    shown = "notice 60d or 10%, warning 30d or 25%, critical 15d are out of order"
    thresholds, problems = merged(text)
    assert thresholds == DEFAULT
    assert [problem.splitlines()[0] for problem in problems] == [f"f:1:1: {shown}"]
