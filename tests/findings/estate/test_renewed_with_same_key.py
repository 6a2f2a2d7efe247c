"""The rule renewed_with_same_key."""

import pytest

from aescan.findings.estate.renewed_with_same_key import RULE
from aescan.findings.estates import Previous
from tests.findings.members import leaf, member, said

NOW_SEEN = leaf(1)
KEY = NOW_SEEN.public_key_sha256
BEFORE = "cd" * 32


def test_a_new_certificate_for_the_old_key_is_told() -> None:
    """The certificate before is named by its digest."""
    renewed = member("aes1", 4722, NOW_SEEN, previous=Previous(BEFORE, KEY))
    assert said(RULE, renewed) == {"aes1:4722": f"the certificate before, {BEFORE[:16]}…, had the same key"}


@pytest.mark.parametrize(
    "previous",
    [
        None,
        Previous(BEFORE, "ef" * 32),
        Previous(BEFORE, None),
        Previous(NOW_SEEN.fingerprint_sha256, KEY),
    ],
)
def test_a_new_key_or_no_renewal_is_no_finding(previous: Previous | None) -> None:
    """Nothing is said where the key is new, unknown, or the certificate the same."""
    assert said(RULE, member("aes1", 4722, NOW_SEEN, previous=previous)) == {}
    assert said(RULE, member("aes1", 4722, leaf(1, public_key_sha256=None), previous=previous)) == {}
