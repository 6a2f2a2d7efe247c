"""The report as JSON lines."""

import json

from aescan.report.model import worst_first
from tests.facts import NOW
from tests.report.estate import REPORT, golden, rendered, report


def test_golden() -> None:
    """The fixed estate renders as its golden file has it, to the byte."""
    assert rendered("jsonl", REPORT) == golden("report.jsonl")


def test_a_line_is_a_target_of_the_json_report() -> None:
    """Each line has what the JSON report says of the target and of itself, in the same order, in ASCII."""
    whole = json.loads(rendered("json", REPORT))
    head = {key: whole[key] for key in ("schema", "generated", "version", "simulated", "complete")}
    lines = rendered("jsonl", REPORT).splitlines()

    assert [json.loads(line) for line in lines] == [{**head, **one} for one in whole["targets"]]
    assert [json.loads(line)["target"] for line in lines] == [
        one.target.name for one in worst_first(REPORT.observations)
    ]
    assert all(line.isascii() for line in lines)
    assert lines[0].startswith(f'{{"schema": "aescan-report/1", "generated": "{NOW:%Y-%m-%d}T12:00:00Z"')


def test_empty() -> None:
    """Without targets there is no line, and so nothing that a reader could take for one."""
    assert rendered("jsonl", report()) == ""
