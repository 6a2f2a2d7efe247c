"""The rule weak_key."""

from dataclasses import replace

import pytest

from aescan.findings.rules.weak_key import check
from aescan.settings.policy import Policy
from tests.facts import INTERMEDIATE, LEAF, ROOT, evidence


@pytest.mark.parametrize(
    ("algorithm", "bits", "least"), [("RSA", 1024, 2048), ("RSA", 2047, 2048), ("DSA", 1024, 2048), ("EC", 192, 224)]
)
def test_a_small_key_is_weak(algorithm: str, bits: int, least: int) -> None:
    """A key below the minimum of its kind is named with its size and the minimum."""
    leaf = replace(LEAF, key_algorithm=algorithm, key_bits=bits)
    assert (
        check(evidence(leaf, INTERMEDIATE))
        == f"{algorithm} key of {bits} bits, below {least}: leaf CN=aes1.example.com,O=Example,C=US"
    )


@pytest.mark.parametrize(
    ("algorithm", "bits"),
    [
        ("RSA", 2048),
        ("DSA", 2048),
        ("EC", 224),
        ("EC", 256),
        ("Ed25519", 256),
        ("1.2.3", 1),
        (None, 512),
        ("RSA", None),
    ],
)
def test_a_sufficient_or_unknown_key_is_no_finding(algorithm: str | None, bits: int | None) -> None:
    """A key of the minimum or more is not weak, nor one of another or unread kind or size."""
    assert check(evidence(replace(LEAF, key_algorithm=algorithm, key_bits=bits), INTERMEDIATE)) is None


def test_every_key_of_the_chain_counts() -> None:
    """The keys of intermediate and root count as well."""
    assert check(evidence(LEAF, replace(INTERMEDIATE, key_bits=1024), replace(ROOT, key_bits=1000))) == (
        "RSA key of 1024 bits, below 2048: intermediate CN=Example Issuing CA,O=Example,C=US; "
        "RSA key of 1000 bits, below 2048: root CN=Example Root CA,O=Example,C=US"
    )


def test_the_policy_sets_the_minimum() -> None:
    """A site may ask for more."""
    assert check(evidence(policy=Policy(minimum_rsa_bits=3072))) is not None
    assert (
        check(evidence(replace(LEAF, key_algorithm="EC", key_bits=256), policy=Policy(minimum_ec_bits=384))) is not None
    )
