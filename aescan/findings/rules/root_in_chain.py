"""
The root is presented behind an intermediate.

A client has the root already or does not trust it, so sending it makes no difference to anyone but costs each
connection its bytes. Exempt is a root that signed the leaf itself, as in the notice's OpenSSL recipe or with System
Manager: it is the only one that tells which of the CAs of its name the clients need, and AE Services wants it imported.
Notice, because nothing is wrong; nothing has to be done either.
"""

from typing import Final

from aescan.findings.model import ChainEvidence, ChainRule, Severity
from aescan.findings.signatures import path
from aescan.findings.words import numbered

SHORTEST: Final = 3
"""Certificates on a path with an intermediate and a root."""


def check(evidence: ChainEvidence) -> str | None:
    """Name the root."""
    chain = evidence.chain
    if len(chain.certificates) < SHORTEST or not chain.certificates[(route := path(chain))[-1]].self_signed:
        return None
    return f"clients hold it or do not: {numbered(chain, route[-1])}" if len(route) >= SHORTEST else None


RULE = ChainRule(
    code="root_in_chain",
    severity=Severity.NOTICE,
    title="Root presented",
    remedy="leave the root out of the server's chain when it is next replaced, if the server allows it",
    reference="RFC 5246 section 7.4.2",
    check=check,
)
