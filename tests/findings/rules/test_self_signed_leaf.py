"""The rule self_signed_leaf."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aescan.findings.rules.self_signed_leaf import check
from tests.facts import LEAF, NOW, ROOT, evidence
from tests.findings import labelled as lab
from tests.findings.labelled import judged


def test_a_leaf_signed_by_its_own_key_is_named() -> None:
    """A self-signed leaf is named."""
    leaf = replace(LEAF, not_after=NOW + timedelta(days=1000), self_signed=True)
    assert check(evidence(leaf)) == ("signed by its own key: CN=aes1.example.com,O=Example,C=US")


@pytest.mark.parametrize("own", [False, None])
def test_names_alone_prove_nothing(own: bool | None) -> None:
    """Equal names without a signature that proves it are not self-signed."""
    assert check(evidence(replace(LEAF, issuer=LEAF.subject, self_signed=own))) is None


def test_a_self_signed_root_is_no_finding() -> None:
    """A root is self-signed by nature."""
    assert check(evidence(LEAF, ROOT)) is None


def test_a_default_is_told_once() -> None:
    """A self-signed certificate recognised as Avaya's is told by its own rule alone."""
    assert check(judged(lab.ONE_YEAR)) is None
    assert check(judged(lab.IP_OFFICE)) is None


def test_on_a_bare_port_it_is_just_self_signed() -> None:
    """What would be the temporary certificate on a known service is a self-signed leaf on a bare port."""
    assert check(evidence(lab.ONE_YEAR, service="")) == "signed by its own key: CN=aes1"
