"""
What a file of certificates holds, and what a client trusts: plain frozen data.

Made by the readers beside this file and by the settings; nothing is decoded or judged here. The certificates are DER,
byte for byte as they stand in the file.
"""

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """How a file keeps its certificates."""

    PEM = "PEM"
    DER = "DER"
    PKCS7 = "PKCS#7"
    PKCS12 = "PKCS#12"
    JKS = "JKS"


@dataclass(frozen=True, slots=True)
class Bundle:
    """
    What one file holds.

    ``certificates``
        DER, in the order of the file; of PKCS#12 the certificate of the private key first, for there the order says
        nothing. None at all where the file holds keys only.
    ``keys``
        Of each private key that could be opened, the SHA-256 of its public part (SubjectPublicKeyInfo), lower-case
        hex: the same value as ``public_key_sha256`` of the certificate it belongs to. Private parts are forgotten at
        once.
    ``locked_keys``
        Private keys that were not opened.
    """

    form: Form
    certificates: tuple[bytes, ...]
    keys: tuple[str, ...] = ()
    locked_keys: int = 0


@dataclass(frozen=True, slots=True)
class TrustStore:
    """
    What a kind of client holds as trusted.

    ``name``
        The operator's; unique, and a metric label.
    ``certificates``
        DER of the trust anchors, each once.
    ``required``
        Whether a chain that such a client refuses is a finding.
    ``check_names``
        Whether such a client compares the name it dialled with the certificate.
    ``strict``
        Whether such a client holds certificates to the rules of the public web (RFC 5280 and the CA/Browser Forum's
        profile), as browsers do.
    """

    name: str
    certificates: tuple[bytes, ...]
    required: bool = False
    check_names: bool = False
    strict: bool = False
