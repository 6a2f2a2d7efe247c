"""The rule sip_ca_ends."""

from dataclasses import replace
from datetime import datetime

import pytest

from aescan.findings.rules.sip_ca_ends import check
from aescan.settings.policy import Policy
from tests.facts import LEAF, NOW, evidence
from tests.findings import labelled as lab
from tests.findings.labelled import day, judged
from tests.findings.shipped import POLICY

WHAT = "its CA, avaya-sip-product-ca (sourced),"
TITLE = "leaf CN=aes1.example.com,O=Example,C=US"


@pytest.mark.parametrize(
    ("moment", "when"),
    [
        (NOW, "ends in 266 days, on 2027-08-17 05:19:39 UTC"),
        (day(2027, 8, 16), "ends tomorrow at 05:19 UTC"),
        (day(2027, 8, 17, hour=5, minute=19, second=39), "ends today at 05:19 UTC"),
        (day(2027, 8, 17, hour=5, minute=19, second=40), "ended today at 05:19 UTC"),
        (day(2027, 8, 18), "ended yesterday at 05:19 UTC"),
    ],
)
def test_the_end_is_told_before_and_after(moment: datetime, when: str) -> None:
    """The date is the catalogue's, whether or not the CA is presented."""
    for certificates in (lab.SIP_LEAF, lab.SIP_CA), (lab.SIP_LEAF,):
        found = replace(judged(*certificates), moment=moment)
        assert check(found) == f"{WHAT} {when}: {TITLE}"


def test_another_ca_is_no_finding() -> None:
    """A certificate of any other CA, Avaya's too, does not end then."""
    assert check(judged(LEAF)) is None
    assert check(judged(lab.LEGACY_LEAF, lab.LEGACY_ROOT)) is None


def test_an_end_that_is_not_known_is_no_finding() -> None:
    """Where a site's own file replaces the pattern and gives no end, none is invented."""
    (pattern,) = (each for each in POLICY.patterns if each.name == "avaya-sip-product-ca")
    assert check(evidence(lab.SIP_LEAF, policy=Policy(patterns=(replace(pattern, ends=None),)))) is None
