"""The rule root_in_chain."""

from dataclasses import replace

from aescan.findings.rules.root_in_chain import check
from tests.facts import INTERMEDIATE, LEAF, ROOT, evidence


def test_a_root_behind_an_intermediate_is_told() -> None:
    """The root is named with its place, in whatever order."""
    title = "CN=Example Root CA,O=Example,C=US"
    assert check(evidence(LEAF, INTERMEDIATE, ROOT)) == f"clients hold it or do not: certificate 3 of 3 ({title})"
    assert check(evidence(LEAF, ROOT, INTERMEDIATE, signers=(2, 1, 1))) == (
        f"clients hold it or do not: certificate 2 of 3 ({title})"
    )


def test_a_root_that_signed_the_leaf_is_exempt() -> None:
    """The one CA of a single-level PKI tells which one clients need."""
    assert check(evidence(LEAF, ROOT)) is None
    assert check(evidence(LEAF, ROOT, INTERMEDIATE, signers=(1, 1, None))) is None


def test_no_root_is_no_finding() -> None:
    """A chain that ends at an intermediate, a self-signed leaf, a stranger that is a root."""
    assert check(evidence()) is None
    assert check(evidence(LEAF, INTERMEDIATE, replace(INTERMEDIATE, self_signed=False), signers=(1, 2, None))) is None
    assert check(evidence(replace(LEAF, self_signed=True), signers=(0,))) is None
    assert check(evidence(LEAF, INTERMEDIATE, ROOT, signers=(1, None, 2))) is None
