"""The rule sha1_signature."""

from dataclasses import replace

import pytest

from aescan.certificates.facts import Certificate
from aescan.findings.rules.sha1_signature import check
from tests.facts import INTERMEDIATE, LEAF, ROOT, evidence

HASHES = ["sha1"]
OTHERS = ["md5", "sha256", "sha512"]


def signed(certificate: Certificate, name: str | None) -> Certificate:
    """Return the certificate signed with that hash."""
    return replace(certificate, signature_hash=name)


@pytest.mark.parametrize("name", HASHES)
def test_leaf_and_intermediate_count(name: str) -> None:
    """The signatures of leaf and intermediate count, and both are named."""
    sentence = check(evidence(signed(LEAF, name), signed(INTERMEDIATE, name), ROOT))
    leaf, intermediate = "leaf CN=aes1.example.com,O=Example,C=US", "intermediate CN=Example Issuing CA,O=Example,C=US"
    assert sentence == f"signed with SHA-1: {leaf}; {intermediate}"


@pytest.mark.parametrize("name", HASHES)
def test_a_roots_own_signature_does_not_matter(name: str) -> None:
    """A root's own signature does not matter."""
    assert check(evidence(LEAF, INTERMEDIATE, signed(ROOT, name))) is None


@pytest.mark.parametrize("name", HASHES)
def test_a_self_signed_leafs_own_signature_does_not_matter(name: str) -> None:
    """A self-signed leaf's own signature does not matter, no client checks it."""
    assert check(evidence(replace(signed(LEAF, name), self_signed=True))) is None


@pytest.mark.parametrize("name", [*OTHERS, None])
def test_other_hashes_do_not_matter(name: str | None) -> None:
    """Another hash, or an unknown one, is not this."""
    assert check(evidence(signed(LEAF, name), signed(INTERMEDIATE, name), ROOT)) is None
