"""The words of the rules."""

from aescan.findings.model import Severity
from tests.facts import INTERMEDIATE, LEAF, evidence


def test_the_worst_severity_is_the_greatest() -> None:
    """Severities compare by urgency and have a lower-case word each."""
    assert [severity.label for severity in sorted(Severity)] == ["notice", "warning", "critical"]


def test_the_leaf_is_the_first_certificate() -> None:
    """The leaf is the first certificate presented, whatever signed whom."""
    assert evidence(INTERMEDIATE, LEAF).leaf is INTERMEDIATE
