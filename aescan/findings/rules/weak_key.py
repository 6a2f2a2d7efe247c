"""
A public key of the chain is smaller than the policy allows: RSA and DSA below 2048 bits, elliptic curves below 224.

Such keys can be factored or solved at a cost that attackers can pay, and current clients refuse them; PSN004561u
recommends 2048 bits. A root's key counts too, unlike its signature: all trust below it hangs on that key. Keys of
other kinds have one size each and are exempt. Warning and not critical, because nothing stops working because of it.
"""

from aescan.findings.model import ChainEvidence, ChainRule, Severity
from aescan.findings.words import called, listed


def check(evidence: ChainEvidence) -> str | None:
    """Name the certificates and the sizes of their keys."""
    policy = evidence.policy
    weak: list[str] = []
    for position, certificate in enumerate(evidence.chain.certificates):
        match certificate.key_algorithm:
            case "RSA" | "DSA":
                least = policy.minimum_rsa_bits
            case "EC":
                least = policy.minimum_ec_bits
            case _:
                continue
        if certificate.key_bits is not None and certificate.key_bits < least:
            key = f"{certificate.key_algorithm} key of {certificate.key_bits} bits, below {least}"
            weak.append(f"{key}: {called(evidence.chain, position)}")
    return listed(weak) if weak else None


RULE = ChainRule(
    code="weak_key",
    severity=Severity.WARNING,
    title="Weak key",
    remedy="have a certificate issued for a new key, RSA of 2048 bits or more",
    reference="PSN004561u; NIST SP 800-131A revision 2",
    check=check,
)
