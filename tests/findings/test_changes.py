"""What a planned change does to clients."""

from dataclasses import replace

import pytest

from aescan.findings.changes import foreseen
from aescan.findings.demands import Demand
from aescan.settings.policy import Policy
from aescan.settings.profiles import Change
from tests.facts import evidence
from tests.findings.clients import CHANGES, SHIPPED, fact

POLICY = Policy(clients=tuple(SHIPPED.values()))
BY_KEY = {change.key: change for change in CHANGES}


def after(change: Change, version: str = "TLS 1.2") -> dict[str, tuple[bool | None, tuple[Demand, ...]]]:
    """Return what each shipped client would meet on a TSAPI port that chose this version."""
    of = evidence(policy=POLICY, service="tsapi", version=version)
    return {one.client: (one.works, one.demands) for one in foreseen(change, of)}


def test_a_certificate_of_ones_own() -> None:
    """Every client needs the new CA in its trust store; nothing else is in the way of a current one."""
    assert after(BY_KEY["own_certificate"]) == {
        "jtapi": (None, (Demand.PROTOCOL, Demand.HASH, Demand.TRUST)),
        "jtapi_verifying": (None, (Demand.PROTOCOL, Demand.HASH, Demand.TRUST)),
        "tsapi_fqdn": (None, (Demand.PROTOCOL, Demand.TRUST)),
        "java": (None, (Demand.TRUST,)),
        "openssl": (None, (Demand.TRUST,)),
    }


def test_the_temporary_certificate() -> None:
    """It does not name the host, so every client that compares names stops."""
    found = after(BY_KEY["upgrade_7"])
    names = {client for client, (works, demands) in found.items() if works is False and demands == (Demand.NAME,)}

    assert names == {"jtapi_verifying", "tsapi_fqdn", "java", "openssl"}
    assert found["jtapi"] == (None, (Demand.PROTOCOL, Demand.KEY, Demand.HASH, Demand.TRUST))


def test_its_sentences() -> None:
    """The certificate of tomorrow is told in words, without a name that nobody knows."""
    of = evidence(policy=POLICY, service="tsapi")
    said = {one.client: one.sentence for one in foreseen(BY_KEY["upgrade_7"], of)}

    assert said["java"] == "aes1.example.com is dialled, the certificate is for another name"
    assert "its trust store must hold this very certificate, for it is self-signed" in said["jtapi"]


def test_versions_that_are_only_said_break_nothing() -> None:
    """That 7.1 refuses TLS 1.0 is in no text, so it is a doubt, even where the server speaks it today."""
    of = evidence(policy=POLICY, service="tsapi", version="TLS 1.0")
    (jtapi, *_) = foreseen(BY_KEY["upgrade_7_1"], of)

    assert jtapi.works is None
    assert jtapi.sentence.startswith("it speaks TLS 1.0 alone, which the server is said to refuse (unverified); ")


@pytest.mark.parametrize("key", [None, fact("RSA")])
def test_versions_that_are_known_break(key: object) -> None:
    """A site that knows its next release has the verdict."""
    change = replace(BY_KEY["upgrade_7_1"], protocols=fact(("TLS 1.2",)), key_algorithm=key)  # type: ignore[arg-type]

    assert after(change)["jtapi"] == (False, (Demand.PROTOCOL,))
