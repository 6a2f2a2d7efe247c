"""Each story is the chain it tells of, at any moment."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature

from aescan.lab import stories
from aescan.lab.authorities import Authorities, establish
from aescan.lab.stories import Story, Teller
from tests.facts import NOW

HOST = "aes1.lab.example"


@pytest.fixture(scope="module")
def lab() -> Authorities:
    """Make the CAs once."""
    return establish(NOW)


def certificates(story: Story) -> list[x509.Certificate]:
    """Return the certificates presented, as cryptography reads them."""
    return [x509.load_der_x509_certificate(identity.der) for identity in story.presented]


LEGACY = {
    "avaya_default_certificate",
    "sha1_signature",
    "weak_key",
    "name_mismatch",
    "missing_san",
    "validity_too_long",
}


@pytest.mark.parametrize(
    ("teller", "moment", "codes"),
    [
        (stories.legacy_default, datetime(2017, 11, 1, tzinfo=UTC), LEGACY),
        (stories.legacy_default, datetime(2017, 12, 1, tzinfo=UTC), LEGACY | {"expires_ahead"}),
        (stories.legacy_default, datetime(2017, 12, 20, tzinfo=UTC), LEGACY | {"expires_soon"}),
        (stories.legacy_default, datetime(2018, 1, 6, 23, 59, 59, tzinfo=UTC), LEGACY | {"expires_imminently"}),
        (stories.legacy_default, datetime(2018, 1, 7, tzinfo=UTC), LEGACY | {"expired"}),
        (stories.legacy_default, NOW, LEGACY | {"expired"}),
        (stories.legacy_default_alone, NOW, LEGACY | {"expired", "chain_incomplete"}),
        (
            stories.self_signed_default,
            NOW,
            {"avaya_self_signed_default", "name_mismatch", "missing_san", "expires_soon"},
        ),
        (
            stories.outlives_authority,
            NOW,
            {"avaya_default_certificate", "issuer_expires_first", "sip_ca_ends", "validity_too_long"},
        ),
        (
            stories.outlives_authority,
            datetime(2027, 8, 16, tzinfo=UTC),
            {"avaya_default_certificate", "issuer_expires_first", "sip_ca_ends", "expires_imminently"},
        ),
        (
            stories.outlives_authority,
            datetime(2027, 8, 18, tzinfo=UTC),
            {"avaya_default_certificate", "issuer_expires_first", "sip_ca_ends", "expired"},
        ),
        (stories.FIRST_SYSTEM_MANAGER, NOW, set()),
        (stories.SECOND_SYSTEM_MANAGER, NOW, {"expires_ahead"}),
        (
            stories.notice_recipe,
            NOW,
            {"sha1_signature", "missing_san", "notice_recipe", "issuer_expires_first", "expired"},
        ),
        (stories.notice_recipe, datetime(2018, 1, 5, tzinfo=UTC), {"sha1_signature", "missing_san", "notice_recipe"}),
        (stories.clean, NOW, set()),
        (stories.clean, datetime(2040, 2, 29, tzinfo=UTC), {"expired"}),
        (stories.sha1_root, NOW, set()),
        (stories.LAST_DAYS, NOW, {"expires_imminently"}),
        (stories.not_yet_valid, NOW, {"not_yet_valid"}),
        (stories.out_of_order, NOW, {"chain_out_of_order", "root_in_chain"}),
        (stories.leaf_twice, NOW, {"duplicate_in_chain"}),
        (stories.intermediate_missing, NOW, {"chain_incomplete"}),
        (stories.empty_subject, NOW, set()),
        (stories.ip_office, NOW, {"avaya_default_certificate", "name_mismatch"}),
    ],
)
def test_codes(lab: Authorities, teller: Teller, moment: datetime, codes: set[str]) -> None:
    """A story names what it shows, and the end of its chain by the moment of the telling."""
    assert teller(lab, HOST, moment).codes == codes


def test_self_signed_default_lasts_a_year_without_names(lab: Authorities) -> None:
    """The default of later releases is signed by its own key, for 365 days, with the short name and no DNS name."""
    (leaf,) = certificates(stories.self_signed_default(lab, HOST, NOW))
    leaf.verify_directly_issued_by(leaf)
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc == timedelta(days=365)
    assert leaf.subject.rfc4514_string() == "CN=aes1"
    with pytest.raises(x509.ExtensionNotFound):
        leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)


def test_system_managers_sign_with_their_own_key(lab: Authorities) -> None:
    """The certificate of one System Manager does not verify with the CA of the other."""
    leaf, signer = certificates(stories.FIRST_SYSTEM_MANAGER(lab, HOST, NOW))
    _, other = certificates(stories.SECOND_SYSTEM_MANAGER(lab, HOST, NOW))
    leaf.verify_directly_issued_by(signer)
    with pytest.raises(InvalidSignature):
        leaf.verify_directly_issued_by(other)


def test_leaf_outlives_the_sip_authority(lab: Authorities) -> None:
    """The leaf of the SIP Product CA ends after its issuer."""
    leaf, signer = certificates(stories.outlives_authority(lab, HOST, NOW))
    leaf.verify_directly_issued_by(signer)
    assert leaf.not_valid_after_utc > signer.not_valid_after_utc


def test_recipe_is_followed(lab: Authorities) -> None:
    """The leaf has ten decimal digits as serial number, shares C, ST and O with its CA, and has no DNS name."""
    leaf, signer = certificates(stories.notice_recipe(lab, HOST, NOW))
    assert f"{leaf.serial_number:x}" == "4071926358"
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc == timedelta(days=730)
    assert leaf.subject.rdns[:2] == signer.subject.rdns[:2]
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.content_commitment, usage.key_encipherment, usage.data_encipherment) == (
        True,
        True,
        True,
        True,
    )
    with pytest.raises(x509.ExtensionNotFound):
        leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)


def test_chains_are_presented_as_told(lab: Authorities) -> None:
    """A chain out of order, a leaf presented twice, an intermediate left out."""
    issuing, root = lab.issuing.subject, lab.root.subject
    leaf = stories.clean(lab, HOST, NOW).presented[0].subject
    subjects = [
        [certificate.subject for certificate in certificates(teller(lab, HOST, NOW))]
        for teller in (stories.out_of_order, stories.leaf_twice, stories.intermediate_missing)
    ]
    assert subjects == [[leaf, root, issuing], [leaf, leaf, issuing], [leaf]]


def test_empty_subject_has_its_name_elsewhere(lab: Authorities) -> None:
    """The leaf without a subject has the host among its DNS names."""
    leaf, signer = certificates(stories.empty_subject(lab, HOST, NOW))
    leaf.verify_directly_issued_by(signer)
    assert leaf.subject.rdns == []
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [HOST]


def test_ip_office_signs_for_itself(lab: Authorities) -> None:
    """The certificate of an IP Office is a self-signed CA without any CA below it, for 825 days."""
    (leaf,) = certificates(stories.ip_office(lab, HOST, NOW))
    leaf.verify_directly_issued_by(leaf)
    constraints = leaf.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (constraints.ca, constraints.path_length) == (True, 0)
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc == timedelta(days=825)


def test_not_yet_valid_begins_ahead(lab: Authorities) -> None:
    """The certificate of the CA whose clock is ahead begins two days after the moment."""
    leaf, _ = certificates(stories.not_yet_valid(lab, HOST, NOW))
    assert leaf.not_valid_before_utc == NOW + timedelta(days=2)
