"""
The certificates one endpoint presented, in that order, and who signed whom.

DER comes in, a ``Chain`` goes out, for any bytes at all. Who signed whom is decided by the signature, not by names:
every System Manager makes a CA of the same name, and only the key tells them apart.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from itertools import zip_longest
from typing import Final

from aescan.certificates.decode import decode_certificate
from aescan.certificates.facts import Certificate
from aescan.certificates.memory import Memory
from aescan.certificates.signatures import signed_by, signed_by_another
from aescan.tls.capture import Capture

LARGEST_CACHED: Final = 16384
"""Bytes of a chain that is kept decoded, several times what an ordinary one has."""
MOST_CHECKS: Final = 128
"""Signatures checked for one chain: enough for 100 certificates in order, a bound on what a hostile one costs."""


class Role(StrEnum):
    """What a certificate is to its chain."""

    LEAF = "leaf"
    INTERMEDIATE = "intermediate"
    ROOT = "root"


@dataclass(frozen=True, slots=True)
class Chain:
    """
    Certificates in the order presented, never empty.

    ``signers``
        For each certificate the position of the one that signed it (its own for a self-signed one), or None where
        none of those presented did.
    ``not_after``
        The first end of validity among the certificates that have one, or None.
    ``kept``
        Whether ``decode`` keeps it and returns this very object for the same bytes again.
    """

    certificates: tuple[Certificate, ...]
    signers: tuple[int | None, ...]
    not_after: datetime | None
    kept: bool = field(default=False, compare=False, repr=False)

    @property
    def leaf(self) -> Certificate:
        """The first certificate: the server's own."""
        return self.certificates[0]

    def role(self, position: int) -> Role:
        """Return the role of the certificate at ``position``; a self-signed leaf is a leaf."""
        if position == 0:
            return Role.LEAF
        return Role.ROOT if self.signers[position] == position else Role.INTERMEDIATE


def decode(capture: Capture) -> Chain:
    """Return the chain that was captured; never raises."""
    presented = capture.certificates
    small = sum(map(len, presented)) <= LARGEST_CACHED
    return _remembered.of(presented) if small else _decode(presented, kept=False)


def _decode(presented: tuple[bytes, ...], *, kept: bool) -> Chain:
    # Mostly the one behind it signed it: with that proof, no certificate is asked in vain whether it signed itself.
    certificates = tuple(
        decode_certificate(der, by_another=behind is not None and signed_by_another(der, behind))
        for der, behind in zip_longest(presented, presented[1:])
    )
    ends = [certificate.not_after for certificate in certificates if certificate.not_after is not None]
    return Chain(certificates, _signers(certificates), min(ends, default=None), kept)


_remembered: Final = Memory(partial(_decode, kept=True))


def _signers(certificates: tuple[Certificate, ...]) -> tuple[int | None, ...]:
    checks = 0
    signers: list[int | None] = []
    for position, certificate in enumerate(certificates):
        signer = position if certificate.self_signed else None
        if signer is None:
            # The one behind it first: that is where RFC 5246 section 7.4.2 puts the signer.
            others = (*range(position + 1, len(certificates)), *range(position))
            for other in others:
                if checks == MOST_CHECKS or not _named_by(certificate, certificates[other]):
                    continue
                checks += 1
                if _signed(certificate, certificates[other]):
                    signer = other
                    break
        signers.append(signer)
    return tuple(signers)


def _named_by(certificate: Certificate, issuer: Certificate) -> bool:
    """Whether the names make ``issuer`` a candidate: only such are worth checking a signature for."""
    return (
        certificate.issuer is not None
        and issuer.subject is not None
        and certificate.issuer.normalised == issuer.subject.normalised
        and certificate.fingerprint_sha256 != issuer.fingerprint_sha256
    )


def _signed(certificate: Certificate, issuer: Certificate) -> bool:
    proof = signed_by(certificate.der, issuer.der)
    if proof is not None:
        return proof
    # An algorithm nobody checks any more (MD2): names agree, so key identifiers decide where both are there.
    wanted, offered = certificate.authority_key_identifier, issuer.subject_key_identifier
    return wanted is None or offered is None or wanted == offered
