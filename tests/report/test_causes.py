"""Causes gathered and ordered, and the words about targets and numbers."""

from aescan.findings.model import Severity
from aescan.report.causes import causes, counted, named, spread
from aescan.report.model import Standing
from tests.facts import failed, finding, seen, target


def test_gathered() -> None:
    """A cause has every target it was said of, each sentence and each remedy with those it holds for."""
    first, second = seen(target(port=1), findings=(finding(),)), seen(target(port=2), findings=(finding(sentence="x"),))
    (cause,) = causes([first, second])
    assert (cause.code, cause.standing, cause.title, cause.reference) == (
        "expires_soon",
        Standing.WARNING,
        "Expires soon",
        "RFC 5280",
    )
    assert cause.targets == [first.target, second.target]
    assert cause.sentences == {"expires soon, as seen": [first.target], "x": [second.target]}
    assert cause.remedies == {"cure expires_soon": [first.target, second.target]}


def test_a_finding_and_a_failure_of_one_name() -> None:
    """What could not be probed is another cause than a finding, whatever the code."""
    found = causes([failed(), seen(findings=(finding("refused", Severity.CRITICAL),))])
    assert [cause.standing for cause in found] == [Standing.CRITICAL, Standing.FAILED]


def test_words() -> None:
    """Numbers and nouns agree."""
    assert (counted(0, "host"), counted(1, "host"), counted(2, "host")) == ("0 hosts", "1 host", "2 hosts")
    assert spread([target(port=1), target(port=2)]) == "2 targets on 1 host"
    assert named([target(port=1), target(port=2)]) == "aes1.example.com:1, :2"
