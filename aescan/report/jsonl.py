"""
The report as JSON lines: one object to a line for each target, worst first, as log shippers and databases take them.

A line is what the JSON report says of the target, with what holds of the whole report repeated in it, so that each
line stands alone. Pure ASCII, moments instead of countdowns, as in ``json``.
"""

import json
from collections.abc import Iterator

from aescan.report.json import SCHEMA, described
from aescan.report.model import Report, heading, worst_first


def render(report: Report) -> Iterator[str]:
    """Return the lines, each with its newline; an estate without targets has none."""
    head = heading(report, SCHEMA)
    for observation in worst_first(report.observations):
        yield json.dumps({**head, **described(observation)}) + "\n"
