"""The rule stray_in_chain."""

from dataclasses import replace

from aescan.findings.rules.stray_in_chain import check
from tests.facts import INTERMEDIATE, LEAF, ROOT, evidence


def test_a_stranger_is_told() -> None:
    """A root left over from another CA is named with its place."""
    stranger = replace(ROOT, subject=LEAF.subject)
    assert check(evidence(LEAF, INTERMEDIATE, stranger, signers=(1, None, 2))) == (
        "signed none of the others: certificate 3 of 3 (CN=aes1.example.com,O=Example,C=US)"
    )


def test_what_belongs_is_no_finding() -> None:
    """A chain of what signed each other is sound, in whatever order."""
    assert check(evidence(LEAF, INTERMEDIATE, ROOT)) is None
    assert check(evidence(LEAF, ROOT, INTERMEDIATE, signers=(2, 1, 1))) is None
