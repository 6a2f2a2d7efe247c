"""The rule plaintext_twin."""

from dataclasses import replace

from aescan.findings.rules.plaintext_twin import check
from tests.facts import evidence


def test_twins_are_named() -> None:
    """Each port with what it is."""
    twins = "port 1050 (AVAYA#CM1#CSTA#AES1)", "port 1051 (AVAYA#CM1#CSTA#AES2)"
    assert check(replace(evidence(), plaintext_twins=twins)) == (
        "the host offers the same without TLS on port 1050 (AVAYA#CM1#CSTA#AES1); port 1051 (AVAYA#CM1#CSTA#AES2)"
    )


def test_none_known() -> None:
    """Where nothing was discovered nothing is said."""
    assert check(evidence()) is None
