"""The report as JUnit XML, read by a parser of XML."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aescan.errors import Reason
from aescan.findings.model import Severity
from aescan.inventory.model import Target
from aescan.observation import Observation
from aescan.report.model import Report, exit_status
from tests.facts import LEAF, failed, finding, name, seen, target
from tests.report.estate import REPORT, golden, rendered, report

ANY = st.text(st.characters(codec=None) | st.sampled_from("\x00\x08\x1b\ufffe\ud800<>&\"']]>"), max_size=30)
WARNING, CRITICAL = finding(), finding("expired", Severity.CRITICAL)


def parsed(of: Report) -> ET.Element:
    """Return the document as a build server reads it."""
    return ET.fromstring(rendered("junit", of).encode())  # noqa: S314 - our own output


def test_golden() -> None:
    """The fixed estate renders as its golden file has it, to the byte."""
    assert rendered("junit", REPORT) == golden("report.junit.xml")


def test_counts() -> None:
    """The numbers in the head are those of the cases, and the time is the sum of theirs."""
    for suite in (root := parsed(REPORT), root[0]):
        assert suite.attrib["tests"] == str(len(root.findall(".//testcase"))) == "19"
        assert suite.attrib["failures"] == str(len(root.findall(".//failure"))) == "4"
        assert suite.attrib["errors"] == str(len(root.findall(".//error"))) == "5"
        times = sum(float(case.attrib.get("time", 0)) for case in root.iter("testcase"))
        assert float(suite.attrib["time"]) == pytest.approx(times)


def test_names_are_unique() -> None:
    """No two cases have the same class and name: GitLab tells them apart by those."""
    cases = [(case.attrib["classname"], case.attrib["name"]) for case in parsed(REPORT).iter("testcase")]
    assert len(set(cases)) == len(cases)


@pytest.mark.parametrize(
    ("observation", "fail_on", "failures", "errors", "status"),
    [
        (seen(), Severity.NOTICE, 0, 0, 0),
        (seen(findings=(WARNING,)), Severity.CRITICAL, 0, 0, 0),
        (seen(findings=(WARNING,)), Severity.WARNING, 1, 0, 1),
        (seen(findings=(CRITICAL, WARNING)), Severity.CRITICAL, 1, 0, 1),
        (seen(findings=(CRITICAL,)), None, 0, 0, 0),
        (failed(), Severity.CRITICAL, 0, 1, 3),
    ],
)
def test_it_agrees_with_the_exit_status(
    observation: Observation, fail_on: Severity | None, failures: int, errors: int, status: int
) -> None:
    """A case fails exactly where its findings make the exit status 1, and is an error where a failure makes it 3."""
    of = replace(report(observation), fail_on=fail_on)
    assert (len(parsed(of).findall(".//failure")), len(parsed(of).findall(".//error"))) == (failures, errors)
    assert exit_status(of) == status


def test_an_interrupted_sweep() -> None:
    """A sweep that was interrupted is an error, even where every target looked at is sound."""
    root = parsed(replace(report(seen(), complete=False), expected=9))
    (error,) = root.findall(".//error")
    assert error.attrib == {"type": "interrupted", "message": "interrupted: 1 of 9 targets were looked at"}


def test_failure() -> None:
    """A failure says what was seen and what to do; what is below the limit is output."""
    (case,) = parsed(report(seen(findings=(CRITICAL, WARNING)))).iter("testcase")
    failure, output = case
    assert case.attrib == {"classname": "aescan.dmcc", "name": "aes1.example.com:4722", "time": "0.031"}
    assert failure.attrib == {"type": "critical", "message": "Expired"}
    assert failure.text == "critical: Expired (expired)\n  seen: expired, as seen\n  what to do: cure expired\n"
    assert output.text == (
        "chain of 2, ends 2027-08-15T12:00:00Z: CN=aes1.example.com,O=Example,C=US\n"
        "warning: expires soon, as seen (expires_soon)\n"
    )


def test_error() -> None:
    """A target that could not be probed is an error by its reason."""
    (case,) = parsed(report(failed(target(service=""), Reason.TIMEOUT, "no answer"))).iter("testcase")
    assert case.attrib["classname"] == "aescan"
    assert case[0].attrib == {"type": "timeout", "message": "no answer"}


def test_no_date() -> None:
    """A chain without a date says so."""
    (output,) = parsed(report(seen(None, replace(LEAF, not_after=None)))).iter("system-out")
    assert (output.text or "").startswith("chain of 1, ends unknown: ")


@given(ANY, ANY, ANY)
def test_any_text_is_well_formed(text: str, other: str, detail: str) -> None:
    """Whatever strings stand in names, certificates, findings and details, a parser reads the document."""
    hostile = replace(LEAF, subject=name(("CN", text)))
    said = replace(finding(text, Severity.CRITICAL, sentence=detail), remedy=other, title=text)
    observations = (
        seen(Target(text, other, 443, text), hostile, findings=(said,)),
        failed(Target(other, text, 1), detail=detail),
    )
    root = parsed(report(*observations))
    assert len(root.findall(".//failure")) == len(root.findall(".//error")) == 1
