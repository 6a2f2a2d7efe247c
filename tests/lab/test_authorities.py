"""The lab's CAs are what the stories say of them."""

from datetime import UTC, datetime

import pytest
from cryptography import x509

from aescan.lab.authorities import Authorities, establish
from aescan.lab.certificates import Identity
from tests.certs import openssl
from tests.facts import NOW


@pytest.fixture(scope="module")
def lab() -> Authorities:
    """Make the CAs once."""
    return establish(NOW)


def read(identity: Identity) -> x509.Certificate:
    """Return the certificate as cryptography reads it."""
    return x509.load_der_x509_certificate(identity.der)


def test_system_managers_differ_in_the_key_alone(lab: Authorities) -> None:
    """Two System Managers have CAs of one name and one validity, with different keys."""
    first, second = map(read, lab.system_managers)
    assert first.subject == second.subject
    assert first.not_valid_after_utc == second.not_valid_after_utc
    assert first.public_key() != second.public_key()


def test_sip_authority_ends_when_the_real_one_does(lab: Authorities) -> None:
    """The SIP Product CA has the real one's name and dates."""
    shown = openssl("x509", "-noout", "-subject", "-dates", "-nameopt", "compat", given=lab.sip.pem)
    assert shown == (
        "subject=/C=US/O=Avaya Inc./OU=SIP Product Certificate Authority/CN=SIP Product Certificate Authority\n"
        "notBefore=Jul 25 00:33:17 2003 GMT\n"
        "notAfter=Aug 17 05:19:39 2027 GMT\n"
    )


def test_legacy_default_is_of_its_time(lab: Authorities) -> None:
    """The legacy default certificate ends with 6 January 2018 and has an RSA-1024 key and a SHA-1 signature."""
    leaf = read(lab.legacy_default)
    assert leaf.not_valid_after_utc == datetime(2018, 1, 6, 23, 59, 59, tzinfo=UTC)
    shown = openssl("x509", "-noout", "-text", given=lab.legacy_default.pem)
    assert "Public-Key: (1024 bit)" in shown
    assert shown.count("Signature Algorithm: sha1WithRSAEncryption") == 2


def test_recipe_lasts_ten_years_of_365_days(lab: Authorities) -> None:
    """A CA made by the notice's recipe in March 2016 has ended in February 2026."""
    assert read(lab.recipe).not_valid_after_utc == datetime(2026, 2, 27, 9, 0, tzinfo=UTC)
