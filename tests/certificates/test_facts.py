"""The facts of a certificate say what they are called."""

from dataclasses import replace

from tests.facts import LEAF, name


def test_values_stand_in_the_order_encoded() -> None:
    """Every value of a type is returned, in order; a type that is not there has none."""
    found = name(("C", "US"), ("OU", "first"), ("CN", "aes1"), ("OU", "second"))
    assert found.values("OU") == ("first", "second")
    assert found.values("O") == ()


def test_the_last_common_name_counts() -> None:
    """The common name is the most specific one, empty where there is none."""
    assert name(("CN", "Users"), ("CN", "aes1")).common_name == "aes1"
    assert name(("O", "Example")).common_name == ""


def test_a_certificate_is_called_by_its_subject() -> None:
    """The title is the subject, the fingerprint's beginning where there is no subject or an empty one."""
    assert LEAF.title == "CN=aes1.example.com,O=Example,C=US"
    for subject in None, name():
        assert replace(LEAF, subject=subject).title == "certificate 1f1f1f1f1f1f1f1f…"


def test_one_unread_fact_makes_it_unreadable() -> None:
    """A certificate is readable while nothing is named unreadable."""
    assert LEAF.readable
    assert not replace(LEAF, unreadable=("subject: cannot be told",)).readable


def test_the_bytes_do_not_show() -> None:
    """The DER is no part of what a certificate looks like in a message."""
    assert "der" not in repr(LEAF)
