"""The rule missing_server_auth."""

from dataclasses import replace

import pytest

from aescan.findings.rules.missing_server_auth import check
from tests.facts import INTERMEDIATE, LEAF, ROOT, evidence


def test_a_leaf_for_clients_only_is_told() -> None:
    """What the leaf allows instead is named."""
    leaf = replace(LEAF, extended_key_usage=("clientAuth", "emailProtection"))
    assert check(evidence(leaf, INTERMEDIATE)) == (
        "allows only clientAuth, emailProtection: leaf CN=aes1.example.com,O=Example,C=US"
    )


def test_an_empty_extension_allows_nothing() -> None:
    """No purpose at all is no server's."""
    leaf = replace(LEAF, extended_key_usage=())
    assert check(evidence(leaf, INTERMEDIATE)) == "allows only nothing: leaf CN=aes1.example.com,O=Example,C=US"


def test_an_intermediate_limits_what_is_below_it() -> None:
    """A CA for mail certificates cannot make a server's."""
    mail = replace(INTERMEDIATE, extended_key_usage=("emailProtection",))
    assert check(evidence(LEAF, mail)) == (
        "allows only emailProtection: intermediate CN=Example Issuing CA,O=Example,C=US"
    )


@pytest.mark.parametrize("usage", [None, ("serverAuth",), ("clientAuth", "serverAuth"), ("anyExtendedKeyUsage",)])
def test_a_server_certificate_is_no_finding(usage: tuple[str, ...] | None) -> None:
    """A leaf for servers, for anything, or without limits is sound."""
    assert check(evidence(replace(LEAF, extended_key_usage=usage), INTERMEDIATE)) is None


def test_a_root_is_exempt() -> None:
    """A trusted root is trusted whatever it says of itself."""
    root = replace(ROOT, extended_key_usage=("emailProtection",))
    assert check(evidence(LEAF, INTERMEDIATE, root)) is None
