"""The rule chain_incomplete."""

from dataclasses import replace

import pytest

from aescan.certificates.facts import Name
from aescan.findings.rules.chain_incomplete import check
from tests.facts import INTERMEDIATE, LEAF, ROOT, evidence, name
from tests.findings import labelled as lab
from tests.findings.labelled import judged

ISSUER = "clients must hold the issuer as trusted: CN=Example Issuing CA,O=Example,C=US"
KEY = "keyid:" + "02" * 20


def test_a_lone_leaf_needs_its_issuer() -> None:
    """A leaf sent alone: the issuer is named, with its key identifier."""
    assert check(evidence(LEAF)) == f"{ISSUER} ({KEY})"


def test_a_certificate_that_did_not_sign_is_no_help() -> None:
    """A root sent without the intermediate between does not complete the chain."""
    assert check(evidence(LEAF, ROOT, signers=(None, 1))) == f"{ISSUER} ({KEY})"


def test_the_wrong_ca_of_the_right_name_is_told() -> None:
    """A CA of the issuer's name whose key did not sign is told apart."""
    assert check(evidence(LEAF, INTERMEDIATE, signers=(None, None))) == (
        f"{ISSUER} ({KEY}); a certificate of that name is presented, but the signature was not verified with its key"
    )


def test_system_managers_name_needs_its_key() -> None:
    """Where System Manager signed, the sentence says that the name alone does not tell the CA."""
    assert check(judged(lab.SYSTEM_MANAGER_LEAF)) == (
        f"clients must hold the issuer as trusted: CN=System Manager CA,OU=MGMT,O=AVAYA ({KEY}); "
        "every System Manager has a CA of that name, each with its own key"
    )


@pytest.mark.parametrize("issuer", [None, name()])
def test_an_unread_or_empty_issuer_is_unnamed(issuer: Name | None) -> None:
    """A leaf without a readable issuer and key identifier still says what is missing."""
    leaf = replace(LEAF, issuer=issuer, authority_key_identifier=None)
    assert (
        check(evidence(leaf, INTERMEDIATE, signers=(None, None))) == "clients must hold the issuer as trusted: unnamed"
    )


def test_a_missing_root_is_normal() -> None:
    """A chain that ends at an intermediate is complete: the root may be left out."""
    assert check(evidence(LEAF, INTERMEDIATE)) is None


@pytest.mark.parametrize("own", [True, None])
def test_a_self_signed_or_uncheckable_leaf_is_exempt(own: bool | None) -> None:
    """A self-signed leaf needs no issuer, and of an uncheckable one nothing is known."""
    assert check(evidence(replace(LEAF, self_signed=own), signers=(None,))) is None


def test_a_ca_sent_before_its_leaf_is_a_matter_of_order() -> None:
    """A first certificate that signed the next one is chain_out_of_order, not this."""
    assert check(evidence(INTERMEDIATE, LEAF, signers=(None, 0))) is None
