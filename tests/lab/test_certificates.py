"""Certificates to order are what OpenSSL, too, takes them for."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from aescan.lab.certificates import MD5, SHA1, SHA256, Digest, Identity, Validity, authority, issue, name, server
from tests.certs import make_authority, make_certificate, make_chain, openssl, rsa_key


def text(identity: Identity) -> str:
    """Return what OpenSSL reads in the certificate."""
    return openssl("x509", "-noout", "-text", given=identity.pem)


@pytest.mark.parametrize(
    ("digest", "algorithm"),
    [
        (SHA256, "sha256WithRSAEncryption"),
        (SHA1, "sha1WithRSAEncryption"),
        (MD5, "md5WithRSAEncryption"),
    ],
)
def test_signatures_verify(digest: Digest, algorithm: str, tmp_path: Path) -> None:
    """Leaf, intermediate and root signed with any digest name it in both places and verify."""
    leaf, intermediate, root = make_chain(digest=digest, keys=(rsa_key(1024), rsa_key(2048), rsa_key(2048, 1)))
    for identity, file in (leaf, "leaf"), (intermediate, "intermediate"), (root, "root"):
        assert text(identity).count(f"Signature Algorithm: {algorithm}") == 2
        (tmp_path / file).write_bytes(identity.pem)
    moment = str(int(datetime(2026, 11, 23, tzinfo=UTC).timestamp()))
    trust = ("-CAfile", str(tmp_path / "root"), "-untrusted", str(tmp_path / "intermediate"))
    checks = ("-check_ss_sig", "-auth_level", "0", "-attime", moment)
    leaf_file = str(tmp_path / "leaf")
    assert openssl("verify", *checks, *trust, leaf_file) == f"{leaf_file}: OK\n"


def test_outdated_digest_needs_rsa() -> None:
    """A signer with an EC key does not sign with SHA-1."""
    with pytest.raises(TypeError, match=r"^only an RSA key signs with SHA-1 or MD5 here$"):
        make_certificate(digest=SHA1)


def test_dates_are_exact() -> None:
    """The dates are in the certificate to the second."""
    start, end = datetime(2003, 7, 25, 0, 33, 17, tzinfo=UTC), datetime(2027, 8, 17, 5, 19, 39, tzinfo=UTC)
    made = make_certificate(not_before=start, not_after=end)
    shown = openssl("x509", "-noout", "-dates", given=made.pem)
    assert shown == "notBefore=Jul 25 00:33:17 2003 GMT\nnotAfter=Aug 17 05:19:39 2027 GMT\n"


def test_validity_counts_days() -> None:
    """A validity of so many days is given by its start or by its end."""
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    assert Validity.starting(first, 365) == Validity.ending(last, 365) == Validity(first, last)


def test_names_keep_their_order() -> None:
    """Attributes are encoded in the order given, and values may hold an equals sign."""
    made = make_certificate("C=US", "O=Avaya Inc.", "OU=a=b", "CN=aes1")
    shown = openssl("x509", "-noout", "-subject", "-nameopt", "RFC2253,sname", given=made.pem)
    assert shown == "subject=CN=aes1,OU=a=b,O=Avaya Inc.,C=US\n"


def test_serial_as_ordered() -> None:
    """A serial number is taken over as given."""
    assert x509.load_der_x509_certificate(make_certificate(serial=0x1234).der).serial_number == 0x1234


def test_server_without_names_has_no_alternative_names() -> None:
    """A server certificate without names has no subjectAltName at all."""
    assert "Subject Alternative Name" not in text(make_certificate(extensions=server()))
    assert "DNS:aes1.example.com" in text(make_certificate(extensions=server(x509.DNSName("aes1.example.com"))))


def test_authority_may_sign() -> None:
    """A CA says so in critical basic constraints and key usage."""
    shown = " ".join(text(make_authority()).split())
    assert "X509v3 Basic Constraints: critical CA:TRUE X509v3" in shown
    assert "X509v3 Key Usage: critical Certificate Sign, CRL Sign" in shown
    limited = issue(name("CN=CA"), rsa_key(), make_authority().validity, extensions=authority(0))
    assert "CA:TRUE, pathlen:0" in text(limited)


def test_key_belongs_to_certificate() -> None:
    """The key in PEM is the one that the certificate is for."""
    made = make_certificate(key=rsa_key())
    key = serialization.load_pem_private_key(made.key_pem, None)
    assert key.public_key() == x509.load_der_x509_certificate(made.der).public_key()


def test_issuer_is_found_by_its_key_identifier() -> None:
    """A certificate names its issuer and the identifier of the issuer's key."""
    root, other = make_authority("CN=Same"), make_authority("CN=Same")
    leaf = x509.load_der_x509_certificate(make_certificate(issuer=root).der)
    wanted = leaf.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    found = [
        x509.load_der_x509_certificate(each.der).extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        for each in (root, other)
    ]
    assert [identifier.digest == wanted for identifier in found] == [True, False]
    assert leaf.issuer == root.subject
