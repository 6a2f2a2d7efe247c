"""
What a planned change does to clients: the verdict of each on the server as it will be.

A change and the evidence of today come in, one ``Compatibility`` per client goes out. The certificate of tomorrow is
made up of what is known of it and of nothing else: what no text tells stays unknown, and so does the verdict.
"""

from datetime import timedelta
from typing import Final

from aescan.certificates.chain import Chain
from aescan.certificates.facts import Certificate, Name
from aescan.findings.clients import Compatibility, concerns, facing, judge
from aescan.findings.demands import ORDER, Shown, manner_of, versions
from aescan.findings.model import Evidence
from aescan.findings.names import dialled
from aescan.settings.profiles import UNVERIFIED, Change, Signer

ONE_DAY: Final = timedelta(days=1)
"""How long the certificate of tomorrow is valid: any time at all, for its dates are not what is asked."""

OWN_CA: Final = Name("your own CA", (("CN", "your own CA"),), (("CN", "your own ca"),))
ANOTHER_NAME: Final = "another name"


def foreseen(change: Change, evidence: Evidence) -> tuple[Compatibility, ...]:
    """Return what every client that talks to this service would meet after ``change``."""
    answered = manner_of(evidence.capture)
    spoken = versions(answered)
    if change.protocols is not None:
        spoken = {version: version in change.protocols.value for version in ORDER}
    certain = change.protocols is None or change.protocols.confidence != UNVERIFIED
    chain = _chain(change, evidence)
    shown, met = Shown(chain, evidence.policy, answered, spoken, certain), facing(chain, evidence)
    return tuple(
        judge(profile, shown, met) for profile in evidence.policy.clients if concerns(profile, evidence.service)
    )


def _chain(change: Change, evidence: Evidence) -> Chain:
    name = dialled(evidence) if change.named.value else ANOTHER_NAME
    subject = Name(name, (("CN", name),), (("CN", name.casefold()),))
    itself = change.signer.value is Signer.ITSELF
    leaf = Certificate(
        der=b"",
        fingerprint_sha256="",
        version=3,
        serial_number=None,
        subject=subject,
        issuer=subject if itself else OWN_CA,
        not_before=evidence.moment,
        not_after=evidence.moment + ONE_DAY,
        signature_algorithm=None,
        signature_hash=change.signature_hash.value,
        key_algorithm=change.key_algorithm.value if change.key_algorithm is not None else None,
        key_bits=None,
        public_key_sha256=None,
        dns_names=(name,),
        self_signed=itself,
    )
    return Chain((leaf,), (0 if itself else None,), leaf.not_after)
