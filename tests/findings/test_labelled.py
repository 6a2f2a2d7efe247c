"""What aescan says of every labelled chain, at the moments that matter."""

from datetime import datetime

import pytest

from aescan.certificates.facts import Certificate
from aescan.findings.avaya import classify
from aescan.findings.evaluate import evaluate
from tests.facts import INTERMEDIATE, LEAF, NOW, ROOT
from tests.findings import labelled as lab
from tests.findings.labelled import day, judged

DEFAULT = {
    "avaya_default_certificate",
    "name_mismatch",
    "missing_san",
    "sha1_signature",
    "validity_too_long",
    "weak_key",
}
SIP = {"avaya_default_certificate", "issuer_expires_first", "sip_ca_ends", "validity_too_long"}

CASES: list[tuple[str, tuple[Certificate, ...], datetime, str | None, set[str]]] = [
    (
        "L1 last but one day",
        (lab.LEGACY_LEAF, lab.LEGACY_ROOT),
        day(2018, 1, 5, hour=12),
        "avaya-product-root",
        DEFAULT | {"expires_imminently"},
    ),
    (
        "L1 last second",
        (lab.LEGACY_LEAF, lab.LEGACY_ROOT),
        day(2018, 1, 6, hour=23, minute=59, second=59),
        "avaya-product-root",
        DEFAULT | {"expires_imminently"},
    ),
    ("L1 next day", (lab.LEGACY_LEAF, lab.LEGACY_ROOT), day(2018, 1, 7), "avaya-product-root", DEFAULT | {"expired"}),
    ("L1 today", (lab.LEGACY_LEAF, lab.LEGACY_ROOT), NOW, "avaya-product-root", DEFAULT | {"expired"}),
    ("L2", (lab.LEGACY_LEAF,), NOW, "avaya-product-root", DEFAULT | {"chain_incomplete", "expired"}),
    ("L3", (lab.ONE_YEAR,), NOW, None, {"avaya_self_signed_default", "missing_san", "name_mismatch"}),
    ("L4 today", (lab.SIP_LEAF, lab.SIP_CA), NOW, "avaya-sip-product-ca", SIP),
    (
        "L4 last but one day",
        (lab.SIP_LEAF, lab.SIP_CA),
        day(2027, 8, 16),
        "avaya-sip-product-ca",
        SIP | {"expires_imminently"},
    ),
    (
        "L4 next day",
        (lab.SIP_LEAF, lab.SIP_CA),
        day(2027, 8, 18),
        "avaya-sip-product-ca",
        SIP | {"expired"},
    ),
    ("L5", (lab.SYSTEM_MANAGER_LEAF, lab.SYSTEM_MANAGER_CA), NOW, "system-manager", set()),
    ("L5 leaf only", (lab.SYSTEM_MANAGER_LEAF,), NOW, "system-manager", {"chain_incomplete"}),
    (
        "L6",
        (lab.RECIPE_LEAF, lab.RECIPE_CA),
        NOW,
        None,
        {"expires_ahead", "issuer_expires_first", "missing_san", "notice_recipe", "sha1_signature"},
    ),
    ("L7", (LEAF, INTERMEDIATE), NOW, None, set()),
    ("L7 with its root", (LEAF, INTERMEDIATE, ROOT), NOW, None, {"root_in_chain"}),
    ("L8", (lab.IP_OFFICE,), NOW, "ip-office-ip500", {"avaya_default_certificate", "name_mismatch"}),
    ("L9", (LEAF, INTERMEDIATE, lab.SHA1_ROOT), NOW, None, {"root_in_chain"}),
    ("L10", (lab.FUTURE_LEAF, INTERMEDIATE), NOW, None, {"not_yet_valid"}),
    ("L16", (lab.UNNAMED_LEAF, INTERMEDIATE), NOW, None, set()),
    ("L17", (lab.OTHER_STRINGS_LEAF, ROOT), NOW, "avaya-organisation", {"avaya_default_certificate"}),
]


@pytest.mark.parametrize(
    ("certificates", "moment", "pattern", "codes"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_labelled_chain_has_its_findings(
    certificates: tuple[Certificate, ...], moment: datetime, pattern: str | None, codes: set[str]
) -> None:
    """A labelled chain is of its class and has these findings, and no other."""
    chain = judged(*certificates, moment=moment)
    found = classify(chain)
    assert (found.name if found else None) == pattern
    assert {finding.code for finding in evaluate(chain)} == codes


def test_a_wrong_order_is_seen() -> None:
    """A chain sent with the intermediate last has a chain_out_of_order (L11)."""
    found = evaluate(judged(LEAF, ROOT, INTERMEDIATE, signers=(2, 1, 1)))
    assert [finding.code for finding in found] == ["chain_out_of_order", "root_in_chain"]


def test_a_duplicate_is_seen() -> None:
    """A leaf sent twice has a duplicate_in_chain and nothing else (L12)."""
    found = evaluate(judged(LEAF, LEAF, INTERMEDIATE, signers=(2, 2, None)))
    assert [finding.code for finding in found] == ["duplicate_in_chain"]


def test_the_legacy_default_tells_its_whole_story() -> None:
    """The sentences of the expired legacy default name pattern, confidence, product, dates and sizes."""
    told = {finding.code: finding.sentence for finding in evaluate(judged(lab.LEGACY_LEAF, lab.LEGACY_ROOT))}
    leaf = "leaf CN=aes-default,OU=AE Services,O=Avaya Inc.,C=US"
    assert told == {
        "avaya_default_certificate": "matches pattern avaya-product-root (unverified): "
        "signed by CN=Avaya Product Root CA,"
        "OU=Avaya Product PKI,O=Avaya Inc.,C=US; product: AE Services 5.x and 6.x, and servers upgraded from them",
        "expired": f"expired 8 years ago, on 2018-01-06 23:59:59 UTC: {leaf}; TLS clients can no longer connect",
        "missing_san": "no DNS name and no IP address among the alternative names, only the common name aes-default",
        "name_mismatch": "aes1.example.com is dialled, the certificate has no alternative names, and its common name, "
        "which older clients compare, is aes-default",
        "sha1_signature": f"signed with SHA-1: {leaf}",
        "validity_too_long": f"valid for 3652 days, longer than 825 days: {leaf}",
        "weak_key": f"RSA key of 1024 bits, below 2048: {leaf}",
    }
