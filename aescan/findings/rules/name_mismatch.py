"""
The leaf does not name the host that clients dial.

Clients that verify the name refuse the server; the TSAPI and CVLAN clients do so with `Verify Server FQDN=1`. The
name sent as SNI is looked for, else the target's host: a DNS name among the DNS names, with a wildcard as whole
left-most label, an address among the IP addresses. Only where a certificate has neither does its common name count,
as it does for older clients; current ones ignore it. Old JTAPI clients are stricter than this rule: they look at the
first DNS name alone and know no wildcard. A leaf whose names could not be read is exempt (`unreadable_certificate`).
Warning, because clients that do not verify the name connect all the same.
"""

from aescan.findings.model import Evidence, Rule, Severity
from aescan.findings.names import dialled, has_alternative_names, names_host
from aescan.findings.words import LONGEST_TITLE, listed
from aescan.text import printable


def check(evidence: Evidence) -> str | None:
    """Say what is dialled and what the certificate names instead."""
    leaf, host = evidence.leaf, dialled(evidence)
    if names_host(leaf, host):
        return None
    named = [printable(name, LONGEST_TITLE) for name in (*leaf.dns_names, *leaf.ip_addresses)]
    if has_alternative_names(leaf):
        return f"{host} is dialled, the certificate is for {listed(named)}"
    if not leaf.readable:
        return None
    common_name = printable(leaf.subject.common_name, LONGEST_TITLE) if leaf.subject is not None else ""
    seen = f"its common name, which older clients compare, is {common_name}" if common_name else "no common name either"
    return f"{host} is dialled, the certificate has no alternative names, and {seen}"


RULE = Rule(
    code="name_mismatch",
    severity=Severity.WARNING,
    title="Name mismatch",
    remedy=(
        "have the certificate issued with the name that clients dial as a DNS name, or with the address;"
        " if clients dial another name than the scanner, give that name in the inventory"
    ),
    reference="RFC 9525 section 6; RFC 5280 section 4.2.1.6",
    check=check,
)
