"""
What a TLS server's certificate must allow, by the extensions that limit its key.

Evidence or certificates come in, yes or no or the usages that are needed go out. An extension that is absent limits
nothing (RFC 5280 sections 4.2.1.3 and 4.2.1.12).
"""

from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

from aescan.certificates.chain import Chain
from aescan.certificates.facts import Certificate
from aescan.findings.model import Evidence
from aescan.findings.signatures import path
from aescan.tls.capture import Capture, ClientCertificate

ANY: Final = "anyExtendedKeyUsage"
SERVER: Final = frozenset({"serverAuth", ANY, "2.16.840.1.113730.4.1", "1.3.6.1.4.1.311.10.3.3"})
"""The last two are Netscape's and Microsoft's Server Gated Crypto: the server's purpose, in the words of the 1990s."""
CLIENT: Final = frozenset({"clientAuth", ANY})

TLS_USAGES: Final = ("digitalSignature", "keyEncipherment", "keyAgreement")
"""One of these is needed for TLS at all: to sign, to be encrypted to, to agree on keys."""

MOST_REMEMBERED: Final = 512
"""Pairs of version and cipher suite: more than there are in use."""


def allows(certificate: Certificate, purposes: AbstractSet[str]) -> bool:
    """Whether the extended key usage has one of ``purposes``, or is absent."""
    usage = certificate.extended_key_usage
    return usage is None or not purposes.isdisjoint(usage)


def limiting(chain: Chain, purposes: AbstractSet[str]) -> tuple[int, ...]:
    """Return the positions of leaf and intermediates on its path that allow none of ``purposes``; not of a root."""
    for certificate in chain.certificates:
        if certificate.extended_key_usage is not None and not allows(certificate, purposes):
            break
    else:  # nearly every chain
        return ()
    certificates = chain.certificates
    return tuple(
        position
        for position in path(chain)
        if (position == 0 or not certificates[position].self_signed) and not allows(certificates[position], purposes)
    )


def both_sides_present(evidence: Evidence) -> bool:
    """Whether clients present certificates here too: the catalogue says so, or the server asked for one."""
    return evidence.mutual_tls or evidence.capture.client_certificate is ClientCertificate.REQUESTED


def needed(capture: Capture) -> tuple[str, ...]:
    """
    Return the key usages of which the leaf needs one for what was negotiated.

    RFC 5246 section 7.4.2 and RFC 8446 section 4.4.2.2: a signature for TLS 1.3 and for ephemeral keys, encryption for
    RSA key exchange, agreement for a fixed key; any of them where the cipher suite does not tell.
    """
    return _needed(capture.version, capture.cipher_suite)


@lru_cache(maxsize=MOST_REMEMBERED)
def _needed(version: str, suite: str) -> tuple[str, ...]:
    if version == "TLS 1.3":
        return ("digitalSignature",)
    exchange, _, cipher = suite.removeprefix("TLS_").partition("_WITH_")
    if not cipher:
        return TLS_USAGES
    match exchange.split("_"):
        case ["RSA"] | ["RSA", "PSK"]:
            return ("keyEncipherment",)
        case ["ECDHE" | "DHE", "RSA" | "ECDSA" | "DSS"]:
            return ("digitalSignature",)
        case ["ECDH" | "DH", "RSA" | "ECDSA" | "DSS"]:
            return ("keyAgreement",)
    return TLS_USAGES
