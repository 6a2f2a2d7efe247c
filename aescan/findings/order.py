"""
Which of the certificates presented belong to the leaf, and which do not: one answer that the rules about order share.

A chain comes in, positions in it go out. So each certificate too many has one finding: one that stands there twice is a
repeat, one that has nothing to do with the leaf is a stray, and only what belongs to it can be out of order.
"""

from itertools import pairwise

from aescan.certificates.chain import Chain
from aescan.certificates.facts import Certificate
from aescan.findings.signatures import path


def in_order(chain: Chain) -> bool:
    """Whether each certificate is followed by the one that signed it, up to the last: as nearly every chain is."""
    last = len(chain.certificates) - 1
    return all(
        signer == position + 1 or (position == last and (signer is None or signer == last))
        for position, signer in enumerate(chain.signers)
    )


def repeated(chain: Chain) -> tuple[int, ...]:
    """Return the positions of certificates that have been presented before in the same chain."""
    certificates = chain.certificates
    first = {each.fingerprint_sha256: position for position, each in reversed([*enumerate(certificates)])}
    if len(first) == len(certificates):
        return ()
    return tuple(position for position, each in enumerate(certificates) if first[each.fingerprint_sha256] != position)


def strays(chain: Chain) -> tuple[int, ...]:
    """
    Return the positions of certificates that have nothing to do with the leaf.

    Another certificate of a CA on the path, as cross-signing makes them, belongs to it with what signed it. So does one
    whose name fits a certificate that none of those presented signed. Where the leaf's own issuer is missing, nothing
    is a stray: what is there may stand above it.
    """
    if in_order(chain) or chain.signers[0] is None:
        return ()
    known = {*_belonging(chain), *_below(chain), *repeated(chain)}
    return tuple(position for position in range(len(chain.certificates)) if position not in known)


def misplaced(chain: Chain) -> tuple[int, int] | None:
    """Return the first certificate that is not followed by the one that signed it, and where that one stands."""
    if in_order(chain):
        return None
    route, below = path(chain), _below(chain)
    order = sorted((*route, *below))
    for position, signer in pairwise(route):
        if order[order.index(position) + 1 :][:1] != [signer]:
            return position, signer
    return (below[0], path(chain, below[0])[1]) if below else None


def _below(chain: Chain) -> tuple[int, ...]:
    """Return the positions of what hangs from the first certificate, which then is a CA and stands too early."""
    route = path(chain)
    positions = range(len(chain.certificates))
    return tuple(position for position in positions if position not in route and 0 in path(chain, position))


def _belonging(chain: Chain) -> set[int]:
    """Return the path, the other certificates of its CAs with theirs, and what may stand above by its name."""
    route = path(chain)
    found = {*route}
    authorities = {_authority(chain.certificates[position]) for position in route[1:]} - {None}
    for position, certificate in enumerate(chain.certificates[1:], 1):
        if _authority(certificate) in authorities:
            found.update(path(chain, position))
    while above := _named_above(chain, found):
        found |= above
    return found


def _authority(certificate: Certificate) -> tuple[object, str] | None:
    """Return what two certificates of one CA have in common, None where it could not be read."""
    subject, key = certificate.subject, certificate.public_key_sha256
    return None if subject is None or key is None else (subject.normalised, key)


def _named_above(chain: Chain, found: set[int]) -> set[int]:
    """Return what is named as the issuer of one of ``found`` that nothing presented has signed; an unread name fits."""
    issuers = [chain.certificates[position].issuer for position in found if chain.signers[position] is None]
    return {
        position
        for position, certificate in enumerate(chain.certificates)
        for issuer in issuers
        if position not in found
        and (issuer is None or certificate.subject is None or issuer.normalised == certificate.subject.normalised)
    }
