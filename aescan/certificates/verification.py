"""
What ``cryptography.x509.verification`` is asked about one path: name constraints, and the rules of the public web.

DER from leaf to trust anchor and a moment come in; an answer in words goes out. Never raises. The path is known
already, so the library searches nothing: it judges.
"""

import warnings
from datetime import datetime
from ipaddress import ip_address
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtensionOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from aescan.text import printable

DEPTH: Final = 16
"""CA certificates of a path: more than any search brings."""
LONGEST_ANSWER: Final = 200
"""Characters of what the library says: its reasons repeat themselves."""

KNOWN: Final = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS.dotted_string,
        ExtensionOID.KEY_USAGE.dotted_string,
        ExtensionOID.EXTENDED_KEY_USAGE.dotted_string,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME.dotted_string,
        ExtensionOID.ISSUER_ALTERNATIVE_NAME.dotted_string,
        ExtensionOID.SUBJECT_KEY_IDENTIFIER.dotted_string,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER.dotted_string,
        ExtensionOID.NAME_CONSTRAINTS.dotted_string,
        ExtensionOID.CERTIFICATE_POLICIES.dotted_string,
        ExtensionOID.POLICY_MAPPINGS.dotted_string,
        ExtensionOID.POLICY_CONSTRAINTS.dotted_string,
        ExtensionOID.INHIBIT_ANY_POLICY.dotted_string,
        ExtensionOID.CRL_DISTRIBUTION_POINTS.dotted_string,
        "2.16.840.1.113730.1.1",  # Netscape's certificate type
    }
)
"""Extensions that clients know, so that they may be critical: RFC 5280 section 4.2, and one of before."""

_AUTHORITY: Final = ExtensionPolicy.permit_all().require_present(x509.BasicConstraints, Criticality.AGNOSTIC, None)
_LEAF: Final = ExtensionPolicy.permit_all()
_ABOUT_NAMES: Final = "name constraint"
"""In what the library says exactly when a name is outside the constraints."""


def unknown_critical(der: bytes) -> tuple[str, ...] | None:
    """Return the critical extensions that clients need not know, as dotted OIDs; None where they are unreadable."""
    extensions = _extensions(der)
    if extensions is None:
        return None
    dotted = (one.oid.dotted_string for one in extensions if one.critical)
    return tuple(oid for oid in dotted if oid not in KNOWN)


def limits_names(der: bytes) -> bool:
    """Whether this CA may certify some names only (RFC 5280 section 4.2.1.10)."""
    return any(isinstance(one.value, x509.NameConstraints) for one in _extensions(der) or ())


def outside_constraints(path: tuple[bytes, ...], moment: datetime) -> tuple[bool | None, str]:
    """Return whether a name on the path is outside the constraints of a CA above it, None if unknown, and why."""
    said = _refusal(path, moment, None)
    if said is None:
        return False, ""
    return (True if _ABOUT_NAMES in said.lower() else None), said


def web_refusal(path: tuple[bytes, ...], moment: datetime, host: str) -> str | None:
    """Return why a client of the public web refuses this path to ``host``, None where it accepts it."""
    return _refusal(path, moment, host)


def _extensions(der: bytes) -> x509.Extensions | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return x509.load_der_x509_certificate(der).extensions
    except Exception:  # noqa: BLE001 - bytes from strangers: a library refuses in many ways
        return None


def _refusal(path: tuple[bytes, ...], moment: datetime, host: str | None) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            leaf, *others = (x509.load_der_x509_certificate(der) for der in path)
            builder = PolicyBuilder().store(Store([others[-1] if others else leaf])).time(moment).max_chain_depth(DEPTH)
            if host is None:
                lax = builder.extension_policies(ca_policy=_AUTHORITY, ee_policy=_LEAF)
                lax.build_client_verifier().verify(leaf, others[:-1])
            else:
                builder.build_server_verifier(_subject(host)).verify(leaf, others[:-1])
    except VerificationError as error:
        return printable(str(error).rpartition(": ")[2].partition(" (encountered")[0], LONGEST_ANSWER)
    except Exception as error:  # noqa: BLE001 - likewise; a host may be no DNS name either
        return printable(str(error) or type(error).__name__, LONGEST_ANSWER)
    return None


def _subject(host: str) -> x509.DNSName | x509.IPAddress:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host if host.isascii() else host.encode("idna").decode("ascii"))
