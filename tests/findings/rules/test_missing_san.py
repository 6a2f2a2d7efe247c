"""The rule missing_san."""

from dataclasses import replace

import pytest

from aescan.certificates.facts import Name
from aescan.findings.rules.missing_san import check
from tests.facts import LEAF, evidence, name

WHAT = "no DNS name and no IP address among the alternative names"


def test_a_common_name_alone_is_told() -> None:
    """A leaf that only its common name names, even the right one."""
    assert check(evidence(replace(LEAF, dns_names=()))) == f"{WHAT}, only the common name aes1.example.com"


@pytest.mark.parametrize("subject", [None, name()])
def test_no_name_at_all_is_told(subject: Name | None) -> None:
    """A leaf that nothing names."""
    assert check(evidence(replace(LEAF, subject=subject, dns_names=()))) == f"{WHAT}, no common name either"


def test_a_name_or_an_address_is_enough() -> None:
    """One DNS name or IP address is enough, whatever it is."""
    assert check(evidence(replace(LEAF, dns_names=("other.example",)))) is None
    assert check(evidence(replace(LEAF, dns_names=(), ip_addresses=("192.0.2.1",)))) is None


def test_extensions_that_could_not_be_read_are_exempt() -> None:
    """Where names may be there and could not be read, unreadable_certificate speaks instead."""
    assert check(evidence(replace(LEAF, dns_names=(), unreadable=("extensions: truncated",)))) is None
