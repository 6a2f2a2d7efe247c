"""Which clients connect, counted."""

from aescan.findings.clients import Compatibility
from aescan.findings.demands import Demand
from aescan.report.clients import BROKEN, DOUBTED, WORDS, changes, evidence, outlooks, told
from aescan.report.model import worst_first
from aescan.settings.policy import Policy
from tests.facts import LEAF, NOW, failed, seen, target
from tests.report.estate import GATE_UNKNOWN, GATE_WORKS, JTAPI_FAILS, REPORT, report

POLICY = REPORT.policy


def test_today() -> None:
    """Clients stand in the order of the catalogue, targets in that of the report; one without a target is left out."""
    jtapi, gate = outlooks(worst_first(REPORT.observations), POLICY)

    assert (jtapi.client, gate.client) == ("jtapi", "gate")
    assert [(one.name, verdict) for one, verdict in jtapi.verdicts] == [("legacy.example.com:1066", JTAPI_FAILS)]
    assert [verdict for _, verdict in gate.verdicts] == [GATE_UNKNOWN, GATE_WORKS]
    assert [[one.name for one, _ in gate.of(works)] for works in WORDS] == [
        [],
        ["legacy.example.com:1066"],
        ["clean.example.com:443"],
    ]


def test_a_client_that_the_catalogue_no_longer_has() -> None:
    """What was judged is told, whatever the policy says today."""
    old = Compatibility("old", False, (Demand.KEY,), "its key")
    (found,) = outlooks([failed(), seen(clients=(old,))], Policy())

    assert (found.client, found.of(False)) == ("old", [(target(), old)])


def test_after_a_change() -> None:
    """Every target that was seen is judged anew for each change, by the policy of the report."""
    ((change, (jtapi, gate)),) = changes(REPORT)

    assert change.key == "renewal"
    assert [(one.name, verdict.works) for one, verdict in jtapi.verdicts] == [("legacy.example.com:1066", None)]
    assert [(one.name, verdict.works, verdict.demands) for one, verdict in gate.verdicts] == [
        ("legacy.example.com:443", False, (Demand.NAME,)),
        ("legacy.example.com:1066", False, (Demand.NAME,)),
        ("clean.example.com:443", False, (Demand.NAME,)),
    ]


def test_without_changes() -> None:
    """A policy without changes foresees nothing."""
    assert changes(report(seen(clients=(GATE_WORKS,)))) == []


def test_evidence() -> None:
    """The evidence is that of the moment the target was seen."""
    observation = seen(target(site="x"), LEAF)
    found = evidence(observation, observation.outcome, POLICY)  # type: ignore[arg-type] # it was seen

    assert (found.leaf, found.moment, found.host, found.server_name) == (LEAF, NOW, *["aes1.example.com"] * 2)
    assert (found.service, found.release, found.labels, found.policy) == ("dmcc", "", {"site": "x"}, POLICY)


def test_every_demand_has_words() -> None:
    """A demand that decides is told in words, broken or in doubt."""
    assert set(BROKEN) == set(DOUBTED) == set(Demand)


def test_told() -> None:
    """How many, and over what, the most frequent first."""
    two = Compatibility("x", False, (Demand.NAME, Demand.KEY), "both")
    one = Compatibility("x", False, (Demand.NAME,), "name")
    assert told(False, [(target(), two), (target(), one)]) == "fails at 2 targets: name (2), kind of key (1)"
    assert told(True, [(target(), Compatibility("x", True, (), "proved"))]) == "works at 1 target"
