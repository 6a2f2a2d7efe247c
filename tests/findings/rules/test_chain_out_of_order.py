"""The rule chain_out_of_order."""

from dataclasses import replace

import pytest

from aescan.certificates.facts import Certificate
from aescan.findings.rules.chain_out_of_order import check
from tests.facts import INTERMEDIATE, LEAF, ROOT, evidence

NAMES = {
    LEAF: "CN=aes1.example.com,O=Example,C=US",
    INTERMEDIATE: "CN=Example Issuing CA,O=Example,C=US",
    ROOT: "CN=Example Root CA,O=Example,C=US",
}


@pytest.mark.parametrize(
    ("certificates", "signers"),
    [
        ((LEAF, INTERMEDIATE, ROOT), (1, 2, 2)),
        ((LEAF, INTERMEDIATE), (1, None)),
        ((LEAF,), (None,)),
        ((replace(LEAF, self_signed=True),), (0,)),
        ((LEAF, ROOT), (None, 1)),
        ((LEAF, INTERMEDIATE, ROOT), (1, None, 2)),
        ((LEAF, replace(INTERMEDIATE, issuer=None), ROOT), (1, None, 2)),
        ((LEAF, INTERMEDIATE, replace(ROOT, subject=None)), (1, None, 2)),
    ],
)
def test_in_order(certificates: tuple[Certificate, ...], signers: tuple[int | None, ...]) -> None:
    """In order, with or without the root, without the issuer, or unchecked while the names fit: no finding."""
    assert check(evidence(*certificates, signers=signers)) is None


def test_an_intermediate_after_the_root_is_misplaced() -> None:
    """A signer that stands further on is named with its place."""
    assert check(evidence(LEAF, ROOT, INTERMEDIATE, signers=(2, 1, 1))) == (
        f"certificate 1 of 3 ({NAMES[LEAF]}) is signed by certificate 3 of 3 ({NAMES[INTERMEDIATE]}), "
        "which does not follow it"
    )


def test_a_ca_before_its_leaf_is_misplaced() -> None:
    """A signer that stands before is misplaced too."""
    assert check(evidence(INTERMEDIATE, LEAF, signers=(None, 0))) == (
        f"certificate 2 of 2 ({NAMES[LEAF]}) is signed by certificate 1 of 2 ({NAMES[INTERMEDIATE]}), "
        "which does not follow it"
    )


def test_a_chain_turned_round_is_misplaced() -> None:
    """A chain that begins with its root says which certificate hangs from it."""
    assert check(evidence(ROOT, INTERMEDIATE, LEAF, signers=(0, 0, 1))) == (
        f"certificate 2 of 3 ({NAMES[INTERMEDIATE]}) is signed by certificate 1 of 3 ({NAMES[ROOT]}), "
        "which does not follow it"
    )


def test_a_certificate_sent_twice_is_passed_over() -> None:
    """The second copy of a leaf is duplicate_in_chain."""
    assert check(evidence(LEAF, LEAF, INTERMEDIATE, signers=(2, 2, None))) is None


def test_a_stranger_is_passed_over() -> None:
    """A certificate that signed nothing is stray_in_chain."""
    stranger = replace(ROOT, subject=LEAF.subject)
    assert check(evidence(LEAF, INTERMEDIATE, stranger, signers=(1, None, 2))) is None
