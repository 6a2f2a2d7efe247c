"""The rule avaya_self_signed_default."""

from dataclasses import replace

from aescan.findings.rules.avaya_self_signed_default import check
from tests.facts import LEAF, evidence, name
from tests.findings import labelled as lab
from tests.findings.labelled import judged


def test_a_leaf_that_clients_cannot_verify_is_very_likely_temporary() -> None:
    """Self-signed for a year without a DNS name: very likely."""
    assert check(judged(lab.ONE_YEAR)) == (
        "very likely the temporary certificate of AE Services: "
        "self-signed, valid for one year, without a DNS name: CN=aes1"
    )


def test_a_leaf_that_names_the_host_is_likely_temporary() -> None:
    """Self-signed for a year in the name dialled: likely."""
    leaf = replace(lab.ONE_YEAR, subject=name(("CN", "aes1.example.com")), dns_names=("aes1.example.com",))
    assert check(judged(leaf)) == (
        "likely the temporary certificate of AE Services: self-signed, valid for one year: CN=aes1.example.com"
    )


def test_a_bare_port_is_exempt() -> None:
    """On a port of no AE Services service it is just a self-signed leaf."""
    assert check(evidence(lab.ONE_YEAR, service="")) is None


def test_a_leaf_of_a_ca_is_not_temporary() -> None:
    """A leaf signed by a CA for one year is not the temporary certificate."""
    assert check(judged(LEAF)) is None


def test_a_product_default_is_not_this() -> None:
    """An IP Office certificate is avaya_default_certificate, not this."""
    assert check(judged(lab.IP_OFFICE)) is None
