"""
Whether a certificate names the host that clients dial: RFC 9525, in the small.

A certificate and a name or address come in, yes or no goes out. A wildcard is a whole left-most label and stands for
one label; addresses are compared as numbers. The common name counts only where there are no alternative names at all,
which RFC 9525 forbids and the older clients of AE Services do.
"""

from contextlib import suppress
from functools import lru_cache
from ipaddress import ip_address
from typing import Final

from aescan.certificates.facts import Certificate
from aescan.findings.model import Evidence

MOST_REMEMBERED: Final = 256
"""Answers: several rules and every client ask the same of a target, one after the other."""


def dialled(evidence: Evidence) -> str:
    """Return the name or address that clients dial: the one sent as SNI, else the target's host."""
    return evidence.server_name or evidence.host


def names_host(certificate: Certificate, host: str) -> bool:
    """Whether ``certificate`` is for ``host``, a DNS name or an address without brackets."""
    if certificate.dns_names or certificate.ip_addresses:
        return _among(host, certificate.dns_names, certificate.ip_addresses)
    return names_commonly(certificate, host)


def names_commonly(certificate: Certificate, host: str) -> bool:
    """Whether the common name is ``host``, whatever the alternative names say."""
    names = (certificate.subject.common_name,) if certificate.subject is not None else ()
    return _among(host, names, names)


def packed(text: str) -> bytes | None:
    """Return the bytes of an IPv4 or IPv6 address, None for anything else; a zone does not count."""
    if ":" not in text and not text.rpartition(".")[2].isdigit():  # no address; an exception would cost far more
        return None
    try:
        return ip_address(text).packed
    except ValueError:
        return None


def has_alternative_names(certificate: Certificate) -> bool:
    """Whether there is any dNSName or iPAddress, so that the common name does not count."""
    return bool(certificate.dns_names or certificate.ip_addresses)


def jtapi_name(certificate: Certificate) -> str:
    """Return the one name that Avaya's JTAPI client compares: the first DNS name, else the common name."""
    if certificate.dns_names:
        return certificate.dns_names[0]
    return certificate.subject.common_name if certificate.subject is not None else ""


@lru_cache(maxsize=MOST_REMEMBERED)
def _among(host: str, names: tuple[str, ...], addresses: tuple[str, ...]) -> bool:
    if (address := packed(host)) is not None:
        return any(packed(text) == address for text in addresses)
    if host in names:
        return True
    wanted = _comparable(host if host.isascii() else _ascii(host))
    return any(_matches(_comparable(name), wanted) for name in names)


def _ascii(host: str) -> str:
    """Return ``host`` as certificates write it (RFC 9525 section 6.3); what is no DNS name stays as it is."""
    with suppress(UnicodeError):
        return host.encode("idna").decode("ascii")
    return host


def _comparable(name: str) -> str:
    return name.lower().removesuffix(".")


def _matches(presented: str, wanted: str) -> bool:
    if presented.startswith("*."):
        label, dot, rest = wanted.partition(".")
        return bool(label and dot) and rest == presented[2:]
    return presented == wanted
