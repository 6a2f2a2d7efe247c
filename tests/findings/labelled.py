"""
The labelled chains of the test lab as plain facts: what each looks like once decoded.

Names and values are invented test data, except the name and the dates of the SIP Product CA and the name forms that
Avaya's texts give.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aescan.certificates.facts import BasicConstraints, Certificate
from aescan.findings.model import Evidence
from tests.facts import LEAF, NOW, ROOT, evidence, name
from tests.findings.shipped import POLICY


def day(year: int, month: int, date: int, *, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """Return an aware UTC moment."""
    return datetime(year, month, date, hour, minute, second, tzinfo=UTC)


def judged(
    *certificates: Certificate, moment: datetime = NOW, signers: tuple[int | None, ...] | None = None
) -> Evidence:
    """Return the evidence of these certificates on the DMCC port, judged by the shipped patterns."""
    return evidence(*certificates, moment=moment, signers=signers, policy=POLICY)


PRODUCT_ROOT_NAME = name(("C", "US"), ("O", "Avaya Inc."), ("OU", "Avaya Product PKI"), ("CN", "Avaya Product Root CA"))
SIP_CA_NAME = name(
    ("C", "US"),
    ("O", "Avaya Inc."),
    ("OU", "SIP Product Certificate Authority"),
    ("CN", "SIP Product Certificate Authority"),
)
SYSTEM_MANAGER_NAME = name(("O", "AVAYA"), ("OU", "MGMT"), ("CN", "System Manager CA"))
RECIPE_NAME = name(
    ("C", "US"),
    ("ST", "CO"),
    ("L", "Denver"),
    ("O", "Your Company Name"),
    ("OU", "IT"),
    ("CN", "YourCompanyName Root CA"),
)
IP_OFFICE_NAME = name(
    ("CN", "ipoffice-00e00705918e.avaya.com"),
    ("O", "Avaya Inc"),
    ("OU", "GCS"),
    ("L", "Basking Ridge"),
    ("ST", "New Jersey"),
    ("C", "US"),
    ("E", "support@avaya.com"),
)

LEGACY_ROOT = replace(
    ROOT,
    subject=PRODUCT_ROOT_NAME,
    issuer=PRODUCT_ROOT_NAME,
    not_before=day(2003, 8, 14),
    not_after=day(2033, 8, 14),
    signature_algorithm="sha1WithRSAEncryption",
    signature_hash="sha1",
    key_bits=2048,
)
LEGACY_LEAF = replace(
    LEAF,
    subject=name(("C", "US"), ("O", "Avaya Inc."), ("OU", "AE Services"), ("CN", "aes-default")),
    issuer=PRODUCT_ROOT_NAME,
    serial_number=0x1234,
    not_before=day(2008, 1, 7),
    not_after=day(2018, 1, 6, hour=23, minute=59, second=59),
    signature_algorithm="sha1WithRSAEncryption",
    signature_hash="sha1",
    key_bits=1024,
    dns_names=(),
)
ONE_YEAR = replace(
    LEAF,
    subject=name(("CN", "aes1")),
    issuer=name(("CN", "aes1")),
    not_before=NOW - timedelta(days=100),
    not_after=NOW + timedelta(days=265),
    dns_names=(),
    self_signed=True,
)
SIP_CA = replace(
    ROOT,
    subject=SIP_CA_NAME,
    issuer=SIP_CA_NAME,
    not_before=day(2003, 7, 25, minute=33, second=17),
    not_after=day(2027, 8, 17, hour=5, minute=19, second=39),
    signature_hash="sha1",
    key_bits=2048,
)
SIP_LEAF = replace(LEAF, issuer=SIP_CA_NAME, not_before=day(2026, 1, 1), not_after=day(2030, 1, 1))
SYSTEM_MANAGER_CA = replace(
    ROOT, subject=SYSTEM_MANAGER_NAME, issuer=SYSTEM_MANAGER_NAME, public_key_sha256="b1" * 32, key_bits=2048
)
OTHER_SYSTEM_MANAGER_CA = replace(SYSTEM_MANAGER_CA, public_key_sha256="b2" * 32)
SYSTEM_MANAGER_LEAF = replace(LEAF, issuer=SYSTEM_MANAGER_NAME, not_after=NOW + timedelta(days=630))
RECIPE_CA = replace(
    ROOT,
    subject=RECIPE_NAME,
    issuer=RECIPE_NAME,
    not_before=day(2017, 1, 5),
    not_after=day(2027, 1, 3),
    signature_hash="sha1",
    key_bits=2048,
)
RECIPE_LEAF = replace(
    LEAF,
    subject=name(
        ("C", "US"), ("ST", "CO"), ("L", "Denver"), ("O", "Your Company Name"), ("OU", "IT"), ("CN", "aes1.example.com")
    ),
    issuer=RECIPE_NAME,
    serial_number=0x1234567890,
    not_after=NOW + timedelta(days=630),
    signature_hash="sha1",
    dns_names=(),
    key_usage=("digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment"),
)
IP_OFFICE = replace(
    LEAF,
    subject=IP_OFFICE_NAME,
    issuer=IP_OFFICE_NAME,
    not_before=NOW - timedelta(days=100),
    not_after=NOW + timedelta(days=725),
    dns_names=("ipoffice-00e00705918e.avaya.com",),
    ip_addresses=("192.0.2.1", "192.0.2.2"),
    basic_constraints=BasicConstraints(ca=True, path_length=0),
    self_signed=True,
)
SHA1_ROOT = replace(ROOT, signature_algorithm="sha1WithRSAEncryption", signature_hash="sha1")
FUTURE_LEAF = replace(LEAF, not_before=NOW + timedelta(days=8))
UNNAMED_LEAF = replace(LEAF, subject=name())
OTHER_STRINGS_LEAF = replace(LEAF, issuer=name(("O", "Avaya Inc."), ("CN", "Some Product CA")))
"""As decoded from a BMPString or a T61String: the type of string does not outlive decoding."""
