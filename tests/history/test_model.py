"""A change tells what became different."""

from dataclasses import replace

import pytest

from aescan.certificates.facts import Certificate
from aescan.history.model import Change, Period
from tests.facts import LEAF, NOW, ROOT, target


@pytest.mark.parametrize(
    ("new", "same_key", "issuer_changed"),
    [
        (LEAF, True, False),
        (ROOT, False, True),
        (replace(LEAF, public_key_sha256=None, issuer=None), None, None),
    ],
)
def test_change(new: Certificate, same_key: bool | None, issuer_changed: bool | None) -> None:
    """What could not be read is not said to be the same, nor another."""
    for one, other in (LEAF, new), (new, LEAF):
        change = Change(Period(target(), one, NOW, NOW), Period(target(), other, NOW, NOW))

        assert (change.same_key, change.issuer_changed) == (same_key, issuer_changed)
