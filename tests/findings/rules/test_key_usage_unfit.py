"""The rule key_usage_unfit."""

from dataclasses import replace

import pytest

from aescan.certificates.facts import BasicConstraints
from aescan.findings.model import Evidence
from aescan.findings.rules.key_usage_unfit import check
from tests.facts import INTERMEDIATE, LEAF, ROOT, evidence

TITLE = "leaf CN=aes1.example.com,O=Example,C=US"
ISSUING = "intermediate CN=Example Issuing CA,O=Example,C=US"
NO_CA = BasicConstraints(ca=False, path_length=None)


def negotiated(usage: tuple[str, ...] | None, suite: str, version: str = "TLS 1.2") -> Evidence:
    """Return a leaf of this key usage, and what was negotiated with it."""
    found = evidence(replace(LEAF, key_usage=usage), INTERMEDIATE, version=version)
    return replace(found, capture=replace(found.capture, cipher_suite=suite))


@pytest.mark.parametrize(
    ("usage", "suite", "version", "sentence"),
    [
        (
            ("keyEncipherment", "dataEncipherment"),
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS 1.2",
            (
                "TLS 1.2 with TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 needs digitalSignature, "
                f"the key usage is keyEncipherment, dataEncipherment: {TITLE}"
            ),
        ),
        (
            ("digitalSignature",),
            "TLS_RSA_WITH_AES_128_CBC_SHA",
            "TLS 1.0",
            (
                "TLS 1.0 with TLS_RSA_WITH_AES_128_CBC_SHA needs keyEncipherment, "
                f"the key usage is digitalSignature: {TITLE}"
            ),
        ),
        (
            ("keyEncipherment",),
            "TLS_AES_128_GCM_SHA256",
            "TLS 1.3",
            f"TLS 1.3 with TLS_AES_128_GCM_SHA256 needs digitalSignature, the key usage is keyEncipherment: {TITLE}",
        ),
        (
            (),
            "0xfefe",
            "TLS 1.2",
            (
                "TLS 1.2 with 0xfefe needs digitalSignature or keyEncipherment or keyAgreement, "
                f"the key usage is empty: {TITLE}"
            ),
        ),
    ],
)
def test_the_leaf_must_fit_what_was_negotiated(usage: tuple[str, ...], suite: str, version: str, sentence: str) -> None:
    """A usage that the way of key exchange does not need is not enough."""
    assert check(negotiated(usage, suite, version)) == sentence


@pytest.mark.parametrize(
    ("usage", "suite", "version"),
    [
        (None, "TLS_RSA_WITH_AES_128_CBC_SHA", "TLS 1.0"),
        (("digitalSignature",), "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS 1.2"),
        (("digitalSignature",), "TLS_AES_128_GCM_SHA256", "TLS 1.3"),
        (("keyEncipherment",), "TLS_RSA_WITH_AES_128_CBC_SHA", "TLS 1.0"),
        (("keyAgreement",), "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA", "TLS 1.2"),
    ],
)
def test_a_fitting_or_absent_usage_is_no_finding(usage: tuple[str, ...] | None, suite: str, version: str) -> None:
    """What is allowed, or not limited, is sound."""
    assert check(negotiated(usage, suite, version)) is None


def test_a_leaf_that_is_a_ca_may_sign() -> None:
    """A CA may present itself, as long as its key may be used for TLS; what is no CA may not have keyCertSign."""
    usage = ("digitalSignature", "keyCertSign")
    authority = replace(LEAF, key_usage=usage, basic_constraints=BasicConstraints(ca=True, path_length=0))
    assert check(evidence(authority, INTERMEDIATE)) is None
    for constraints in None, NO_CA:
        leaf = replace(LEAF, key_usage=usage, basic_constraints=constraints)
        assert check(evidence(leaf, INTERMEDIATE)) == f"has keyCertSign without being a CA: {TITLE}"
    unread = replace(LEAF, key_usage=usage, basic_constraints=None, unreadable=("extensions: truncated",))
    assert check(evidence(unread, INTERMEDIATE)) is None


def test_a_ca_only_certificate_is_no_servers() -> None:
    """A leaf that may only sign certificates cannot take part in TLS."""
    usage = ("keyCertSign", "cRLSign")
    leaf = replace(LEAF, key_usage=usage, basic_constraints=BasicConstraints(ca=True, path_length=0))
    assert check(evidence(leaf, INTERMEDIATE)) == (
        "TLS 1.2 with TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 needs digitalSignature, "
        f"the key usage is keyCertSign, cRLSign: {TITLE}"
    )


def test_a_signer_must_be_allowed_to_sign() -> None:
    """An intermediate without keyCertSign, or that is no CA, is named."""
    without = replace(INTERMEDIATE, key_usage=("digitalSignature",))
    assert check(evidence(LEAF, without, ROOT)) == f"signed the certificate below it without keyCertSign: {ISSUING}"
    for constraints in None, NO_CA:
        no_ca = replace(INTERMEDIATE, key_usage=None, basic_constraints=constraints)
        assert check(evidence(LEAF, no_ca, ROOT)) == f"signed the certificate below it without being a CA: {ISSUING}"
    unread = replace(INTERMEDIATE, basic_constraints=None, unreadable=("extensions: truncated",))
    assert check(evidence(LEAF, unread, ROOT)) is None


def test_what_signed_nothing_is_not_judged() -> None:
    """Only certificates on the way up from the leaf count."""
    without = replace(INTERMEDIATE, key_usage=("digitalSignature",))
    assert check(evidence(LEAF, without, signers=(None, None))) is None


def test_a_root_of_version_1_is_exempt() -> None:
    """A root may have no extensions; one that says it is no CA, or may not sign, is told."""
    assert check(evidence(LEAF, INTERMEDIATE, replace(ROOT, version=1, key_usage=None, basic_constraints=None))) is None
    title = "root CN=Example Root CA,O=Example,C=US"
    assert check(evidence(LEAF, INTERMEDIATE, replace(ROOT, key_usage=("cRLSign",)))) == (
        f"signed the certificate below it without keyCertSign: {title}"
    )
    assert check(evidence(LEAF, INTERMEDIATE, replace(ROOT, basic_constraints=NO_CA))) == (
        f"signed the certificate below it without being a CA: {title}"
    )
