"""Which signatures clients rely on, and which certificates lie on the path."""

from dataclasses import replace

import pytest

from aescan.findings.signatures import path, signed_with
from tests.facts import INTERMEDIATE, LEAF, ROOT, chain

MD2 = frozenset({"md2"})
UNCHECKED = replace(ROOT, signature_hash="md2", self_signed=None)


@pytest.mark.parametrize(("position", "expected"), [(0, (0,)), (1, (1,)), (2, ())])
def test_only_a_signature_by_another_key_counts(position: int, expected: tuple[int, ...]) -> None:
    """Leaf and intermediate count, a root's own signature does not."""
    certificates = [LEAF, INTERMEDIATE, ROOT]
    certificates[position] = replace(certificates[position], signature_hash="md2")
    assert signed_with(MD2, chain(*certificates)) == expected


def test_a_self_signed_leafs_own_signature_does_not_count() -> None:
    """A self-signed leaf is trusted as it is, or not at all."""
    assert signed_with(MD2, chain(replace(LEAF, signature_hash="md2", self_signed=True))) == ()


def test_equal_names_stand_in_for_a_signature_that_cannot_be_checked() -> None:
    """An uncheckable signature is the certificate's own where subject and issuer are equal."""
    assert signed_with(MD2, chain(LEAF, UNCHECKED)) == ()
    assert signed_with(MD2, chain(LEAF, replace(UNCHECKED, subject=INTERMEDIATE.subject))) == (1,)


@pytest.mark.parametrize("unread", [replace(UNCHECKED, subject=None), replace(UNCHECKED, issuer=None)])
def test_an_unread_name_stands_in_for_nothing(unread: object) -> None:
    """An uncheckable signature counts where a name is missing."""
    assert isinstance(unread, type(ROOT))
    assert signed_with(MD2, chain(LEAF, unread)) == (1,)


@pytest.mark.parametrize(
    ("signers", "expected"),
    [
        ((1, 2, 2), (0, 1, 2)),
        ((2, None, None), (0, 2)),
        ((None, 2, 2), (0,)),
        ((0, None, None), (0,)),
        ((1, 0, None), (0, 1)),
    ],
)
def test_a_path_follows_the_signers(signers: tuple[int | None, ...], expected: tuple[int, ...]) -> None:
    """A path goes from the leaf up and ends at a root, at a gap, or where it would go round."""
    assert path(chain(LEAF, INTERMEDIATE, ROOT, signers=signers)) == expected
