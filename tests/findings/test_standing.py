"""What is found out about a chain once."""

from dataclasses import replace

from aescan.certificates.chain import Chain
from aescan.findings.standing import standing
from aescan.settings.policy import Policy
from tests.facts import LEAF, chain

KEPT = replace(chain(), kept=True)


def test_a_chain_that_is_kept_is_looked_at_once() -> None:
    """The same objects have the same answer, without looking again."""
    seen: list[tuple[Chain, Policy]] = []
    policy = Policy()

    @standing
    def look(chain: Chain, policy: Policy) -> int:
        seen.append((chain, policy))
        return len(seen)

    assert [look(KEPT, policy), look(KEPT, policy)] == [1, 1]
    assert seen == [(KEPT, policy)]


def test_another_object_is_looked_at_by_itself() -> None:
    """Neither another policy nor another chain has an answer yet, be it the same in content."""
    calls = iter(range(9))
    look = standing(lambda _chain, _policy: next(calls))
    policy = Policy()

    assert look(KEPT, policy) == 0
    assert look(KEPT, Policy()) == 1
    assert look(replace(KEPT), policy) == 2
    assert look(replace(chain(LEAF), kept=True), policy) == 3
    assert look(KEPT, policy) == 0


def test_a_chain_that_is_not_kept_is_looked_at_each_time() -> None:
    """So nothing holds on to a chain of hostile size."""
    calls = iter(range(9))
    look = standing(lambda _chain, _policy: next(calls))
    policy = Policy()

    assert [look(chain(), policy), look(chain(), policy)] == [0, 1]
