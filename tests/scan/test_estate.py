"""What is wrong with targets beside each other comes to their observations, and goes when it is no longer true."""

from dataclasses import replace

from aescan.findings.estates import Previous
from aescan.observation import Seen
from aescan.scan.estate import judge, judged, of_estate, with_estate
from aescan.settings.policy import Policy
from tests.facts import INTERMEDIATE, LEAF, NOW, failed, finding, seen, target

FIRST, SECOND = target("aes1.example.com"), target("aes2.example.com")
SHARED = finding("shared_key")


def outcome(*findings: object) -> Seen:
    """Return a sound chain with these findings."""
    found = seen(FIRST, findings=findings).outcome  # type: ignore[arg-type]  # findings, as the tests give them
    assert isinstance(found, Seen)
    return found


def codes(of: Seen) -> list[str]:
    """Return the codes of the findings, in their order."""
    return [finding.code for finding in of.findings]


def test_observations_have_the_findings_of_the_estate() -> None:
    """Two hosts with one key are told so; a target without a chain stays what it was."""
    lost = failed(target("aes3.example.com"))
    first, second, third = judged([seen(FIRST), seen(SECOND, findings=(finding(),)), lost], 3, Policy(), NOW)
    assert isinstance(first.outcome, Seen)
    assert isinstance(second.outcome, Seen)
    assert codes(first.outcome) == ["shared_key"]
    assert codes(second.outcome) == ["expires_soon", "shared_key"]
    assert third is lost


def test_an_estate_with_nothing_wrong_stays_as_it_is() -> None:
    """What has no finding of the estate is not even made anew."""
    alone = seen(FIRST)
    (same,) = judged([alone], 1, Policy(), NOW)
    assert same.outcome is alone.outcome


def test_former_findings_of_the_estate_go() -> None:
    """What is no longer true is taken away, and what a rule about one endpoint says stays."""
    former = outcome(finding(), SHARED)
    assert of_estate(former) == (SHARED,)
    assert codes(with_estate(former, ())) == ["expires_soon"]
    assert codes(with_estate(former, (finding("cliff"),))) == ["cliff", "expires_soon"]


def test_addresses_and_what_was_before_are_known() -> None:
    """Machines are told apart by address; what a target presented before comes by its name."""
    one, two = replace(FIRST, address="192.0.2.1"), replace(SECOND, address="192.0.2.1")
    sound = outcome()
    before = {FIRST.name: Previous("cd" * 32, LEAF.public_key_sha256)}
    found = judge([(two, sound), (one, sound)], 2, Policy(), NOW, before)
    assert {name: [each.code for each in findings] for name, findings in found.items()} == {
        FIRST.name: ["renewed_with_same_key"]
    }
    assert sound.chain.certificates == (LEAF, INTERMEDIATE)
