"""
A key is used for what the certificate's key usage or basic constraints do not allow.

For the leaf that is the way of key exchange that was negotiated: `digitalSignature` for TLS 1.3 and for ephemeral
(EC)DH, `keyEncipherment` for RSA key exchange, `keyAgreement` for a fixed (EC)DH key; it may not have `keyCertSign`
either without being a CA. For a certificate that signed the one below it, `keyCertSign`, and that it is a CA. A
certificate without the extension may be used for anything, and a root without basic constraints, as version 1 had
none, is exempt. Warning and not critical: strict clients refuse, and which are strict depends on the client.
"""

from collections.abc import Iterator

from aescan.certificates.chain import Chain
from aescan.certificates.facts import Certificate
from aescan.findings.model import Evidence, Rule, Severity
from aescan.findings.signatures import path
from aescan.findings.standing import standing
from aescan.findings.usage import needed
from aescan.findings.words import called, listed
from aescan.settings.policy import Policy


def check(evidence: Evidence) -> str | None:
    """Name each certificate and what it lacks."""
    found = [*_leaf(evidence), *_authorities(evidence.chain, evidence.policy)]
    return listed(found) if found else None


def _leaf(evidence: Evidence) -> Iterator[str]:
    leaf = evidence.leaf
    usage = leaf.key_usage
    if usage is None:
        return
    wanted = needed(evidence.capture)
    if frozenset(usage).isdisjoint(wanted):
        capture = evidence.capture  # of a file, nothing was negotiated
        who = f"{capture.version} with {capture.cipher_suite}" if capture.version else "TLS"
        how = f"{who} needs {' or '.join(wanted)}"
        yield f"{how}, the key usage is {', '.join(usage) or 'empty'}: {called(evidence.chain, 0)}"
    if "keyCertSign" in usage and leaf.readable and not (leaf.basic_constraints and leaf.basic_constraints.ca):
        yield f"has keyCertSign without being a CA: {called(evidence.chain, 0)}"


@standing
def _authorities(chain: Chain, _: Policy) -> tuple[str, ...]:
    return tuple(
        f"signed the certificate below it {lacking}: {called(chain, position)}"
        for position in path(chain)[1:]
        if (lacking := _lacking(chain.certificates[position]))
    )


def _lacking(certificate: Certificate) -> str:
    """Return what a certificate that signed another one lacks, or an empty string."""
    usage, constraints = certificate.key_usage, certificate.basic_constraints
    if usage is not None and "keyCertSign" not in usage:
        return "without keyCertSign"
    if constraints is None:
        return "" if certificate.self_signed or not certificate.readable else "without being a CA"
    return "" if constraints.ca else "without being a CA"


RULE = Rule(
    code="key_usage_unfit",
    severity=Severity.WARNING,
    title="Key usage unfit",
    remedy=(
        "have the certificate issued with the key usages digitalSignature and keyEncipherment, as PSN004561u says;"
        " a CA needs keyCertSign and to be marked as one"
    ),
    reference="PSN004561u, OpenSSL; RFC 5280 sections 4.2.1.3 and 4.2.1.9; RFC 5246 section 7.4.2",
    check=check,
)
