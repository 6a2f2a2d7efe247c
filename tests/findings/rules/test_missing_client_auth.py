"""The rule missing_client_auth."""

from dataclasses import replace

import pytest

from aescan.findings.rules.missing_client_auth import check
from aescan.tls.capture import ClientCertificate
from tests.facts import LEAF, capture, evidence

SERVER_ONLY = replace(LEAF, extended_key_usage=("serverAuth",))
ALLOWS = "allows only serverAuth: leaf CN=aes1.example.com,O=Example,C=US"
ASKED = capture(client_certificate=ClientCertificate.REQUESTED)


def test_mutual_tls_by_the_catalogue() -> None:
    """On TR/87 both sides present certificates, whether or not the request was seen."""
    tr87 = replace(evidence(SERVER_ONLY, service="tr87"), mutual_tls=True)
    assert check(tr87) == f"tr87 uses mutual TLS, and {ALLOWS}"


def test_mutual_tls_by_the_servers_request() -> None:
    """A server that asked for a client certificate uses mutual TLS, whatever its port."""
    asked = replace(evidence(SERVER_ONLY, service=""), capture=ASKED)
    assert check(asked) == f"the server asks clients for a certificate, and {ALLOWS}"


def test_elsewhere_a_servers_purpose_is_enough() -> None:
    """Where only the server presents a certificate, it needs no other purpose."""
    assert check(evidence(SERVER_ONLY)) is None


@pytest.mark.parametrize("usage", [None, ("serverAuth", "clientAuth"), ("anyExtendedKeyUsage",)])
def test_a_client_certificate_is_no_finding(usage: tuple[str, ...] | None) -> None:
    """A leaf for clients, for anything, or without limits is sound."""
    assert check(replace(evidence(replace(LEAF, extended_key_usage=usage)), capture=ASKED)) is None
