"""
The leaf names the host that clients dial, but not in the way that old JTAPI clients look for it.

Avaya's JTAPI client of release 6.2 compares the name dialled with the first DNS name alone, or with the common name
where there is no DNS name; it ignores case and knows no wildcard. With `verifyServerCertificate=true` it then refuses a
certificate that every other client accepts. Only TSAPI ports are looked at, for no other service has JTAPI clients. A
leaf that does not name the host at all is `name_mismatch`. Notice, because these clients verify the name only where
that was switched on.
"""

from typing import Final

from aescan.findings.model import Evidence, Rule, Severity
from aescan.findings.names import dialled, jtapi_name, names_host
from aescan.findings.words import LONGEST_TITLE
from aescan.text import printable

SERVICE: Final = "tsapi"


def check(evidence: Evidence) -> str | None:
    """Say what is dialled and which name JTAPI clients compare it with."""
    if evidence.service != SERVICE:
        return None
    leaf, host = evidence.leaf, dialled(evidence)
    name = jtapi_name(leaf)
    if name.lower() == host.lower() or not names_host(leaf, host):
        return None
    kind = "the first DNS name alone" if leaf.dns_names else "the common name"
    wildcard = ", and know no wildcard" if name.startswith("*") else ""
    return f"{host} is dialled; JTAPI clients look at {kind}, {printable(name, LONGEST_TITLE) or 'empty'}{wildcard}"


RULE = Rule(
    code="legacy_client_name",
    severity=Severity.NOTICE,
    title="Name that JTAPI clients do not find",
    remedy="have the next certificate issued with the name that JTAPI clients dial as the first DNS name, in full",
    reference="Avaya JTAPI client 6.2.0.54, TLSServerCertificateValidator",
    check=check,
)
