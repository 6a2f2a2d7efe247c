"""What to do about a default certificate."""

import pytest

from aescan.findings.remedies import AACC_STEPS, NEW_CERTIFICATE, new_certificate
from tests.facts import evidence


def test_the_five_ways_of_the_notice_are_named() -> None:
    """The remedy names the notice, its five ways, and the order of the imports."""
    assert new_certificate(evidence()) == (
        "install a server certificate of your own; the Resolution section of PSN004561u names five ways to one:"
        " (1) your own PKI;"
        " (2) System Manager as the CA, step by step in its section System Manager Trust Management;"
        " (3) an open-source PKI, for example EJBCA;"
        " (4) a third-party certificate vendor;"
        " (5) a CA of your own made with OpenSSL, step by step in its section OpenSSL."
        " Import the CA certificate under Trusted Certificates first,"
        " AE Services takes the server certificate only after it;"
        " put the CA certificate into the trust store of every client as well, or the clients cannot connect"
    )


@pytest.mark.parametrize("value", ["true", "yes", "1", " Yes "])
def test_a_target_with_aacc_has_the_extra_notice(value: str) -> None:
    """A target labelled as AACC-connected is told of PSN005110u too."""
    assert new_certificate(evidence(labels={"aacc": value})) == NEW_CERTIFICATE + AACC_STEPS
    assert "PSN005110u" in AACC_STEPS


@pytest.mark.parametrize("labels", [{}, {"aacc": "no"}, {"aacc": ""}, {"site": "yes"}])
def test_a_target_without_aacc_has_not(labels: dict[str, str]) -> None:
    """Without the label, or with it denied, the extra notice is not named."""
    assert new_certificate(evidence(labels=labels)) == NEW_CERTIFICATE
