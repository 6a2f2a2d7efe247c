"""Mistakes are shown with their place, the source line, a caret and a hint."""

import pytest

from aescan.settings.problems import MOST_SHOWN, Problem, nearest, render


def test_a_problem_shows_place_path_source_caret_and_hint() -> None:
    """The text is what an operator needs to find and mend the mistake."""
    problem = Problem(2, 5, "a.b", "this is wrong", "write that")

    assert render("f.yml", ["a:", "  b: 1"], [problem]) == [
        "f.yml:2:5: a.b: this is wrong\n      b: 1\n        ^\n    write that"
    ]


def test_problems_stand_in_file_order_and_once() -> None:
    """The order of finding does not matter, nor does finding twice."""
    late, early = Problem(2, 1, "", "late"), Problem(1, 1, "", "early")

    assert render("f", [], [late, early, late]) == ["f:1:1: early", "f:2:1: late"]


def test_many_problems_are_counted_rather_than_shown() -> None:
    """Past the limit only the number is told."""
    texts = render("f", [], [Problem(line, 1, "", "wrong") for line in range(1, MOST_SHOWN + 3)])

    assert len(texts) == MOST_SHOWN + 1
    assert texts[-1] == "f: and 2 more problems"


@pytest.mark.parametrize(
    ("line", "column", "shown"),
    [
        ("\tb: x", 2, "     b: x\n     ^"),
        ("a: \x1b[31m", 6, "    a: \\x1b[31m\n            ^"),
        ("   ", 2, ""),
        ("a: http://u:p@b", 15, "    a: http://***@b\n                  ^"),
        ("a" * 150, 1, "    " + "a" * 100 + "…\n    ^"),
        ("b" * 80 + "a" * 80, 81, "    …" + "b" * 60 + "a" * 40 + "…\n    " + " " * 61 + "^"),
        ("b" * 120 + "a", 121, "    …" + "b" * 60 + "a\n    " + " " * 61 + "^"),
    ],
)
def test_the_source_line_is_safe_short_and_aligned(line: str, column: int, shown: str) -> None:
    """Tabs, control characters and long lines do not move the caret off its place."""
    assert render("f", [line], [Problem(1, column, "", "wrong")]) == [f"f:1:{column}: wrong\n{shown}".rstrip()]


@pytest.mark.parametrize(
    ("word", "hint"),
    [("prots", "did you mean ports?"), ("Ports", "did you mean ports?"), ("zzz", ""), ("", "")],
)
def test_the_nearest_word_is_suggested(word: str, hint: str) -> None:
    """A word that is like none of those known gets no suggestion."""
    assert nearest(word, ["ports", "services"]) == hint
