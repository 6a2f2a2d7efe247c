"""
The certificates are not presented leaf first, each followed by the one that signed it.

TLS up to 1.2 demands that order; a client that takes it at its word cannot build the chain, others sort it out. Exempt
are links whose signature could not be checked while the names fit, and a leaf whose issuer is missing altogether
(`chain_incomplete`). What is presented twice, or has nothing to do with the leaf, is passed over: that is
`duplicate_in_chain` and `stray_in_chain`. Warning, because which clients fail depends on the client.
"""

from aescan.findings.model import ChainEvidence, ChainRule, Severity
from aescan.findings.order import misplaced
from aescan.findings.words import numbered


def check(evidence: ChainEvidence) -> str | None:
    """Name the first certificate that is not followed by the one that signed it."""
    chain = evidence.chain
    found = misplaced(chain)
    if found is None:
        return None
    position, signer = found
    return f"{numbered(chain, position)} is signed by {numbered(chain, signer)}, which does not follow it"


RULE = ChainRule(
    code="chain_out_of_order",
    severity=Severity.WARNING,
    title="Chain out of order",
    remedy="import the chain again: the server certificate first, each certificate followed by the one that signed it",
    reference="RFC 5246 section 7.4.2; RFC 8446 section 4.4.2",
    check=check,
)
