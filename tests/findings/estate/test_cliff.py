"""The rule cliff."""

from dataclasses import replace
from datetime import timedelta

from aescan.findings.estate.cliff import RULE
from aescan.findings.estates import Member
from aescan.settings.policy import Cliff, Policy
from tests.facts import INTERMEDIATE, LEAF, NOW
from tests.findings.labelled import SIP_CA, SIP_LEAF, day
from tests.findings.members import leaf, member, said

ISSUER = "CN=Example Issuing CA,O=Example,C=US"


def ending(host: str, days: float) -> Member:
    """Return a target whose leaf ends in so many days."""
    return member(host, 4722, leaf(1, not_after=NOW + timedelta(days=days)), INTERMEDIATE)


def test_leaves_that_end_together_are_told_once() -> None:
    """The target that ends first is named, with days, hosts and issuer."""
    estate = ending("aes3", 12), ending("aes2", 11), ending("aes1", 13)
    assert said(RULE, *estate) == {
        "aes2:4722": f"3 chains on 3 hosts end from 2026-12-04 to 2026-12-06: 3 by leaves of {ISSUER}"
    }


def test_the_causes_are_told_apart() -> None:
    """A CA that ends takes its leaves with it; others end by themselves."""
    ends = NOW + timedelta(days=20)
    ca = replace(INTERMEDIATE, not_after=ends)
    by_ca = [member(f"aes{number}", 443, leaf(number), ca) for number in range(3)]
    unnamed = member("aes9", 443, leaf(9, not_after=ends, issuer=None))
    assert said(RULE, *by_ca, unnamed) == {
        "aes0:443": (f"4 chains on 4 hosts end on 2026-12-13: 3 by the end of {ISSUER}; 1 by leaves of unnamed issuers")
    }


def test_the_end_of_the_sip_ca_is_a_cliff() -> None:
    """Leaves that outlive the SIP Product CA end with it, until it has ended."""
    estate = [member(f"phone{number}", 443, SIP_LEAF, SIP_CA) for number in range(3)]
    (sentence,) = said(RULE, *estate, moment=day(2027, 8, 16)).values()
    assert sentence.startswith("3 chains on 3 hosts end on 2027-08-17: 3 by the end of CN=SIP Product Certificate")
    assert said(RULE, *estate, moment=day(2027, 8, 18)) == {}


def test_the_policy_says_how_many_it_takes() -> None:
    """Two are a cliff where the policy says so."""
    estate = ending("aes1", 10), ending("aes2", 30)
    assert said(RULE, *estate) == {}
    wide = Policy(cliff=Cliff(targets=2, within=timedelta(days=21)))
    assert set(said(RULE, *estate, policy=wide)) == {"aes1:4722"}


def test_one_host_or_the_past_or_no_date_is_no_cliff() -> None:
    """The ports of one host are renewed together anyhow."""
    end = NOW + timedelta(days=9)
    assert said(RULE, *[member("aes1", port, leaf(1, not_after=end)) for port in range(1, 6)]) == {}
    assert said(RULE, *[ending(f"aes{number}", -1) for number in range(3)]) == {}
    assert said(RULE, *[member(f"aes{number}", 443, replace(LEAF, not_after=None)) for number in range(3)]) == {}
