"""The rule avaya_default_certificate."""

from dataclasses import replace

from aescan.findings.rules.avaya_default_certificate import check
from aescan.settings.policy import CertificatePattern, Meaning, Policy
from tests.facts import INTERMEDIATE, LEAF, evidence, name
from tests.findings import labelled as lab
from tests.findings.labelled import judged


def test_the_sip_product_ca_is_named() -> None:
    """The sentence names pattern, confidence, CA and product."""
    assert check(judged(lab.SIP_LEAF, lab.SIP_CA)) == (
        "matches pattern avaya-sip-product-ca (sourced): signed by CN=SIP Product Certificate Authority,"
        "OU=SIP Product Certificate Authority,O=Avaya Inc.,C=US; "
        "product: SIP products of Avaya; this CA ends on 2027-08-17 05:19:39 UTC"
    )


def test_the_issuer_alone_is_enough() -> None:
    """A default certificate sent without its CA is known by its issuer."""
    assert check(judged(lab.LEGACY_LEAF)) == (
        "matches pattern avaya-product-root (unverified): "
        "signed by CN=Avaya Product Root CA,OU=Avaya Product PKI,O=Avaya Inc.,C=US; "
        "product: AE Services 5.x and 6.x, and servers upgraded from them"
    )


def test_ip_office_is_its_own_issuer() -> None:
    """An IP Office certificate is self-signed and still a product default."""
    sentence = check(judged(lab.IP_OFFICE))
    assert sentence is not None
    assert sentence.startswith("matches pattern ip-office-ip500 (sourced): self-signed as E=support@avaya.com,")
    assert sentence.endswith("; product: IP Office IP500 V2, self-signed")


def test_an_unread_issuer_is_said_to_be_unnamed() -> None:
    """A leaf known by its key alone may have an unreadable or empty issuer."""
    pattern = CertificatePattern("k", Meaning.DEFAULT, "a product", "a test", "sourced", public_key_sha256=("a1" * 32,))
    for issuer in None, name():
        chain = evidence(replace(LEAF, issuer=issuer), policy=Policy(patterns=(pattern,)))
        assert check(chain) == "matches pattern k (sourced): signed by an unnamed issuer; product: a product"


def test_system_manager_is_no_default() -> None:
    """A certificate of System Manager is not a default, with its CA or without."""
    assert check(judged(lab.SYSTEM_MANAGER_LEAF, lab.SYSTEM_MANAGER_CA)) is None
    assert check(judged(lab.SYSTEM_MANAGER_LEAF)) is None


def test_a_certificate_of_ones_own_is_no_default() -> None:
    """A certificate of another CA is not a default."""
    assert check(judged(LEAF, INTERMEDIATE)) is None


def test_the_temporary_certificate_is_not_this() -> None:
    """The self-signed certificate of one year is avaya_self_signed_default, not this."""
    assert check(judged(lab.ONE_YEAR)) is None


def test_without_patterns_nothing_is_a_default() -> None:
    """A site that empties the catalogue has no such finding."""
    assert check(evidence(lab.LEGACY_LEAF)) is None
