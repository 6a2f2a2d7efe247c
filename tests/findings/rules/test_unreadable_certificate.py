"""The rule unreadable_certificate."""

from dataclasses import replace

from aescan.findings.rules.unreadable_certificate import check
from tests.facts import INTERMEDIATE, LEAF, ROOT, evidence


def test_a_readable_chain_is_no_finding() -> None:
    """A chain of which every fact was read is no finding."""
    assert check(evidence()) is None


def test_what_could_not_be_read_is_named_with_its_place() -> None:
    """The sentence names the certificate by its place and the facts that are missing."""
    unread = replace(INTERMEDIATE, not_after=None, unreadable=("not_after: month 13", "version: 9"))
    assert check(evidence(LEAF, unread, ROOT)) == (
        "certificate 2 of 3 (CN=Example Issuing CA,O=Example,C=US): not_after: month 13; version: 9"
    )


def test_garbage_is_called_by_its_fingerprint() -> None:
    """A certificate of which nothing was read is called by its fingerprint."""
    garbage = replace(LEAF, subject=None, unreadable=("certificate: no DER",))
    assert check(evidence(garbage)) == "certificate 1 of 1 (certificate 1f1f1f1f1f1f1f1f…): certificate: no DER"
