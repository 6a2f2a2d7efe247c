"""The rule legacy_protocol."""

import pytest

from aescan.findings.rules.legacy_protocol import check
from tests.facts import evidence


@pytest.mark.parametrize("version", ["SSL 2.0", "SSL 3.0", "TLS 1.0", "TLS 1.1"])
def test_versions_below_tls_1_2(version: str) -> None:
    """A version below TLS 1.2 is named with its cipher suite."""
    assert check(evidence(version=version)) == f"negotiated {version} with TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"


@pytest.mark.parametrize("version", ["TLS 1.2", "TLS 1.3", "0x0305"])
def test_other_versions(version: str) -> None:
    """TLS 1.2, later ones and unknown numbers are no finding."""
    assert check(evidence(version=version)) is None
