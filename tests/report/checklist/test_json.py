"""The checklist for programs."""

import json

from aescan.findings.preflight import Result
from aescan.report.checklist.json import render
from tests.report.checklist.lists import checklist


def test_document() -> None:
    """One document, pure ASCII, one item to a line."""
    text = "".join(render(checklist((Result.FAIL, True), (Result.PASS, False))))

    assert text.isascii()
    assert "\x1b" not in text
    assert json.loads(text) == {
        "schema": "aescan-preflight/1",
        "generated": "2026-11-23T12:00:00Z",
        "version": "1.2.3",
        "files": ["new.p12"],
        "host": "aes1.example.com",
        "fit": False,
        "items": [
            {
                "item": "item1",
                "title": "Item 1",
                "result": "fail",
                "sentence": "as\x1b seen",
                "section": "OpenSSL, step 1",
                "binding": True,
            },
            {
                "item": "item2",
                "title": "Item 2",
                "result": "pass",
                "sentence": "as\x1b seen",
                "section": "",
                "binding": False,
            },
        ],
    }


def test_fit() -> None:
    """It is fit where nothing that has to pass fails."""
    assert json.loads("".join(render(checklist((Result.FAIL, False), host=None))))["fit"] is True
