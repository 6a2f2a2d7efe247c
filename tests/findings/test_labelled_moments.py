"""Every labelled chain at the six moments that matter: what is found at each of them."""

import pytest

from aescan.certificates.facts import Certificate
from aescan.findings.evaluate import evaluate
from tests.facts import INTERMEDIATE, LEAF, ROOT
from tests.findings import labelled as lab
from tests.findings.labelled import day, judged

MOMENTS = (day(2018, 1, 5), day(2018, 1, 6), day(2018, 1, 7), day(2026, 11, 23), day(2027, 8, 16), day(2027, 8, 18))

NOT_YET = "not_yet_valid"
IMMINENT, SOON, AHEAD, EXPIRED = "expires_imminently", "expires_soon", "expires_ahead", "expired"

LEGACY = {
    "avaya_default_certificate",
    "name_mismatch",
    "missing_san",
    "sha1_signature",
    "validity_too_long",
    "weak_key",
}
SIP = {"avaya_default_certificate", "issuer_expires_first", "sip_ca_ends", "validity_too_long"}
RECIPE = {"issuer_expires_first", "missing_san", "notice_recipe", "sha1_signature"}
TEMPORARY = {"avaya_self_signed_default", "missing_san", "name_mismatch"}

TABLE: dict[str, tuple[tuple[Certificate, ...], set[str], tuple[str, str, str, str, str, str]]] = {
    "L1": ((lab.LEGACY_LEAF, lab.LEGACY_ROOT), LEGACY, (IMMINENT, IMMINENT, EXPIRED, EXPIRED, EXPIRED, EXPIRED)),
    "L2": (
        (lab.LEGACY_LEAF,),
        LEGACY | {"chain_incomplete"},
        (IMMINENT, IMMINENT, EXPIRED, EXPIRED, EXPIRED, EXPIRED),
    ),
    "L3": ((lab.ONE_YEAR,), TEMPORARY, (NOT_YET, NOT_YET, NOT_YET, "", EXPIRED, EXPIRED)),
    "L4": ((lab.SIP_LEAF, lab.SIP_CA), SIP, (NOT_YET, NOT_YET, NOT_YET, "", IMMINENT, EXPIRED)),
    "L4 leaf only": (
        (lab.SIP_LEAF,),
        {"avaya_default_certificate", "chain_incomplete", "sip_ca_ends", "validity_too_long"},
        (NOT_YET, NOT_YET, NOT_YET, "", "", ""),
    ),
    "L5": (
        (lab.SYSTEM_MANAGER_LEAF, lab.SYSTEM_MANAGER_CA),
        set(),
        (NOT_YET, NOT_YET, NOT_YET, "", "", ""),
    ),
    "L6": ((lab.RECIPE_LEAF, lab.RECIPE_CA), RECIPE, (NOT_YET, NOT_YET, NOT_YET, AHEAD, EXPIRED, EXPIRED)),
    "L7": ((LEAF, INTERMEDIATE), set(), (NOT_YET, NOT_YET, NOT_YET, "", EXPIRED, EXPIRED)),
    "L8": (
        (lab.IP_OFFICE,),
        {"avaya_default_certificate", "name_mismatch"},
        (NOT_YET, NOT_YET, NOT_YET, "", "", ""),
    ),
    "L9": (
        (LEAF, INTERMEDIATE, lab.SHA1_ROOT),
        {"root_in_chain"},
        (NOT_YET, NOT_YET, NOT_YET, "", EXPIRED, EXPIRED),
    ),
    "L10": ((lab.FUTURE_LEAF, INTERMEDIATE), set(), (NOT_YET, NOT_YET, NOT_YET, NOT_YET, EXPIRED, EXPIRED)),
    "L16": ((lab.UNNAMED_LEAF, INTERMEDIATE), set(), (NOT_YET, NOT_YET, NOT_YET, "", EXPIRED, EXPIRED)),
    "L17": (
        (lab.OTHER_STRINGS_LEAF, ROOT),
        {"avaya_default_certificate"},
        (NOT_YET, NOT_YET, NOT_YET, "", EXPIRED, EXPIRED),
    ),
}
"""By label: the chain, the codes of every moment, and the one code of each moment."""


@pytest.mark.parametrize("number", range(len(MOMENTS)), ids=[str(moment.date()) for moment in MOMENTS])
@pytest.mark.parametrize("label", TABLE)
def test_a_labelled_chain_at_a_moment(label: str, number: int) -> None:
    """A chain has the findings of its kind, and of the moment exactly one or none."""
    certificates, always, by_moment = TABLE[label]
    found = evaluate(judged(*certificates, moment=MOMENTS[number]))
    assert {finding.code for finding in found} == always | ({by_moment[number]} - {""})
