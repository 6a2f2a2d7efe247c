"""The rule name_mismatch."""

from dataclasses import replace

import pytest

from aescan.certificates.facts import Name
from aescan.findings.rules.name_mismatch import check
from tests.facts import LEAF, evidence, name


def test_the_name_dialled_is_named() -> None:
    """A leaf that names the host is no finding."""
    assert check(evidence()) is None


def test_another_name_is_told() -> None:
    """What is dialled and what the certificate is for are both told."""
    leaf = replace(LEAF, dns_names=("a.example", "b.example"), ip_addresses=("192.0.2.1", "192.0.2.2"))
    assert check(evidence(leaf)) == (
        "aes1.example.com is dialled, the certificate is for a.example; b.example; 192.0.2.1; and 1 more"
    )


def test_a_host_dialled_by_address_needs_the_address() -> None:
    """Where no name is sent, the address must be among the certificate's."""
    assert check(evidence(host="10.20.0.1", server_name=None)) == (
        "10.20.0.1 is dialled, the certificate is for aes1.example.com"
    )
    assert check(evidence(replace(LEAF, ip_addresses=("10.20.0.1",)), host="10.20.0.1", server_name=None)) is None


def test_a_common_name_is_enough_where_there_is_nothing_else() -> None:
    """The common name counts without alternative names, as for older clients."""
    assert check(evidence(replace(LEAF, dns_names=()))) is None


def test_another_common_name_is_told() -> None:
    """Without alternative names the sentence says what older clients compare."""
    assert check(evidence(replace(LEAF, subject=name(("CN", "aes-default")), dns_names=()))) == (
        "aes1.example.com is dialled, the certificate has no alternative names, "
        "and its common name, which older clients compare, is aes-default"
    )


@pytest.mark.parametrize("subject", [None, name()])
def test_no_name_at_all_is_told(subject: Name | None) -> None:
    """A certificate that names nothing is told so."""
    assert check(evidence(replace(LEAF, subject=subject, dns_names=()))) == (
        "aes1.example.com is dialled, the certificate has no alternative names, and no common name either"
    )


def test_names_that_may_not_have_been_read_are_no_mismatch() -> None:
    """Where facts could not be read and no name was, unreadable_certificate speaks instead."""
    assert check(evidence(replace(LEAF, subject=None, dns_names=(), unreadable=("extensions: truncated",)))) is None
