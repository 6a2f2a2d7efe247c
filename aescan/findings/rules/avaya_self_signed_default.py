"""
The leaf looks like the temporary certificate that AE Services 7.0 and later sign for themselves at installation.

It lasts one year from the installation; PSN004561u calls it temporary and expects it to be replaced before it ends.
Neither its name nor its key is known, so this is told by likelihood: self-signed, valid for 360 to 372 days, on a
port of an AE Services service; very likely where it has no DNS name or its common name is not the name dialled. Any
certificate on a port that the inventory does not call an AE Services service is exempt, as is one of a known Avaya
product or CA (`avaya_default_certificate`); a name that only says Avaya does not make it one. Warning: it works until
it ends.
"""

from aescan.findings.avaya import temporary_default
from aescan.findings.model import Evidence, Rule, Severity
from aescan.findings.remedies import IN_GENERAL, new_certificate
from aescan.findings.words import LONGEST_TITLE
from aescan.text import printable


def check(evidence: Evidence) -> str | None:
    """Say how likely, and by which signs."""
    likelihood = temporary_default(evidence)
    if likelihood is None:
        return None
    leaf = evidence.leaf
    named = "" if leaf.dns_names else ", without a DNS name"
    title = printable(leaf.title, LONGEST_TITLE)
    return f"{likelihood} the temporary certificate of AE Services: self-signed, valid for one year{named}: {title}"


RULE = Rule(
    code="avaya_self_signed_default",
    severity=Severity.WARNING,
    title="Self-signed default certificate of AE Services",
    remedy=new_certificate,
    remedy_in_general=IN_GENERAL,
    reference="PSN004561u",
    check=check,
)
