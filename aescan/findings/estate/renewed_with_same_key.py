"""
The certificate was renewed, and its key stayed the same.

Renewing in the Management Console keeps the key: "The new certificate contains the same public key as the expired
certificate", says Administering AE Services. Whoever got hold of the old key has the new certificate's too, and the key
grows older than any certificate. Known only where the leaf was seen before and after. Notice, because nothing stops
working.
"""

from collections.abc import Iterator

from aescan.findings.estates import EstateEvidence, EstateRule
from aescan.findings.model import Severity


def check(evidence: EstateEvidence) -> Iterator[tuple[str, str]]:
    """Name the certificate before."""
    for member in evidence.members:
        before, leaf = member.previous, member.chain.leaf
        if before is None or before.public_key_sha256 is None or before.fingerprint_sha256 == leaf.fingerprint_sha256:
            continue
        if before.public_key_sha256 == leaf.public_key_sha256:
            yield member.name, f"the certificate before, {before.fingerprint_sha256[:16]}…, had the same key"


RULE = EstateRule(
    code="renewed_with_same_key",
    severity=Severity.NOTICE,
    title="Renewed with the same key",
    remedy="add a certificate with a new key in the place of renewing the old one, at the next renewal",
    reference="Administering AE Services 7.1, certificate renewal",
    check=check,
)
