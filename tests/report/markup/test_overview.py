"""An estate at a glance."""

from aescan.report.markup.entries import Entry, of_report
from aescan.report.markup.overview import overview
from aescan.settings.policy import Policy
from tests.facts import NOW, failed, finding, seen, target
from tests.report.estate import REPORT


def test_report() -> None:
    """The numbers of a report's page are those of its other formats."""
    found = overview(of_report(REPORT.observations), NOW, Policy())
    assert dict(found.standings) == {"critical": 4, "failed": 4, "warning": 2, "notice": 1, "clean": 7}
    assert (found.targets, found.summary.hosts) == (18, 15)
    assert found.causes[0].code == "avaya_default_certificate"
    assert found.services == ("", "cvlan", "dmcc", "oam", "tr87", "tsapi")


def test_what_outlived_a_failed_probe() -> None:
    """A target that fails now counts once in the timeline, by the chain last seen, and twice in what is wrong."""
    old = seen(findings=(finding(),))
    of = of_report([old])[0]
    found = overview([Entry(of.name, of.target, failed(), of.seen, of.seen_at)], NOW, Policy())
    assert [month.chains for month in found.summary.timeline.months] == [1]
    assert [cause.code for cause in found.causes] == ["refused", "expires_soon"]


def test_not_probed_yet() -> None:
    """Targets never probed are counted where there are any."""
    found = overview([Entry("new", target(), None, None, None)], NOW, Policy())
    assert found.standings[-1] == ("pending", 1)
    assert found.summary.targets == 0
    assert found.chart.bars == ()
