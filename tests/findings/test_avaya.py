"""Which of Avaya's known certificates a chain is, and by which rights."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from aescan.certificates.facts import Certificate, Name
from aescan.findings.avaya import Likelihood, authority_key, classify, hangs_from, product_default, temporary_default
from aescan.settings.policy import CertificatePattern, Meaning, Policy
from tests.facts import INTERMEDIATE, LEAF, NOW, ROOT, evidence, name
from tests.findings import labelled as lab
from tests.findings.labelled import judged
from tests.findings.shipped import ENTRIES, PATTERNS, POLICY

ORGANISATION = name(("O", "Avaya Inc."), ("CN", "aes1.example.com"))


def pattern(
    title: str, meaning: Meaning = Meaning.DEFAULT, issuer: str = "", key: str = "", fingerprint: str = ""
) -> CertificatePattern:
    """Return a pattern of a site's own."""
    return CertificatePattern(
        title,
        meaning,
        "some product",
        "a test",
        "sourced",
        issuer=(("CN", re.compile(issuer, re.IGNORECASE)),) if issuer else (),
        public_key_sha256=(key,) if key else (),
        fingerprint_sha256=(fingerprint,) if fingerprint else (),
    )


def classified(
    *patterns: CertificatePattern,
    certificates: tuple[Certificate, ...] = (),
    signers: tuple[int | None, ...] | None = None,
) -> str | None:
    """Return the name of the pattern that a chain matches."""
    found = classify(evidence(*certificates, signers=signers, policy=Policy(patterns=patterns)))
    return found.name if found else None


def test_every_shipped_pattern_says_where_it_comes_from() -> None:
    """Every shipped pattern has a source, a known confidence and its own name."""
    assert {entry["confidence"] for entry in ENTRIES} == {"sourced", "derived", "unverified"}
    assert all(entry["source"] and entry["product"] and entry["issuer"] for entry in ENTRIES)
    assert len({entry["name"] for entry in ENTRIES}) == len(ENTRIES) > 0


def test_system_manager_is_tried_first_whatever_the_order() -> None:
    """System Manager's pattern wins over a default that fits as well, in either order of the file."""
    for policy in POLICY, Policy(patterns=PATTERNS[::-1]):
        found = classify(evidence(lab.SYSTEM_MANAGER_LEAF, lab.SYSTEM_MANAGER_CA, policy=policy))
        assert found is not None
        assert found.meaning is Meaning.SYSTEM_MANAGER


@pytest.mark.parametrize(
    "attributes",
    [
        (("O", "AVAYA"), ("OU", "MGMT"), ("CN", "System Manager CA")),
        (("O", "AVAYA"), ("OU", "MGMT"), ("CN", "default")),
    ],
)
def test_both_names_of_system_managers_ca_are_never_a_default(attributes: tuple[tuple[str, str], ...]) -> None:
    """Neither the current nor the older name of System Manager's CA makes a default certificate."""
    chain = judged(replace(LEAF, issuer=name(*attributes)), ROOT)
    assert classify(chain) is not None
    assert product_default(chain) is None


def test_a_system_manager_ca_itself_is_neither_default_nor_temporary() -> None:
    """A self-signed leaf named as System Manager's CA is no default, even when it lasts one year."""
    chain = judged(replace(lab.ONE_YEAR, subject=lab.SYSTEM_MANAGER_NAME, issuer=lab.SYSTEM_MANAGER_NAME))
    assert product_default(chain) is None
    assert temporary_default(chain) is None


def test_system_managers_are_told_apart_by_key() -> None:
    """Two System Manager CAs of one name have two authority keys."""
    keys = {
        authority_key(judged(lab.SYSTEM_MANAGER_LEAF, ca))
        for ca in (lab.SYSTEM_MANAGER_CA, lab.OTHER_SYSTEM_MANAGER_CA)
    }
    assert keys == {"sha256:" + "b1" * 32, "sha256:" + "b2" * 32}


def test_without_its_ca_the_key_identifier_tells() -> None:
    """Where the CA was not presented, or its key not read, the leaf's authority key identifier stands in."""
    unread = replace(INTERMEDIATE, public_key_sha256=None)
    assert authority_key(evidence(LEAF)) == authority_key(evidence(LEAF, unread)) == "keyid:" + "02" * 20
    assert authority_key(evidence(replace(LEAF, authority_key_identifier=None))) is None


@pytest.mark.parametrize("spelling", ["Avaya Inc.", "Avaya Inc", "AVAYA", "avaya inc."])
def test_every_spelling_of_the_organisation_counts(spelling: str) -> None:
    """The organisation is known in each of its spellings."""
    found = classify(judged(replace(LEAF, issuer=name(("O", spelling)))))
    assert found is not None
    assert found.name == "avaya-organisation"


@pytest.mark.parametrize(
    "attributes",
    [
        (("O", "Avaya Inc. Customer"),),
        (("O", "My Avaya"),),
        (("CN", "Avaya Inc."),),
        (("OU", "Avaya"),),
        (),
    ],
)
def test_a_name_must_match_in_full_and_in_its_own_type(attributes: tuple[tuple[str, str], ...]) -> None:
    """A longer name, or the same words in another attribute, is not Avaya's."""
    assert classify(judged(replace(LEAF, issuer=name(*attributes)))) is None


def test_any_value_of_a_repeated_type_may_match() -> None:
    """Of two organisations in one issuer either may match."""
    found = classify(judged(replace(LEAF, issuer=name(("O", "Example"), ("O", "Avaya Inc.")))))
    assert found is not None


def test_an_unread_issuer_matches_nothing() -> None:
    """A leaf whose issuer could not be read is of no class."""
    assert classify(judged(replace(LEAF, issuer=None))) is None


def test_the_subject_does_not_matter() -> None:
    """A leaf about Avaya, signed by another CA, is not a default."""
    assert classify(judged(replace(LEAF, subject=ORGANISATION), INTERMEDIATE)) is None


@pytest.mark.parametrize(
    "found",
    [
        pattern("x", key="a1" * 32),
        pattern("x", key="a2" * 32),
        pattern("x", key="a3" * 32),
        pattern("x", fingerprint="1f" * 32),
        pattern("x", fingerprint="3f" * 32),
    ],
)
def test_an_exact_value_of_the_leaf_or_of_a_signer_is_enough(found: CertificatePattern) -> None:
    """A key or a fingerprint of the leaf, the intermediate or the root matches without any name."""
    assert classified(found, certificates=(LEAF, INTERMEDIATE, ROOT)) == "x"


def test_a_certificate_that_signed_nothing_does_not_count() -> None:
    """A known CA that is presented and signed neither the leaf nor its issuer says nothing about the leaf."""
    assert classified(pattern("x", key="a3" * 32), certificates=(LEAF, ROOT), signers=(None, 1)) is None


def test_an_exact_value_outranks_a_name() -> None:
    """A known key wins over a name, even over System Manager's; among known keys System Manager comes first."""
    named = pattern("named", Meaning.SYSTEM_MANAGER, issuer="example issuing ca")
    default, manager = pattern("default", key="a2" * 32), pattern("manager", Meaning.SYSTEM_MANAGER, key="a2" * 32)
    assert classified(named) == "named"
    assert classified(named, default) == "default"
    assert classified(named, default, manager) == "manager"


def test_a_pattern_of_exact_values_alone_matches_no_name() -> None:
    """A pattern without an issuer does not match every issuer."""
    assert classified(pattern("x", key="ff" * 32)) is None


def test_the_first_pattern_that_fits_wins() -> None:
    """Patterns of one meaning are tried in order."""
    assert classified(pattern("a", issuer="example .*"), pattern("b", issuer="example issuing ca")) == "a"


def test_a_one_year_self_signed_leaf_without_dns_name_is_very_likely_the_temporary_one() -> None:
    """Without a DNS name the temporary certificate is very likely."""
    assert temporary_default(judged(lab.ONE_YEAR)) is Likelihood.VERY_LIKELY


def test_one_that_names_the_host_is_likely() -> None:
    """With a DNS name and the dialled common name it is no more than likely."""
    leaf = replace(lab.ONE_YEAR, subject=name(("CN", "AES1.example.com")), dns_names=("aes1.example.com",))
    assert temporary_default(judged(leaf)) is Likelihood.LIKELY


@pytest.mark.parametrize("subject", [None, name(("CN", "aes1"))])
def test_one_with_another_common_name_is_very_likely(subject: Name | None) -> None:
    """With a DNS name but another common name, or an unread one, it is very likely."""
    leaf = replace(lab.ONE_YEAR, subject=subject, dns_names=("aes1.example.com",))
    assert temporary_default(judged(leaf)) is Likelihood.VERY_LIKELY


@pytest.mark.parametrize(
    ("days", "temporary"), [(359, False), (360, True), (365, True), (372, True), (373, False), (1825, False)]
)
def test_about_a_year_is_360_to_372_days(days: int, temporary: bool) -> None:
    """Only a validity of 360 to 372 days is about a year."""
    leaf = replace(lab.ONE_YEAR, not_before=NOW, not_after=NOW + timedelta(days=days))
    assert (temporary_default(judged(leaf)) is not None) is temporary


@pytest.mark.parametrize(
    "leaf",
    [
        replace(lab.ONE_YEAR, self_signed=False),
        replace(lab.ONE_YEAR, self_signed=None),
        replace(lab.ONE_YEAR, not_before=None),
        replace(lab.ONE_YEAR, not_after=None),
    ],
)
def test_what_is_not_known_to_be_self_signed_for_a_year_is_not_temporary(leaf: Certificate) -> None:
    """A leaf of another signer, an uncheckable one and one without dates are not the temporary one."""
    assert temporary_default(judged(leaf)) is None


def test_a_bare_port_has_no_temporary_certificate() -> None:
    """On a port that is no AE Services service nothing is taken for the temporary certificate."""
    assert temporary_default(evidence(lab.ONE_YEAR, service="", policy=POLICY)) is None


def test_a_temporary_certificate_that_only_says_avaya_is_not_signed_by_avaya() -> None:
    """Self-signed for a year in Avaya's name: the temporary certificate, not a product CA's."""
    chain = judged(replace(lab.ONE_YEAR, subject=ORGANISATION, issuer=ORGANISATION))
    assert temporary_default(chain) is not None
    assert product_default(chain) is None


def test_self_signed_in_avayas_name_for_longer_is_a_product_default() -> None:
    """Self-signed for ten years in Avaya's name: some product's default, not the temporary certificate."""
    chain = judged(
        replace(lab.ONE_YEAR, subject=ORGANISATION, issuer=ORGANISATION, not_after=NOW + timedelta(days=3650))
    )
    assert temporary_default(chain) is None
    assert product_default(chain) is not None


def test_a_named_product_is_not_the_temporary_certificate() -> None:
    """A self-signed IP Office certificate of one year stays an IP Office default."""
    chain = judged(replace(lab.IP_OFFICE, not_before=NOW, not_after=NOW + timedelta(days=365)))
    assert temporary_default(chain) is None
    found = product_default(chain)
    assert found is not None
    assert found.name == "ip-office-ip500"


def test_a_known_fingerprint_is_not_the_temporary_certificate() -> None:
    """A one-year self-signed leaf whose fingerprint is listed as a default is that default."""
    chain = evidence(lab.ONE_YEAR, policy=Policy(patterns=(pattern("x", fingerprint="1f" * 32),)))
    assert temporary_default(chain) is None
    assert product_default(chain) is not None


def test_a_chain_hangs_from_a_ca_that_signed_any_of_it() -> None:
    """The CA named counts as issuer of the leaf or of an intermediate, or by its key; another one does not."""
    name = "avaya-sip-product-ca"
    below = replace(INTERMEDIATE, issuer=lab.SIP_CA_NAME)
    for chain in (judged(lab.SIP_LEAF), judged(lab.SIP_LEAF, lab.SIP_CA), judged(LEAF, below)):
        found = hangs_from(chain, name)
        assert found is not None
        assert found.name == name
    exact = evidence(LEAF, INTERMEDIATE, policy=Policy(patterns=(pattern(name, fingerprint="2f" * 32),)))
    assert hangs_from(exact, name) is not None
    assert hangs_from(judged(LEAF, INTERMEDIATE), name) is None
    assert hangs_from(judged(replace(LEAF, issuer=None)), name) is None
    assert hangs_from(evidence(lab.SIP_LEAF), name) is None
