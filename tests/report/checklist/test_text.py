"""The checklist for people."""

import pytest

from aescan.findings.preflight import Result
from aescan.report.checklist.text import render
from tests.report.checklist.lists import checklist


def test_items() -> None:
    """Each item has its result, what was seen, and the section that asks for it; nothing obeys."""
    shown = "".join(render(checklist((Result.PASS, True), (Result.UNKNOWN, False))))

    assert shown == (
        "Preflight of new.p12 for aes1.example.com, as judged on 2026-11-23 at 12:00 UTC\n"
        "by aescan 1.2.3\n"
        "\n"
        "pass     Item 1\n"
        "         as\\x1b seen\n"
        "         PSN004561u, OpenSSL, step 1\n"
        "unknown  Item 2\n"
        "         as\\x1b seen\n"
        "\n"
        "Nothing that has to pass fails; 1 could not be told\n"
    )


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ([(Result.FAIL, True)], "1 item fails: do not import it yet"),
        (
            [(Result.FAIL, True)] * 2 + [(Result.FAIL, False), (Result.UNKNOWN, True)],
            "2 items fail: do not import it yet; 1 kind of client would not connect; 1 could not be told",
        ),
        ([(Result.FAIL, False)] * 2, "Nothing that has to pass fails; 2 kinds of client would not connect"),
    ],
)
def test_verdict(results: list[tuple[Result, bool]], verdict: str) -> None:
    """The last line says what it comes to."""
    assert list(render(checklist(*results, width=120)))[-1] == f"{verdict}\n"


def test_without_a_host() -> None:
    """Where nobody says who is dialled, nothing is said of it."""
    assert next(iter(render(checklist(host=None, width=120)))).startswith("Preflight of new.p12, as judged")
