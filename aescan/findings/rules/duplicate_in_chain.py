"""
A certificate is presented more than once in the same chain.

Mostly the server certificate stands in its own file and in that of the chain. Current clients pass over the second
one; it costs each connection its bytes, and TLS up to 1.2 does not allow it. Nobody is exempt. Notice, because it is
untidy and hardly more.
"""

from aescan.findings.model import ChainEvidence, ChainRule, Severity
from aescan.findings.order import repeated
from aescan.findings.words import listed, numbered


def check(evidence: ChainEvidence) -> str | None:
    """Name the certificates that stand there again."""
    found = repeated(evidence.chain)
    return "presented before: " + listed([numbered(evidence.chain, at) for at in found]) if found else None


RULE = ChainRule(
    code="duplicate_in_chain",
    severity=Severity.NOTICE,
    title="Certificate presented twice",
    remedy="import the chain again with each certificate once: the server certificate, then what signed it",
    reference="RFC 5246 section 7.4.2",
    check=check,
)
