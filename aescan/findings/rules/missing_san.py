"""
The leaf has neither a DNS name nor an IP address among its alternative names.

Only the common name is left to compare then. JTAPI clients compare it; browsers and a growing number of other clients
do not (RFC 9525 forbids it), and refuse the server. The notice's OpenSSL recipe makes such certificates. Whether the
common name is the name dialled is another question: `name_mismatch`. A leaf whose extensions could not be read is
exempt (`unreadable_certificate`). Notice, because what connects today goes on connecting.
"""

from aescan.findings.model import ChainEvidence, ChainRule, Severity
from aescan.findings.names import has_alternative_names
from aescan.findings.words import LONGEST_TITLE
from aescan.text import printable


def check(evidence: ChainEvidence) -> str | None:
    """Say what is left to compare."""
    leaf = evidence.leaf
    if has_alternative_names(leaf) or not leaf.readable:
        return None
    common_name = printable(leaf.subject.common_name, LONGEST_TITLE) if leaf.subject is not None else ""
    left = f"only the common name {common_name}" if common_name else "no common name either"
    return f"no DNS name and no IP address among the alternative names, {left}"


RULE = ChainRule(
    code="missing_san",
    severity=Severity.NOTICE,
    title="No alternative name",
    remedy="have the next certificate issued with the name that clients dial as a DNS name in subjectAltName",
    reference="RFC 9525 section 6.3; RFC 5280 section 4.2.1.6",
    check=check,
)
