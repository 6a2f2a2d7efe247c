"""The rule mixed_certificates."""

from datetime import timedelta

from aescan.findings.estate.mixed_certificates import RULE
from tests.facts import NOW
from tests.findings.members import leaf, member, said

OLD = leaf(1, not_before=NOW - timedelta(days=400))
NEW = leaf(2, not_before=NOW - timedelta(days=3))
TITLE = "CN=aes1.example.com,O=Example,C=US"


def sentence(ports: str) -> str:
    """Return what is said of a port with the old leaf while these have the new one."""
    return f"presents {TITLE}, while port {ports} of this host presents {TITLE}, valid from 2026-11-20 12:00:00 UTC"


def test_an_older_leaf_on_one_port_is_told() -> None:
    """The port that was forgotten is named, not those with the new certificate."""
    estate = member("aes1", 443, NEW), member("aes1", 4722, OLD), member("aes1", 1066, NEW)
    assert said(RULE, *estate) == {"aes1:4722": sentence("443, 1066")}


def test_every_older_leaf_counts() -> None:
    """Two ports with two former certificates are both told."""
    older = leaf(3, not_before=NOW - timedelta(days=800))
    estate = member("aes1", 443, NEW), member("aes1", 4722, OLD), member("aes1", 1066, older)
    assert said(RULE, *estate) == {"aes1:4722": sentence("443"), "aes1:1066": sentence("443")}


def test_a_leaf_without_a_date_is_the_older_one() -> None:
    """What does not tell when it became valid is not taken for the new one."""
    estate = member("aes1", 443, NEW), member("aes1", 4722, leaf(1, not_before=None))
    assert said(RULE, *estate) == {"aes1:4722": sentence("443")}
    undated = member("aes1", 443, leaf(2, not_before=None)), member("aes1", 4722, leaf(1, not_before=None))
    assert said(RULE, *undated) == {"aes1:4722": f"presents {TITLE}, while port 443 of this host presents {TITLE}"}


def test_one_leaf_or_several_hosts_are_no_finding() -> None:
    """Hosts may differ, and so may the names that one machine is asked for."""
    assert said(RULE, member("aes1", 443, NEW), member("aes1", 4722, NEW), member("aes2", 4722, OLD)) == {}
    apart = member("aes1", 443, NEW, machine="192.0.2.1"), member("aes1", 443, OLD, machine="192.0.2.2")
    assert said(RULE, *apart) == {}
    named = member("a", 443, NEW, machine="192.0.2.1"), member("b", 443, OLD, machine="192.0.2.1")
    assert said(RULE, *named) == {}
