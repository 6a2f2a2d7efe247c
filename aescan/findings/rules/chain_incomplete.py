"""
The certificate that signed the leaf was not presented.

Clients can connect only if they hold that very certificate as trusted. It may be left out if it is a root (RFC 5246
section 7.4.2), as with the one CA of the OpenSSL recipe in PSN004561u, and the bytes do not tell a root from a
forgotten intermediate: hence a notice. Where more than one CA has the same name, as every System Manager's has, the
key identifier in the sentence tells which one clients need. Exempt are a self-signed leaf, a leaf whose signature
cannot be checked, a chain in the wrong order (`chain_out_of_order`), and one that only leaves out what signed its
last certificate.
"""

from aescan.certificates.facts import Certificate
from aescan.findings.avaya import authority_key, classify
from aescan.findings.model import ChainEvidence, ChainRule, Severity
from aescan.findings.words import LONGEST_TITLE
from aescan.settings.policy import Meaning
from aescan.text import printable


def check(evidence: ChainEvidence) -> str | None:
    """Name the issuer that clients must hold, and its key where the leaf tells."""
    chain, leaf = evidence.chain, evidence.leaf
    if chain.signers[0] is not None or leaf.self_signed is not False or 0 in chain.signers:
        return None
    issuer = printable(leaf.issuer.text, LONGEST_TITLE) if leaf.issuer is not None else ""
    key = authority_key(evidence)
    sentence = f"clients must hold the issuer as trusted: {issuer or 'unnamed'}{f' ({key})' if key else ''}"
    if any(_named_as_issuer(certificate, leaf) for certificate in chain.certificates[1:]):
        sentence += "; a certificate of that name is presented, but the signature was not verified with its key"
    pattern = classify(evidence)
    if pattern is not None and pattern.meaning is Meaning.SYSTEM_MANAGER:
        sentence += "; every System Manager has a CA of that name, each with its own key"
    return sentence


def _named_as_issuer(certificate: Certificate, leaf: Certificate) -> bool:
    subject, issuer = certificate.subject, leaf.issuer
    return subject is not None and issuer is not None and subject.normalised == issuer.normalised


RULE = ChainRule(
    code="chain_incomplete",
    severity=Severity.NOTICE,
    title="Issuer not presented",
    remedy=(
        "if the issuer is an intermediate, import the whole chain into the server;"
        " if it is a root, see that every client holds it as trusted"
    ),
    reference="RFC 5246 section 7.4.2; PSN004561u",
    check=check,
)
