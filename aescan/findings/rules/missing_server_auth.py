"""
The extended key usage of the leaf, or of an intermediate above it, leaves out TLS servers.

Clients that verify certificates refuse such a chain; the notice's steps ask for `serverAuth` beside `clientAuth`. A
certificate without the extension may be used for anything, and one with `anyExtendedKeyUsage` by RFC 5280 as well, so
both are exempt, though clients built on OpenSSL want `serverAuth` itself beside the latter. A root is exempt: what a
client trusts, it trusts for its own reasons. Warning and not critical, because it has been so since the certificate
was installed: clients that verify nothing connect, and no date changes that.
"""

from aescan.findings.model import ChainEvidence, ChainRule, Severity
from aescan.findings.usage import SERVER, limiting
from aescan.findings.words import called, listed


def check(evidence: ChainEvidence) -> str | None:
    """Name the certificates, and what they allow instead."""
    chain = evidence.chain
    found = limiting(chain, SERVER)
    if not found:
        return None
    allowed = [", ".join(chain.certificates[position].extended_key_usage or ()) or "nothing" for position in found]
    return listed([f"allows only {only}: {called(chain, at)}" for only, at in zip(allowed, found, strict=True)])


RULE = ChainRule(
    code="missing_server_auth",
    severity=Severity.WARNING,
    title="Not for TLS servers",
    remedy="have the certificate issued with the extended key usages serverAuth and clientAuth",
    reference="PSN004561u, OpenSSL; RFC 5280 section 4.2.1.12",
    check=check,
)
