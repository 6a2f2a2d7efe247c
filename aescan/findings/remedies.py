"""
What to do about a default certificate: the five ways of Avaya's notice PSN004561u, in our own words.

Evidence comes in, text for the operator goes out; rules use these functions as their ``remedy``.
"""

from collections.abc import Mapping
from typing import Final

from aescan.findings.model import Evidence

AACC_LABEL: Final = "aacc"
"""The operator's label that says a target works with Avaya Aura Contact Center."""

AACC_VALUES: Final = frozenset({"true", "yes", "1"})
"""Values of that label that mean yes, in any case."""

NEW_CERTIFICATE: Final = (
    "install a server certificate of your own; the Resolution section of PSN004561u names five ways to one:"
    " (1) your own PKI;"
    " (2) System Manager as the CA, step by step in its section System Manager Trust Management;"
    " (3) an open-source PKI, for example EJBCA;"
    " (4) a third-party certificate vendor;"
    " (5) a CA of your own made with OpenSSL, step by step in its section OpenSSL."
    " Import the CA certificate under Trusted Certificates first, AE Services takes the server certificate only after"
    " it; put the CA certificate into the trust store of every client as well, or the clients cannot connect"
)

AACC_STEPS: Final = ". This target is labelled as connected to AACC: follow the additional steps of PSN005110u too"


IN_GENERAL: Final = """\
install a server certificate of your own, in one of the five ways of PSN004561u

Your own PKI; System Manager's Trust Management; an open-source PKI such as EJBCA; a third-party vendor; a CA made
with OpenSSL. The CA certificate is imported before the server certificate, and into every client's trust store.
For a target labelled `aacc: "yes"` (or `"true"`, `"1"`) the remedy also names PSN005110u, the notice with the
additional steps for Avaya Aura Contact Center."""
"""The same for the manual, of any target."""


def new_certificate(evidence: Evidence) -> str:
    """Return the five ways, and where the target works with Avaya Aura Contact Center what comes besides."""
    return NEW_CERTIFICATE + (AACC_STEPS if works_with_aacc(evidence.labels) else "")


def works_with_aacc(labels: Mapping[str, str]) -> bool:
    """Whether a target's labels say that it works with Avaya Aura Contact Center."""
    return labels.get(AACC_LABEL, "").strip().casefold() in AACC_VALUES
