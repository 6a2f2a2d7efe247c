"""The rule notice_recipe, on facts and on what the notice's steps make with the real OpenSSL."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aescan.certificates.chain import decode
from aescan.certificates.facts import Certificate
from aescan.findings.rules.notice_recipe import check
from tests.certs import openssl
from tests.facts import LEAF, NOW, capture, evidence, name
from tests.findings import labelled as lab
from tests.findings.labelled import day

SERIAL = "the serial number 1234567890"
DAYS = "the 730 days"
CA = "root CN=YourCompanyName Root CA,OU=IT,O=Your Company Name,L=Denver,ST=CO,C=US"
ENDS = f"its CA ends in 40 days, on 2027-01-03 00:00:00 UTC: {CA}"


def said(signs: str, ending: str = ENDS) -> str:
    """Return the sentence of these signs and this end."""
    return f"key usages, names and {signs} are those of the steps; {ending}"


def test_the_signs_and_the_end_of_the_ca_are_told() -> None:
    """Everything as the notice has it: the CA's end is what matters."""
    assert check(evidence(lab.RECIPE_LEAF, lab.RECIPE_CA)) == said(f"{SERIAL} and {DAYS}")


def test_a_ca_that_has_ended_is_told() -> None:
    """After ten years the CA has ended."""
    assert check(evidence(lab.RECIPE_LEAF, lab.RECIPE_CA, moment=day(2027, 8, 18))) == said(
        f"{SERIAL} and {DAYS}", f"its CA ended 7 months ago, on 2027-01-03 00:00:00 UTC: {CA}"
    )


@pytest.mark.parametrize("issuer", [(), (replace(lab.RECIPE_CA, not_after=None),)])
def test_a_ca_that_is_not_presented_ends_about_then(issuer: tuple[Certificate, ...]) -> None:
    """Where the CA's end was not seen, the notice's own dates tell roughly."""
    assert check(evidence(lab.RECIPE_LEAF, *issuer)) == said(
        f"{SERIAL} and {DAYS}",
        "its CA is not presented, and ends from August 2025 to January 2028 if made when the notice came out",
    )


def test_one_of_two_signs_is_enough() -> None:
    """Another validity, or another serial number: the other sign still tells."""
    other_days = replace(lab.RECIPE_LEAF, not_after=NOW + timedelta(days=100))
    other_serial = replace(lab.RECIPE_LEAF, serial_number=0x12AB)
    assert check(evidence(other_days, lab.RECIPE_CA)) == said(SERIAL)
    assert check(evidence(other_serial, lab.RECIPE_CA)) == said(DAYS)
    assert check(evidence(replace(other_days, serial_number=0x12AB), lab.RECIPE_CA)) is None


@pytest.mark.parametrize(
    "leaf",
    [
        LEAF,
        replace(lab.RECIPE_LEAF, self_signed=True),
        replace(lab.RECIPE_LEAF, dns_names=("aes1.example.com",)),
        replace(lab.RECIPE_LEAF, unreadable=("extensions: truncated",)),
        replace(lab.RECIPE_LEAF, key_usage=("digitalSignature", "keyEncipherment")),
        replace(lab.RECIPE_LEAF, key_usage=None),
        replace(lab.RECIPE_LEAF, extended_key_usage=("serverAuth",)),
        replace(lab.RECIPE_LEAF, extended_key_usage=None),
        replace(lab.RECIPE_LEAF, subject=None),
        replace(lab.RECIPE_LEAF, issuer=None),
        replace(lab.RECIPE_LEAF, subject=name(("C", "US"), ("ST", "CO"), ("O", "Other"), ("CN", "aes1"))),
        replace(lab.RECIPE_LEAF, subject=name(("CN", "aes1")), issuer=name(("CN", "CA"))),
        replace(lab.RECIPE_LEAF, serial_number=0x12345678901, not_after=None),
        replace(lab.RECIPE_LEAF, serial_number=-5, not_after=None),
        replace(lab.RECIPE_LEAF, serial_number=None, not_before=None),
    ],
)
def test_other_certificates_are_no_finding(leaf: Certificate) -> None:
    """A certificate that lacks one of the signs was made in another way."""
    assert check(evidence(leaf, lab.RECIPE_CA)) is None


CONFIGURATION = """\
[ca]
default_ca = CA_default
[CA_default]
dir = {folder}/CA
certs = $dir/certs
database = $dir/index.txt
new_certs_dir = $dir/newcerts
certificate = $dir/cacert.pem
serial = $dir/serial
private_key = $dir/private/cakey.pem
x509_extensions = usr_cert
default_md = sha256
policy = policy_match
[policy_match]
countryName = match
stateOrProvinceName = match
organizationName = match
organizationalUnitName = optional
commonName = supplied
emailAddress = optional
[req]
distinguished_name = req_distinguished_name
x509_extensions = v3_ca
string_mask = MASK:0x2002
[req_distinguished_name]
[usr_cert]
basicConstraints = CA:FALSE
keyUsage = nonRepudiation, digitalSignature, keyEncipherment, dataEncipherment
extendedKeyUsage = serverAuth,clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid,issuer
[v3_ca]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always,issuer:always
basicConstraints = CA:true
"""
"""Red Hat's openssl.cnf, as far as the steps use it, with the changes that the notice asks for."""


def test_what_the_steps_make_is_recognised(tmp_path: Path) -> None:
    """A CA and a leaf made by the notice's commands are told by their signs; the leaf has lost its locality."""
    folder, configuration = tmp_path / "CA", tmp_path / "openssl.cnf"
    for each in "certs", "newcerts", "private":
        (folder / each).mkdir(parents=True)
    (folder / "index.txt").touch()
    (folder / "serial").write_text("0040719263")  # the first zero is lost, as one in ten of such numbers has it
    configuration.write_text(CONFIGURATION.format(folder=tmp_path))
    using = ("-config", str(configuration))
    issuer = "/C=US/ST=CO/L=Denver/O=Your Company Name/OU=IT/CN=YourCompanyName Root CA"
    subject = "/C=US/ST=CO/L=yourCity/O=Your Company Name/OU=yourOrg/CN=aeshostname"
    key, root, leaf = folder / "private/cakey.pem", folder / "cacert.pem", tmp_path / "myserver.crt"
    openssl("genrsa", "-out", str(key), "2048")
    openssl("req", "-new", "-x509", "-days", "3650", "-key", str(key), "-out", str(root), *using, "-subj", issuer)
    request, own_key = tmp_path / "myserver.req", tmp_path / "key.pem"
    openssl("genrsa", "-out", str(own_key), "2048")
    openssl("req", "-new", "-key", str(own_key), "-out", str(request), *using, "-subj", subject)
    openssl("ca", "-batch", *using, "-days", "730", "-out", str(leaf), "-infiles", str(request))
    presented = tuple(_der(each) for each in (leaf, root))
    found = decode(replace(capture(), certificates=presented))
    assert found.leaf.subject is not None
    assert found.leaf.subject.values("L") == ()
    assert found.leaf.not_before is not None
    sentence = check(replace(evidence(), chain=found, moment=found.leaf.not_before + timedelta(days=1)))
    assert sentence is not None
    assert sentence.startswith(f"key usages, names and the serial number 40719263 and {DAYS} are those of the steps; ")
    assert sentence.endswith(f": {CA}")


def _der(file: Path) -> bytes:
    made = file.with_suffix(".der")
    openssl("x509", "-in", str(file), "-outform", "DER", "-out", str(made))
    return made.read_bytes()
