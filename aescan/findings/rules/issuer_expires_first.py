"""
A certificate lasts longer than the one that signed it.

Its own end is not the one that counts: clients refuse it as soon as the CA above it has ended, and a new server
certificate from the same CA does not help. CAs made by the notice's OpenSSL recipe last ten years from 2015 to 2018
on, so they end now. The expiry findings count from the first end already; this one says that it is the CA that has to
be replaced, on every client too. Looked at is the path from the leaf up; a root's own end counts as well. Warning,
because whoever plans by the leaf's date is caught by the CA's.
"""

from itertools import pairwise

from aescan.findings.model import ChainEvidence, ChainRule, Severity
from aescan.findings.signatures import path
from aescan.findings.words import called, listed, stamp


def check(evidence: ChainEvidence) -> str | None:
    """Name each certificate that outlives its issuer, and both dates."""
    chain = evidence.chain
    found: list[str] = []
    for position, signer in pairwise(path(chain)):
        end, first = chain.certificates[position].not_after, chain.certificates[signer].not_after
        if end is not None and first is not None and first < end:
            outlived = f"{called(chain, signer)} ends on {stamp(first)}"
            found.append(f"{outlived}, before what it signed: {called(chain, position)} ends on {stamp(end)}")
    return listed(found) if found else None


RULE = ChainRule(
    code="issuer_expires_first",
    severity=Severity.WARNING,
    title="Issuer ends first",
    remedy=(
        "replace the CA before its own end: make or choose the next one, put it on every client, then have the server"
        " certificates issued by it"
    ),
    reference="RFC 5280 section 6.1.3; PSN004561u, OpenSSL",
    check=check,
)
