"""Targets as a page tells of them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aescan.errors import Reason
from aescan.findings.model import Severity
from aescan.inventory.model import Target
from aescan.observation import Observation, Seen
from aescan.report.markup.entries import PENDING, STANDINGS, Entry, of_report
from tests.facts import LEAF, NOW, failed, finding, seen, target
from tests.report.estate import OBSERVATIONS

CRITICAL, WARNING = (
    seen(findings=(finding(severity=severity),), moment=NOW - timedelta(days=1))
    for severity in (Severity.CRITICAL, Severity.WARNING)
)


def entry(last: Observation | None, success: Observation | None = None) -> Entry:
    """Return a target that was probed so last, and seen so before."""
    outcome = success.outcome if success is not None else None
    assert outcome is None or isinstance(outcome, Seen)
    return Entry("aes1", target(), last, outcome, success.moment if success else None)


@pytest.mark.parametrize(
    ("of", "standing"),
    [
        (entry(None), PENDING),
        (entry(failed()), "failed"),
        (entry(CRITICAL, CRITICAL), "critical"),
        (entry(failed(), CRITICAL), "critical"),
        (entry(failed(), WARNING), "failed"),
        (entry(None, WARNING), "warning"),
        (entry(seen(), seen()), "clean"),
    ],
)
def test_standing(of: Entry, standing: str) -> None:
    """A failed probe clears no critical finding, and is worse than a warning."""
    assert of.standing == standing
    assert standing in STANDINGS


def test_what_outlives_a_failed_probe() -> None:
    """The chain last seen keeps its end and its findings, beside the reason why nothing was seen since."""
    of = entry(failed(reason=Reason.TIMEOUT), WARNING)
    assert of.end == LEAF.not_after
    assert of.codes == {"expires_soon", "timeout"}
    assert [one.moment for one in of.observations()] == [NOW, NOW - timedelta(days=1)]
    assert (of.failure is not None, entry(WARNING, WARNING).failure) == (True, None)


def test_pending() -> None:
    """Of a target that was never probed nothing is known but the inventory."""
    of = entry(None)
    assert (of.end, of.codes, list(of.observations())) == (None, frozenset(), [])


def test_searched() -> None:
    """A search looks through names, labels, subjects, issuers, fingerprints, serial numbers and what is wrong."""
    labelled = replace(target(), labels={"Site": "Berlin"}, address="192.0.2.9", release="10.1")
    one = seen(labelled, findings=(finding(),))
    (of,) = of_report([one])
    for word in (
        "aes1.example.com:4722",
        "site=berlin",
        "192.0.2.9",
        "10.1",
        "dmcc",
        "example issuing ca",
        "1f" * 32,
        "1001",
        "expires soon",
    ):
        assert word in of.searched
    assert "no such name" in entry(failed(detail="No such name")).searched
    (bare,) = of_report([seen(None, replace(LEAF, serial_number=None, subject=None))])
    assert "example issuing ca" in bare.searched


def test_report() -> None:
    """A report's targets stand worst first, as in every format, each under a name of its own."""
    entries = of_report(OBSERVATIONS)
    ranks = [STANDINGS.index(one.standing) for one in entries]
    assert ranks == sorted(ranks)
    assert len({one.name for one in entries}) == len(OBSERVATIONS)


def test_a_name_twice() -> None:
    """Names that are one when printed stay two on the page."""
    names = [one.name for one in of_report([seen(Target(name, "a", 1)) for name in ("a\x01", "a\\x01", "a\\x01")])]
    assert names == ["a\\x01", "a\\x01 *", "a\\x01 * *"]
