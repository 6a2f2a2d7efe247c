"""The rule shared_key."""

from aescan.findings.estate.shared_key import RULE
from tests.findings.members import leaf, member, said

KEY = "ab" * 32
FIRST = leaf(1, public_key_sha256=KEY)
SECOND = leaf(2, public_key_sha256=KEY)


def test_a_key_of_two_hosts_is_told_on_both() -> None:
    """One key in the same certificate or in two of them."""
    estate = member("aes1", 4722, FIRST), member("aes2", 4722, SECOND), member("aes2", 443, SECOND)
    assert said(RULE, *estate) == {
        "aes1:4722": "its key is the key of 1 other host: aes2",
        "aes2:4722": "its key is the key of 1 other host: aes1",
        "aes2:443": "its key is the key of 1 other host: aes1",
    }


def test_many_hosts_are_counted() -> None:
    """A few are named."""
    estate = [member(f"aes{number}", 4722, FIRST) for number in range(8)]
    assert said(RULE, *estate)["aes0:4722"] == (
        "its key is the key of 7 other hosts: aes1, aes2, aes3, aes4, aes5 and 2 more"
    )


def test_what_is_one_host_is_no_finding() -> None:
    """Ports of a host, addresses of a name, names of an address, and a pair."""
    assert said(RULE, member("aes1", 443, FIRST), member("aes1", 4722, FIRST)) == {}
    assert said(RULE, member("aes", 1, FIRST, machine="192.0.2.1"), member("aes", 2, FIRST, machine="192.0.2.2")) == {}
    assert said(RULE, member("a", 1, FIRST, machine="192.0.2.1"), member("b", 1, FIRST, machine="192.0.2.1")) == {}
    pair = {"pair": "north"}
    assert said(RULE, member("aes1", 1, FIRST, labels=pair), member("aes2", 1, FIRST, labels=pair)) == {}


def test_a_pair_and_a_third_host_are_told() -> None:
    """A key that leaves its pair is shared."""
    pair = {"pair": "north"}
    estate = member("aes1", 1, FIRST, labels=pair), member("aes2", 1, FIRST, labels=pair), member("aes3", 1, FIRST)
    assert set(said(RULE, *estate)) == {"aes1:1", "aes2:1", "aes3:1"}


def test_keys_of_their_own_are_no_finding() -> None:
    """Other keys, and one that could not be read."""
    unread = leaf(3, public_key_sha256=None)
    assert said(RULE, member("aes1", 1, leaf(1)), member("aes2", 1, leaf(2))) == {}
    assert said(RULE, member("aes1", 1, unread), member("aes2", 1, unread)) == {}
