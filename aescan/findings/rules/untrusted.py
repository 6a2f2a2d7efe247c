"""
Clients with a required trust store refuse the chain.

A trust store of the settings that is marked `required` stands for clients that must connect. The sentence says which of
them do not and why: no path from the leaf to what they hold, a certificate that has ended or has not begun, a broken
signature, a CA that may not sign, or, where the store says `check_names`, another name. What cannot be told is exempt,
and so are stores that are not required; reports and the metric `aescan_chain_trusted` have them all. Critical, because
such a client cannot connect, whatever else is said of the chain.
"""

from typing import Final

from aescan.certificates.trust import Distrust
from aescan.findings.model import Evidence, Rule, Severity
from aescan.findings.words import listed

RENEW: Final = "have the certificate that the sentence names replaced"
REMEDIES: Final = {
    Distrust.NO_PATH: (
        "import the CA that the sentence names into the trust store of these clients,"
        " or have the server present the intermediates up to one they hold"
    ),
    Distrust.EXPIRED: RENEW,
    Distrust.NOT_YET_VALID: "check the clocks of the CA and of this machine; wait until the date shown, or reissue",
    Distrust.NAME: "have the certificate issued with the name that these clients dial",
    Distrust.SIGNATURE: "import the certificate into the server again as the CA issued it, with the CA that signed it",
    Distrust.CONSTRAINT: RENEW,
}
IN_GENERAL: Final = f"""\
by the reason that the sentence gives, for each store

- no path: {REMEDIES[Distrust.NO_PATH]}
- a certificate that has ended, or a CA that may not sign: {RENEW}
- a certificate that has not begun: {REMEDIES[Distrust.NOT_YET_VALID]}
- another name: {REMEDIES[Distrust.NAME]}
- a broken signature: {REMEDIES[Distrust.SIGNATURE]}"""


def check(evidence: Evidence) -> str | None:
    """Name the stores, and why each refuses the chain."""
    found = [f"clients with the trust store {store} refuse it: {sentence}" for store, _, sentence in _refused(evidence)]
    return listed(found) if found else None


def remedy(evidence: Evidence) -> str:
    """Return what to do about each reason, once."""
    return "; ".join(dict.fromkeys(REMEDIES[reason] for _, reason, _ in _refused(evidence)))


def _refused(evidence: Evidence) -> list[tuple[str, Distrust, str]]:
    refusing = [one for one in evidence.trust if one.trusted is False]
    if not refusing:
        return []
    required = {store.name for store in evidence.policy.trust_stores if store.required}
    return [
        (one.store, one.reason, one.sentence) for one in refusing if one.reason is not None and one.store in required
    ]


RULE = Rule(
    code="untrusted",
    severity=Severity.CRITICAL,
    title="Refused by clients",
    remedy=remedy,
    remedy_in_general=IN_GENERAL,
    reference="PSN004561u, Import the Certificate; RFC 5280 section 6.1",
    check=check,
)
