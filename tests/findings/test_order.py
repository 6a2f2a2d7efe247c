"""Which certificates belong to the leaf, and in which order they stand."""

from dataclasses import replace

import pytest

from aescan.certificates.facts import Certificate
from aescan.findings.order import in_order, misplaced, repeated, strays
from tests.facts import INTERMEDIATE, LEAF, ROOT, chain, name

OTHER_LEAF = replace(LEAF, fingerprint_sha256="4f" * 32, public_key_sha256="a4" * 32)
CROSS = replace(INTERMEDIATE, fingerprint_sha256="5f" * 32, issuer=name(("CN", "Other Root")))
OTHER_ROOT = replace(
    ROOT,
    fingerprint_sha256="6f" * 32,
    subject=name(("CN", "Other Root")),
    issuer=name(("CN", "Other Root")),
    public_key_sha256="a6" * 32,
)
UNNAMED = replace(OTHER_ROOT, fingerprint_sha256="7f" * 32, subject=None)


@pytest.mark.parametrize(
    ("certificates", "signers", "twice", "apart", "wrong"),
    [
        ((LEAF, INTERMEDIATE, ROOT), (1, 2, 2), (), (), None),
        ((LEAF, INTERMEDIATE), (1, None), (), (), None),
        ((LEAF,), (None,), (), (), None),
        # presented twice
        ((LEAF, LEAF, INTERMEDIATE), (2, 2, None), (1,), (), None),
        ((LEAF, INTERMEDIATE, LEAF, INTERMEDIATE), (1, None, 3, None), (2, 3), (), None),
        ((LEAF, ROOT, INTERMEDIATE, ROOT), (2, 1, 3, 3), (3,), (), None),
        # strangers
        ((LEAF, INTERMEDIATE, OTHER_ROOT), (1, None, 2), (), (2,), None),
        ((LEAF, INTERMEDIATE, ROOT, OTHER_ROOT), (1, 2, 2, 3), (), (3,), None),
        ((LEAF, OTHER_ROOT, INTERMEDIATE), (2, 1, None), (), (1,), None),
        ((LEAF, INTERMEDIATE, OTHER_LEAF), (1, None, 1), (), (2,), None),
        ((replace(LEAF, self_signed=True), OTHER_ROOT), (0, 1), (), (1,), None),
        # nothing is known of what stands above a leaf whose issuer is missing
        ((LEAF, OTHER_ROOT), (None, 1), (), (), None),
        ((LEAF, INTERMEDIATE), (None, None), (), (), None),
        # cross-signed: another certificate of the CA, and the root above that one
        ((LEAF, INTERMEDIATE, CROSS, OTHER_ROOT), (1, None, 3, 3), (), (), None),
        ((LEAF, INTERMEDIATE, CROSS, OTHER_ROOT, UNNAMED), (1, 1, 3, 3, 4), (), (4,), None),
        # the names fit, though nothing could be proved
        ((LEAF, INTERMEDIATE, ROOT), (1, None, 2), (), (), None),
        ((LEAF, INTERMEDIATE, UNNAMED), (1, None, 2), (), (), None),
        ((LEAF, replace(INTERMEDIATE, issuer=None), OTHER_ROOT), (1, None, 2), (), (), None),
        # out of order
        ((LEAF, ROOT, INTERMEDIATE), (2, 1, 1), (), (), (0, 2)),
        ((INTERMEDIATE, LEAF), (None, 0), (), (), (1, 0)),
        ((INTERMEDIATE, LEAF, ROOT), (2, 0, 2), (), (), (0, 2)),
        ((INTERMEDIATE, ROOT, LEAF), (1, 1, 0), (), (), (2, 0)),
        ((ROOT, INTERMEDIATE, LEAF), (0, 0, 1), (), (), (1, 0)),
    ],
)
def test_each_certificate_too_many_is_one_thing(
    certificates: tuple[Certificate, ...],
    signers: tuple[int | None, ...],
    twice: tuple[int, ...],
    apart: tuple[int, ...],
    wrong: tuple[int, int] | None,
) -> None:
    """What is repeated, what is a stray, and what is out of order exclude each other."""
    presented = chain(*certificates, signers=signers)
    assert repeated(presented) == twice
    assert strays(presented) == apart
    assert misplaced(presented) == wrong


def test_the_order_of_nearly_every_chain() -> None:
    """Each signed by the next, up to a root or to one whose issuer is left out."""
    assert in_order(chain(LEAF))
    assert in_order(chain(LEAF, INTERMEDIATE))
    assert in_order(chain(LEAF, INTERMEDIATE, ROOT))
    assert not in_order(chain(LEAF, ROOT, signers=(None, 1)))
    assert not in_order(chain(LEAF, INTERMEDIATE, signers=(1, 0)))
