"""The rule pair_out_of_step."""

from datetime import timedelta

from aescan.findings.estate.pair_out_of_step import RULE
from aescan.findings.estates import Member
from tests.facts import NOW
from tests.findings.members import leaf, member, said


def node(host: str, days: int | None, port: int = 4722, pair: str = "north") -> Member:
    """Return a node of a pair whose leaf ends in so many days."""
    end = None if days is None else NOW + timedelta(days=days)
    return member(host, port, leaf(days or 0, not_after=end), labels={"pair": pair})


def test_the_node_that_was_forgotten_is_told() -> None:
    """The one that ends first is named, with the end of the other."""
    assert said(RULE, node("aes1", 20), node("aes2", 700)) == {
        "aes1:4722": ("ends on 2026-12-13 12:00:00 UTC, and that of its pair aes2:4722 on 2028-10-23 12:00:00 UTC")
    }


def test_weeks_apart_is_in_step() -> None:
    """Nodes that were renewed in the same month are in step; a day later they are not."""
    assert said(RULE, node("aes1", 370), node("aes2", 400)) == {}
    assert set(said(RULE, node("aes1", 369), node("aes2", 400))) == {"aes1:4722"}


def test_what_is_no_pair_is_no_finding() -> None:
    """Other pairs, other ports, ports of one host, an unread end, and targets without the label."""
    assert said(RULE, node("aes1", 20), node("aes2", 700, pair="south")) == {}
    assert said(RULE, node("aes1", 20, port=443), node("aes2", 700)) == {}
    assert said(RULE, node("aes1", 20), node("aes1", 700)) == {}
    assert said(RULE, node("aes1", None), node("aes2", 700)) == {}
    assert said(RULE, member("aes1"), member("aes2", 4722, leaf(1, not_after=NOW))) == {}
