"""An estate in numbers."""

from aescan.errors import Reason
from aescan.report.model import Standing
from aescan.report.summary import summarise
from tests.facts import INTERMEDIATE, LEAF, failed, finding, seen, target
from tests.report.estate import REPORT, report


def test_estate() -> None:
    """Targets are counted by standing, failures by reason, certificates once however many targets present them."""
    summary = summarise(REPORT)
    assert (summary.targets, summary.hosts) == (18, 15)
    assert summary.standings == {
        Standing.CRITICAL: 4,
        Standing.FAILED: 4,
        Standing.WARNING: 2,
        Standing.NOTICE: 1,
        Standing.CLEAN: 7,
    }
    assert list(summary.failures.items()) == [(Reason.REFUSED, 2), (Reason.DNS, 1), (Reason.PLAINTEXT, 1)]
    assert (summary.defaults, summary.default_hosts, summary.sha1_chains) == (4, 2, 4)
    assert summary.timeline.ended == 4


def test_certificates_are_told_apart_by_fingerprint() -> None:
    """The same certificate on many targets is one."""
    same = [seen(target(port=port), LEAF, INTERMEDIATE) for port in (443, 4722)]
    assert summarise(report(*same)).certificates == 2


def test_defaults_of_both_kinds() -> None:
    """A default signed by Avaya and a self-signed default both count, a target with both findings once."""
    both = (finding("avaya_default_certificate"), finding("avaya_self_signed_default"))
    observations = [
        seen(target(port=1), findings=both),
        seen(target(port=2), findings=both[1:]),
        seen(target(port=3), findings=(finding("self_signed_leaf"),)),
        seen(target("aes2.example.com"), findings=both[:1]),
    ]
    summary = summarise(report(*observations))
    assert (summary.defaults, summary.default_hosts) == (3, 2)


def test_cliffs_are_measured_by_the_whole_estate() -> None:
    """Targets that could not be probed are part of the estate that a cliff is measured by."""
    ends = [seen(target(port=port)) for port in range(1, 4)]
    silent = [failed(target(port=port)) for port in range(100, 128)]
    assert len(summarise(report(*ends)).timeline.cliffs) == 1
    assert summarise(report(*ends, *silent)).timeline.cliffs == ()


def test_empty() -> None:
    """An empty report counts nothing, and says so for each standing."""
    summary = summarise(report())
    assert (summary.targets, summary.hosts, summary.certificates, summary.failures) == (0, 0, 0, {})
    assert set(summary.standings.values()) == {0}
