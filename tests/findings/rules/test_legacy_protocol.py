"""The rule legacy_protocol."""

from dataclasses import replace

import pytest

from aescan.findings.rules.legacy_protocol import OLDER_HELLOS, check
from aescan.probe.ladder import Rung
from tests.facts import evidence


@pytest.mark.parametrize("version", ["SSL 2.0", "SSL 3.0", "TLS 1.0", "TLS 1.1"])
def test_versions_below_tls_1_2(version: str) -> None:
    """A version below TLS 1.2 is named with its cipher suite."""
    assert check(evidence(version=version)) == f"negotiated {version} with TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"


@pytest.mark.parametrize("version", ["TLS 1.2", "TLS 1.3", "0x0305"])
def test_other_versions(version: str) -> None:
    """TLS 1.2, later ones and unknown numbers are no finding."""
    assert check(evidence(version=version)) is None


@pytest.mark.parametrize("hello", ["tls10", "ssl3", "ssl2"])
def test_a_chain_for_an_older_hello_only(hello: str) -> None:
    """A server that stumbled over the ordinary hello may know a later version: the sentence does not deny it."""
    seen = evidence(version="TLS 1.0")
    seen = replace(seen, capture=replace(seen.capture, hello=hello))

    assert check(seen) == (
        "negotiated TLS 1.0 with TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, "
        "and gave no chain to a hello that offers TLS 1.2"
    )


def test_older_hellos_are_rungs() -> None:
    """The names are those of the ladder."""
    assert set(Rung) > OLDER_HELLOS
