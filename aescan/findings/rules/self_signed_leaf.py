"""
The server's certificate is signed by its own key.

Every client must hold this very certificate as trusted, and needs the next one in advance when it is replaced.
Decided by the signature, not by names. A certificate recognised as an Avaya default is exempt:
`avaya_default_certificate` or `avaya_self_signed_default` says so. Notice, because it is a way to run a server, and a
laborious one.
"""

from aescan.findings.avaya import product_default, temporary_default
from aescan.findings.model import Evidence, Rule, Severity
from aescan.findings.words import LONGEST_TITLE
from aescan.text import printable


def check(evidence: Evidence) -> str | None:
    """Name the certificate."""
    leaf = evidence.leaf
    if not leaf.self_signed or product_default(evidence) or temporary_default(evidence):
        return None
    return f"signed by its own key: {printable(leaf.title, LONGEST_TITLE)}"


RULE = Rule(
    code="self_signed_leaf",
    severity=Severity.NOTICE,
    title="Self-signed server certificate",
    remedy="have the certificate issued by a CA that the clients trust",
    reference="RFC 5280 section 3.2; PSN004561u",
    check=check,
)
