"""The rule duplicate_in_chain."""

from aescan.findings.rules.duplicate_in_chain import check
from tests.facts import INTERMEDIATE, LEAF, evidence


def test_a_second_copy_is_told() -> None:
    """Each copy is named with its place."""
    assert check(evidence(LEAF, LEAF, INTERMEDIATE, INTERMEDIATE, signers=(2, 2, None, None))) == (
        "presented before: certificate 2 of 4 (CN=aes1.example.com,O=Example,C=US); "
        "certificate 4 of 4 (CN=Example Issuing CA,O=Example,C=US)"
    )


def test_each_once_is_no_finding() -> None:
    """A chain without copies is sound."""
    assert check(evidence()) is None
