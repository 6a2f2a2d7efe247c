"""The rule issuer_expires_first."""

from dataclasses import replace
from datetime import timedelta

from aescan.findings.rules.issuer_expires_first import check
from tests.facts import INTERMEDIATE, LEAF, NOW, ROOT, evidence

SOON = NOW + timedelta(days=10)


def test_a_leaf_that_outlives_its_issuer_is_told() -> None:
    """Both ends are told."""
    assert check(evidence(LEAF, replace(INTERMEDIATE, not_after=SOON))) == (
        "intermediate CN=Example Issuing CA,O=Example,C=US ends on 2026-12-03 12:00:00 UTC, before what it signed: "
        "leaf CN=aes1.example.com,O=Example,C=US ends on 2027-08-15 12:00:00 UTC"
    )


def test_every_link_counts() -> None:
    """An intermediate that outlives its root is told, and the leaf below it is not."""
    assert check(evidence(LEAF, INTERMEDIATE, replace(ROOT, not_after=SOON))) == (
        "root CN=Example Root CA,O=Example,C=US ends on 2026-12-03 12:00:00 UTC, before what it signed: "
        "intermediate CN=Example Issuing CA,O=Example,C=US ends on 2034-02-24 12:00:00 UTC"
    )


def test_ending_together_is_no_finding() -> None:
    """System Manager has its certificates end no later than its CA: that is sound."""
    assert check(evidence(LEAF, replace(INTERMEDIATE, not_after=LEAF.not_after))) is None


def test_an_unread_date_or_another_ca_is_no_finding() -> None:
    """Nothing is said where a date is unknown, or of a CA that did not sign."""
    assert check(evidence(LEAF, replace(INTERMEDIATE, not_after=None))) is None
    assert check(evidence(replace(LEAF, not_after=None), INTERMEDIATE)) is None
    assert check(evidence(LEAF, replace(INTERMEDIATE, not_after=SOON), signers=(None, None))) is None
