"""
The server chose a protocol version below TLS 1.2.

TLS 1.0 and 1.1 are deprecated (RFC 8996), SSL 3.0 and 2.0 are forbidden (RFC 7568, RFC 6176), and current clients
refuse them all. The server picks the highest version that both sides know. Where it gave its chain only to a hello
that offers nothing newer, the sentence says so: it may know more and stumble over newer hellos. Nobody is exempt.
Warning and not critical, because the JTAPI clients of old releases speak TLS 1.0 alone, so a server may keep it on
purpose.
"""

from typing import Final

from aescan.findings.model import Evidence, Rule, Severity

OLDER_HELLOS: Final = frozenset({"tls10", "ssl3", "ssl2"})
"""Rungs whose hello offers nothing from TLS 1.2 on."""
LEGACY: Final = frozenset({"SSL 2.0", "SSL 3.0", "TLS 1.0", "TLS 1.1"})


def check(evidence: Evidence) -> str | None:
    """Name the version."""
    capture = evidence.capture
    if capture.version not in LEGACY:
        return None
    only = ", and gave no chain to a hello that offers TLS 1.2" if capture.hello in OLDER_HELLOS else ""
    return f"negotiated {capture.version} with {capture.cipher_suite}{only}"


RULE = Rule(
    code="legacy_protocol",
    severity=Severity.WARNING,
    title="Legacy protocol version",
    remedy="enable TLS 1.2 on the server; disable the versions below it once no client needs them",
    reference="RFC 8996; RFC 7568; RFC 6176",
    check=check,
)
