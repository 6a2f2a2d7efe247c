"""
Which signatures of a chain clients rely on.

A chain comes in, positions in it go out. The signature that a certificate made for itself proves nothing and is not
checked when a client trusts the certificate (RFC 8446 section 4.4.2.2), so it never counts, whatever its hash.
"""

from collections.abc import Container

from aescan.certificates.chain import Chain
from aescan.certificates.facts import Certificate


def signed_with(hashes: Container[str | None], chain: Chain) -> tuple[int, ...]:
    """Return the positions of the certificates signed with one of ``hashes`` by a key other than their own."""
    for certificate in chain.certificates:
        if certificate.signature_hash in hashes:
            break
    else:  # nearly every chain
        return ()
    return tuple(
        position
        for position, certificate in enumerate(chain.certificates)
        if certificate.signature_hash in hashes and not _own(certificate)
    )


def path(chain: Chain, position: int = 0) -> tuple[int, ...]:
    """Return the positions from the leaf up, each signed by the next, as far as the certificates presented reach."""
    reached = [position]
    while (signer := chain.signers[reached[-1]]) is not None and signer not in reached:
        reached.append(signer)
    return tuple(reached)


def _own(certificate: Certificate) -> bool:
    """Whether it signed itself; where that could not be checked (MD2, an odd key), equal names must do."""
    if certificate.self_signed is None:
        subject, issuer = certificate.subject, certificate.issuer
        return subject is not None and issuer is not None and subject.normalised == issuer.normalised
    return certificate.self_signed
