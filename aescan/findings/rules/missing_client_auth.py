"""
Both sides present certificates here, and the server's own is not for TLS clients.

Administering AE Services says of TR/87 that both sides "must exchange signed server certificates each time a TLS
session is opened", and the notice's steps ask for `clientAuth` beside `serverAuth`: the peer may hold the certificate
of AE Services against the purpose of a client. It counts on services that the catalogue marks `mutual_tls`, and
wherever the server asked for a client certificate. A leaf without the extension, or with `anyExtendedKeyUsage`, is
exempt. Warning, because it depends on the peer.
"""

from aescan.findings.model import Evidence, Rule, Severity
from aescan.findings.usage import CLIENT, allows, both_sides_present
from aescan.findings.words import called


def check(evidence: Evidence) -> str | None:
    """Say why a client's purpose is wanted here, and what the leaf allows instead."""
    leaf = evidence.leaf
    if allows(leaf, CLIENT) or not both_sides_present(evidence):
        return None
    why = f"{evidence.service} uses mutual TLS" if evidence.mutual_tls else "the server asks clients for a certificate"
    return (
        f"{why}, and allows only {', '.join(leaf.extended_key_usage or ()) or 'nothing'}: {called(evidence.chain, 0)}"
    )


RULE = Rule(
    code="missing_client_auth",
    severity=Severity.WARNING,
    title="Not for TLS clients",
    remedy="have the certificate issued with the extended key usages serverAuth and clientAuth",
    reference="PSN004561u, OpenSSL; RFC 5280 section 4.2.1.12",
    check=check,
)
