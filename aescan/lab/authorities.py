"""
The CAs of the lab: Avaya's and customers' as they look from outside, with keys and serial numbers made up.

A moment comes in, new CAs as they stand at that moment go out. Names and dates are test data; of the real CAs, those of
the SIP Product Certificate Authority alone are known to be so.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from aescan.lab.certificates import SHA1, Identity, Validity, authority, ec_key, issue, name, rsa_key

YEAR: Final = 365
"""Days of the self-signed default certificate of releases 7.x and later (PSN004561u), and of a common year."""

DECADE: Final = 3650
"""Days of the CA in the notice's OpenSSL recipe, and of the lab's own CAs."""

OLD_KEY_BITS: Final = 1024
"""RSA key of the invented legacy default certificate: typical of its time, below every bound of today."""

LEGACY_DEFAULT: Final = Validity(datetime(2008, 1, 7, tzinfo=UTC), datetime(2018, 1, 6, 23, 59, 59, tzinfo=UTC))
"""Ends on the last second of the day that PSN004561u names: 6 January 2018."""

PRODUCT_ROOT: Final = Validity(datetime(2003, 8, 14, tzinfo=UTC), datetime(2033, 8, 14, tzinfo=UTC))
"""Not verified: the real root's dates, and its name as encoded, are in no public text."""

SIP_AUTHORITY: Final = Validity(
    datetime(2003, 7, 25, 0, 33, 17, tzinfo=UTC), datetime(2027, 8, 17, 5, 19, 39, tzinfo=UTC)
)
"""The dates of the real SIP Product Certificate Authority, to the second."""

RECIPE_AUTHORITY: Final = Validity.starting(datetime(2016, 3, 1, 9, tzinfo=UTC), DECADE)
"""A CA made in the months after the notice came out, so that its ten years are over."""


@dataclass(frozen=True, slots=True)
class Authorities:
    """
    The CAs of the lab, and the one default certificate that all its old servers share.

    ``root`` and ``issuing`` are the site's own PKI of today, ``old_root`` is what it had before; ``recipe`` is made by
    the OpenSSL recipe of PSN004561u; the two ``system_managers`` have one name and two keys.
    """

    product_root: Identity
    legacy_default: Identity
    sip: Identity
    system_managers: tuple[Identity, Identity]
    recipe: Identity
    old_root: Identity
    root: Identity
    issuing: Identity


def establish(moment: datetime) -> Authorities:
    """Return new CAs, as they stand at ``moment``."""
    product = name("C=US", "O=Avaya Inc.", "OU=Avaya Product PKI", "CN=Avaya Product Root CA")
    sip = "SIP Product Certificate Authority"
    system_manager = name("O=AVAYA", "OU=MGMT", "CN=System Manager CA")
    recipe = name("C=US", "ST=CO", "L=Denver", "O=Your Company Name", "OU=IT", "CN=YourCompanyName Root CA")
    lasting = Validity.starting(moment - timedelta(days=4 * YEAR), DECADE)
    product_root = issue(product, rsa_key(), PRODUCT_ROOT, digest=SHA1, extensions=authority())
    root = issue(name("O=Lab Example", "CN=Lab Root CA"), ec_key(), lasting, extensions=authority())
    return Authorities(
        product_root=product_root,
        legacy_default=issue(
            name("C=US", "O=Avaya Inc.", "OU=AE Services", "CN=aes-default"),
            rsa_key(OLD_KEY_BITS),
            LEGACY_DEFAULT,
            issuer=product_root,
            digest=SHA1,
            serial=0x1234,
        ),
        sip=issue(
            name("C=US", "O=Avaya Inc.", f"OU={sip}", f"CN={sip}"),
            rsa_key(),
            SIP_AUTHORITY,
            digest=SHA1,
            extensions=authority(),
        ),
        system_managers=(
            issue(system_manager, rsa_key(), lasting, extensions=authority()),
            issue(system_manager, rsa_key(), lasting, extensions=authority()),
        ),
        recipe=issue(recipe, rsa_key(), RECIPE_AUTHORITY, digest=SHA1, extensions=authority()),
        old_root=issue(
            name("O=Lab Example", "CN=Lab Old Root CA"), rsa_key(), lasting, digest=SHA1, extensions=authority()
        ),
        root=root,
        issuing=issue(
            name("O=Lab Example", "CN=Lab Issuing CA"), ec_key(), lasting, issuer=root, extensions=authority(0)
        ),
    )
