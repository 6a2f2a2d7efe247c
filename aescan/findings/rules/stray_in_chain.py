"""
A certificate is presented that has nothing to do with the leaf: it signed none of those before it.

Mostly it is left over from a former certificate or CA, a sign of a replacement that was not finished; or a link
between it and the rest is missing. Current clients pass over it, strict ones refuse the chain. Exempt are other
certificates of the same CAs, as cross-signing makes them, and a chain whose leaf has no issuer at all among those
presented (`chain_incomplete`). Notice, because clients that hold the leaf's CA connect.
"""

from aescan.findings.model import ChainEvidence, ChainRule, Severity
from aescan.findings.order import strays
from aescan.findings.words import listed, numbered


def check(evidence: ChainEvidence) -> str | None:
    """Name the certificates that do not belong."""
    found = strays(evidence.chain)
    return "signed none of the others: " + listed([numbered(evidence.chain, at) for at in found]) if found else None


RULE = ChainRule(
    code="stray_in_chain",
    severity=Severity.NOTICE,
    title="Certificate that does not belong",
    remedy="import the chain again: the server certificate, then each CA up to the root, and nothing else",
    reference="RFC 5246 section 7.4.2; RFC 8446 section 4.4.2",
    check=check,
)
