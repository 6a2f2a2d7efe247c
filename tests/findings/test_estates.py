"""Rules about many targets at once, asked and put into findings by target."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from aescan.findings.catalogue import estate_rules
from aescan.findings.estates import EstateEvidence, EstateRule, Member, Previous, evaluate_estate, named
from aescan.findings.model import Finding, Severity
from aescan.settings.policy import Cliff, Policy
from tests.facts import NOW
from tests.findings.members import member
from tests.findings.test_evaluate import chains, digests, maybe, moments, words


def test_findings_by_target() -> None:
    """Each sentence becomes a finding of its target, in the order of the rules, and safe to show."""

    def everyone(evidence: EstateEvidence) -> Iterator[tuple[str, str]]:
        for one in evidence.members:
            yield one.name, "seen\x1b"

    def first(evidence: EstateEvidence) -> Iterator[tuple[str, str]]:
        yield evidence.members[0].name, "first"

    rules = [
        EstateRule("a", Severity.WARNING, "A", "mend it", "RFC", everyone),
        EstateRule("b", Severity.NOTICE, "B", "look", "RFC", first),
    ]
    evidence = EstateEvidence((member("aes1"), member("aes2")), 2, Policy(), NOW)
    said = Finding("a", Severity.WARNING, "A", r"seen\x1b", "mend it", "RFC")
    assert evaluate_estate(evidence, rules) == {
        "aes1:4722": (said, Finding("b", Severity.NOTICE, "B", "first", "look", "RFC")),
        "aes2:4722": (said,),
    }


def test_a_few_names_stand_for_many() -> None:
    """Five names, and how many more."""
    assert named(["a", "b"], 2) == "a, b"
    assert named("abcdefg", 7) == "a, b, c, d, e and 2 more"


hosts = st.sampled_from(["aes1", "aes2", "aes3"])
members = st.builds(
    Member,
    name=st.integers(0, 10**6).map(str),
    host=hosts,
    machine=hosts,
    port=st.integers(1, 3),
    chain=chains(),
    server_name=st.none() | hosts,
    labels=st.dictionaries(st.just("pair"), words),
    previous=maybe(st.builds(Previous, digests, maybe(digests))),
)


@given(st.lists(members, max_size=8, unique_by=lambda one: one.name), moments)
def test_no_estate_makes_a_rule_raise(estate: list[Member], moment: object) -> None:
    """Whatever was read or not read, each target has at most one finding of a rule, and it is safe to show."""
    policy = Policy(cliff=Cliff(targets=2, share=0.01))
    found = evaluate_estate(EstateEvidence(tuple(estate), len(estate), policy, moment), estate_rules())  # type: ignore[arg-type]  # hypothesis' own
    assert set(found) <= {one.name for one in estate}
    for findings in found.values():
        assert len({finding.code for finding in findings}) == len(findings)
        assert all(finding.sentence.isprintable() and finding.sentence for finding in findings)
