"""
What can have become of a server's certificate: each story is a chain, and what ought to be found wrong with it.

A host's name and a moment come in, a ``Story`` goes out: certificates and keys made for it, signed by the lab's own
``Authorities``. The stories follow what Avaya's notice PSN004561u and the product documentation say of AE Services;
subject names, serial numbers and keys are invented, and dates are relative to the moment unless history gives them.
Nothing is judged here: a story only says what it has been made to show.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from ipaddress import ip_address
from typing import Final

from cryptography import x509

from aescan.lab.authorities import SIP_AUTHORITY, YEAR, Authorities
from aescan.lab.certificates import (
    SERVER_AND_CLIENT,
    SHA1,
    Identity,
    SigningKey,
    Validity,
    ec_key,
    issue,
    key_usage,
    name,
    rsa_key,
    server,
)
from aescan.settings.policy import Policy, Thresholds

IDENTITY_DAYS: Final = 730
"""Days of an identity certificate from System Manager, and of the leaf in the notice's OpenSSL recipe."""

IP_OFFICE_DAYS: Final = 825
"""Days of the certificate that an IP Office makes for itself."""

RECIPE_USAGE: Final = key_usage("digital_signature", "content_commitment", "key_encipherment", "data_encipherment")
RECIPE_SERIAL: Final = 0x4071926358
"""The recipe fills the serial file with ten random decimal digits, which OpenSSL reads as hexadecimal."""


@dataclass(frozen=True, slots=True)
class Story:
    """
    A chain as a server presents it.

    ``presented``
        In the order presented; the server has the key of the first.
    ``codes``
        The findings that the chain has been made to show, for a client that dials the host by its name.
    """

    presented: tuple[Identity, ...]
    codes: frozenset[str]


Teller = Callable[[Authorities, str, datetime], Story]
"""Makes the story of one host: the CAs, the host's name, the moment of the telling."""


LEGACY_CODES: Final = ("avaya_default_certificate", "sha1_signature", "weak_key", "name_mismatch", "missing_san")


def legacy_default(lab: Authorities, host: str, moment: datetime) -> Story:  # noqa: ARG001  the same on every host
    """Tell of the default certificate of releases 5.x and 6.x, ended in January 2018, presented with its root."""
    return _told(moment, (lab.legacy_default, lab.product_root), *LEGACY_CODES)


def legacy_default_alone(lab: Authorities, host: str, moment: datetime) -> Story:  # noqa: ARG001  the same on every host
    """Tell of the same without its root, so that only the issuer's name shows what it is."""
    return _told(moment, (lab.legacy_default,), "chain_incomplete", *LEGACY_CODES)


def self_signed_default(lab: Authorities, host: str, moment: datetime) -> Story:  # noqa: ARG001  signed by no CA
    """Tell of the default of releases 7.x and later: self-signed for one year, which ends in 25 days."""
    subject = name(f"CN={host.partition('.')[0]}")
    leaf = issue(subject, rsa_key(), Validity.ending(moment + timedelta(days=25), YEAR))
    return _told(moment, (leaf,), "avaya_self_signed_default", "name_mismatch", "missing_san")


def outlives_authority(lab: Authorities, host: str, moment: datetime) -> Story:
    """Tell of a certificate that lasts longer than the SIP Product CA above it, which ends in August 2027."""
    end = max(moment, SIP_AUTHORITY.not_after) + timedelta(days=YEAR)
    validity = Validity(moment - timedelta(days=200), end)
    leaf = issue(name("O=Avaya Inc.", f"CN={host}"), rsa_key(), validity, issuer=lab.sip, extensions=_server(host))
    return _told(moment, (leaf, lab.sip), "avaya_default_certificate", "issuer_expires_first", "sip_ca_ends")


def system_manager(number: int, days_left: int, lab: Authorities, host: str, moment: datetime) -> Story:
    """Tell of an identity certificate from one of two System Managers, whose CAs differ in nothing but the key."""
    signer = lab.system_managers[number]
    leaf = issue(
        name("O=AVAYA", f"CN={host}"),
        rsa_key(),
        Validity.ending(moment + timedelta(days=days_left), IDENTITY_DAYS),
        issuer=signer,
        extensions=_server(host),
    )
    return _told(moment, (leaf, signer))


def notice_recipe(lab: Authorities, host: str, moment: datetime) -> Story:
    """Tell of the OpenSSL recipe of PSN004561u, with SHA-1 for old clients: the CA of a renewed leaf has ended."""
    leaf = issue(
        name("C=US", "ST=CO", "L=Denver", "O=Your Company Name", "OU=IT", f"CN={host}"),
        rsa_key(),
        Validity.starting(moment - timedelta(days=200), IDENTITY_DAYS),
        issuer=lab.recipe,
        digest=SHA1,
        serial=RECIPE_SERIAL,
        extensions=(RECIPE_USAGE, SERVER_AND_CLIENT),
    )
    outlives = ("issuer_expires_first",) if leaf.validity.not_after > lab.recipe.validity.not_after else ()
    return _told(moment, (leaf, lab.recipe), "sha1_signature", "missing_san", "notice_recipe", *outlives)


def clean(lab: Authorities, host: str, moment: datetime) -> Story:
    """Tell of a certificate from the site's own PKI, with nothing wrong."""
    leaf = _leaf(host, _this_year(moment), lab.issuing, rsa_key())
    return _told(moment, (leaf, lab.issuing))


def sha1_root(lab: Authorities, host: str, moment: datetime) -> Story:
    """Tell of a sound certificate whose root signed itself with SHA-1, which nobody relies on."""
    leaf = _leaf(host, _this_year(moment), lab.old_root)
    return _told(moment, (leaf, lab.old_root))


def ends_in(days: int, lab: Authorities, host: str, moment: datetime) -> Story:
    """Tell of a sound certificate with these days left."""
    leaf = _leaf(host, Validity.ending(moment + timedelta(days=days), YEAR), lab.issuing)
    return _told(moment, (leaf, lab.issuing))


def not_yet_valid(lab: Authorities, host: str, moment: datetime) -> Story:
    """Tell of a certificate from a CA whose clock is two days ahead."""
    leaf = _leaf(host, Validity.starting(moment + timedelta(days=2), YEAR), lab.issuing)
    return _told(moment, (leaf, lab.issuing), "not_yet_valid")


def out_of_order(lab: Authorities, host: str, moment: datetime) -> Story:
    """Tell of leaf, root, intermediate: each there, the last two exchanged."""
    leaf = _leaf(host, _this_year(moment), lab.issuing)
    return _told(moment, (leaf, lab.root, lab.issuing), "chain_out_of_order", "root_in_chain")


def leaf_twice(lab: Authorities, host: str, moment: datetime) -> Story:
    """Tell of a leaf that is presented twice, as if it stood in its own file and in that of the chain."""
    leaf = _leaf(host, _this_year(moment), lab.issuing)
    return _told(moment, (leaf, leaf, lab.issuing), "duplicate_in_chain")


def intermediate_missing(lab: Authorities, host: str, moment: datetime) -> Story:
    """Tell of a leaf alone, though an intermediate signed it."""
    leaf = _leaf(host, _this_year(moment), lab.issuing)
    return _told(moment, (leaf,), "chain_incomplete")


def empty_subject(lab: Authorities, host: str, moment: datetime) -> Story:
    """Tell of names in the subjectAltName and none in the subject, which RFC 5280 section 4.1.2.6 allows."""
    leaf = issue(name(), ec_key(), _this_year(moment), issuer=lab.issuing, extensions=_server(host))
    return _told(moment, (leaf, lab.issuing))


def ip_office(lab: Authorities, host: str, moment: datetime) -> Story:  # noqa: ARG001  signed by no CA, its name its own
    """Tell of the certificate that an IP Office makes for itself, dated one day back, under a name of its own."""
    own_name = "ipoffice-00e00705918e.avaya.com"
    place = ("OU=GCS", "L=Basking Ridge", "ST=New Jersey", "C=US", "E=support@avaya.com")
    addresses = ("192.0.2.1", "198.51.100.1")  # reserved for documentation, RFC 5737
    alternatives = (x509.DNSName(own_name), *(x509.IPAddress(ip_address(address)) for address in addresses))
    leaf = issue(
        name(f"CN={own_name}", "O=Avaya Inc", *place),
        rsa_key(),
        Validity.starting(moment - timedelta(days=301), IP_OFFICE_DAYS),
        extensions=(
            x509.BasicConstraints(ca=True, path_length=0),
            key_usage("digital_signature", "key_encipherment", "key_cert_sign"),
            SERVER_AND_CLIENT,
            x509.SubjectAlternativeName(alternatives),
        ),
    )
    return _told(moment, (leaf,), "avaya_default_certificate", "name_mismatch")


FIRST_SYSTEM_MANAGER: Final = partial(system_manager, 0, 430)
SECOND_SYSTEM_MANAGER: Final = partial(system_manager, 1, 50)
"""The second one's certificate has less than sixty days left."""

LAST_DAYS: Final = partial(ends_in, 10)


def _this_year(moment: datetime) -> Validity:
    return Validity.starting(moment - timedelta(days=100), YEAR)


def _leaf(host: str, validity: Validity, issuer: Identity, key: SigningKey | None = None) -> Identity:
    subject = name("O=Lab Example", f"CN={host}")
    return issue(subject, key or ec_key(), validity, issuer=issuer, extensions=_server(host))


def _server(host: str) -> tuple[x509.ExtensionType, ...]:
    return server(x509.DNSName(host))


def _told(moment: datetime, presented: tuple[Identity, ...], *codes: str) -> Story:
    left = min(identity.validity.not_after for identity in presented) - moment
    bands = (
        (timedelta(0), "expired"),
        (Thresholds().critical, "expires_imminently"),
        (Thresholds().warning, "expires_soon"),
        (Thresholds().notice, "expires_ahead"),
    )
    ending = [code for limit, code in bands if left < limit]
    leaf = presented[0].validity
    lasting = ["validity_too_long"] if leaf.not_after - leaf.not_before > Policy().maximum_lifetime else []
    return Story(presented, frozenset((*codes, *ending[:1], *lasting)))
