"""
The certificates are not presented leaf first, each followed by the one that signed it.

TLS up to 1.2 demands that order; a client that takes it at its word cannot build the chain, others sort it out. A
certificate sent twice, or one that signed nothing, breaks the order as well. Exempt are links whose signature could
not be checked while the names fit, and a leaf whose issuer is missing altogether (`chain_incomplete`). Warning,
because which clients fail depends on the client.
"""

from aescan.findings.model import Evidence, Rule, Severity
from aescan.findings.words import numbered


def check(evidence: Evidence) -> str | None:
    """Name the first certificate that is not followed by the one that signed it."""
    chain = evidence.chain
    last = len(chain.certificates) - 1
    for position, signer in enumerate(chain.signers):
        following = position + 1
        if signer == following or (signer == position == last):
            continue
        if signer == position:
            return f"{numbered(chain, position)} is self-signed, yet more certificates follow"
        if signer is not None:
            return f"{numbered(chain, position)} is signed by {numbered(chain, signer)}, which does not follow it"
        if 0 < position < last and not _names_fit(evidence, position):
            return f"{numbered(chain, following)} did not sign {numbered(chain, position)}, which it follows"
    return None


def _names_fit(evidence: Evidence, position: int) -> bool:
    """Whether the next certificate may be the issuer by its name; an unread name fits."""
    issuer = evidence.chain.certificates[position].issuer
    subject = evidence.chain.certificates[position + 1].subject
    return issuer is None or subject is None or issuer.normalised == subject.normalised


RULE = Rule(
    code="chain_out_of_order",
    severity=Severity.WARNING,
    title="Chain out of order",
    remedy="import the chain again: the server certificate first, each certificate followed by the one that signed it",
    reference="RFC 5246 section 7.4.2; RFC 8446 section 4.4.2",
    check=check,
)
