"""
The report as JUnit XML, for the build servers that show test results: each target is a test case.

A target fails where a finding is at or above the severity that makes the exit status 1, and is an error where it could
not be probed; a sweep that was interrupted is an error of its own. So the file and the exit status never contradict
each other. Findings below that severity stand in the output of a case that passes. Elements and attributes are those
that Jenkins, GitLab and the others agree on; XML 1.0 cannot hold control characters, not even escaped, so none is left.
"""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Final

from aescan.observation import Failed, Observation, Seen
from aescan.report.model import Report, counting, iso, worst_first
from aescan.text import printable

LONGEST: Final = 4096
"""Characters of a sentence or a remedy."""


def render(report: Report) -> Iterator[str]:
    """Return the document case by case, worst first."""
    ordered = worst_first(report.observations)
    errors = sum(isinstance(one.outcome, Failed) for one in ordered) + (not report.complete)
    numbers = {
        "tests": len(ordered) + (not report.complete),
        "failures": sum(bool(counting(one, report.fail_on)) for one in ordered),
        "errors": errors,
        "skipped": 0,
        "time": f"{sum(one.duration for one in ordered):.3f}",
    }
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield _tag("testsuites", name="aescan", **numbers)
    yield _tag("testsuite", name="AE Services certificates", **numbers, timestamp=iso(report.moment).removesuffix("Z"))
    if not report.complete:
        yield _tag("testcase", classname="aescan", name="the sweep")
        unseen = f"interrupted: {len(ordered)} of {report.expected} targets were looked at"
        yield _empty("error", type="interrupted", message=unseen)
        yield "</testcase>\n"
    for observation in ordered:
        yield "".join(_case(observation, report))
    yield "</testsuite>\n</testsuites>\n"


def _case(observation: Observation, report: Report) -> Iterator[str]:
    target = observation.target
    service = f"aescan.{target.service}" if target.service else "aescan"
    yield _tag("testcase", classname=service, name=target.name, time=f"{observation.duration:.3f}")
    outcome = observation.outcome
    if isinstance(outcome, Failed):
        yield _empty("error", type=outcome.reason, message=outcome.detail)
    else:
        yield from _judged(observation, outcome, report)
    yield "</testcase>\n"


def _judged(observation: Observation, seen: Seen, report: Report) -> Iterator[str]:
    bad = counting(observation, report.fail_on)
    if bad:
        told = "; ".join(finding.title for finding in bad)
        yield _tag("failure", type=bad[0].severity.label, message=told).rstrip("\n")
        for finding in bad:
            yield _text(f"{finding.severity.label}: {finding.title} ({finding.code})")
            yield _text(f"  seen: {finding.sentence}")
            yield _text(f"  what to do: {finding.remedy}")
        yield "</failure>\n"
    yield "<system-out>"
    end = "unknown" if seen.not_after is None else iso(seen.not_after)
    yield _text(f"chain of {len(seen.chain.certificates)}, ends {end}: {seen.chain.leaf.title}")
    for finding in seen.findings[len(bad) :]:
        yield _text(f"{finding.severity.label}: {finding.sentence} ({finding.code})")
    yield "</system-out>\n"


def _tag(element: str, **attributes: object) -> str:
    return f"<{element}{_attributes(attributes)}>\n"


def _empty(element: str, **attributes: object) -> str:
    return f"<{element}{_attributes(attributes)}/>\n"


def _attributes(attributes: Mapping[str, object]) -> str:
    return "".join(f' {key}="{escape(printable(str(value), LONGEST))}"' for key, value in attributes.items())


def _text(line: str) -> str:
    """Return a line of text as the content of an element."""
    return escape(printable(line, LONGEST)) + "\n"
