"""The rule legacy_client_name."""

from dataclasses import replace

import pytest

from aescan.certificates.facts import Certificate
from aescan.findings.rules.legacy_client_name import check
from tests.facts import LEAF, evidence, name

DIALLED = "aes1.example.com is dialled; JTAPI clients look at"


def sentence(leaf: Certificate, service: str = "tsapi") -> str | None:
    """Return what the rule says of this leaf where aes1.example.com is dialled."""
    return check(evidence(leaf, service=service))


def test_a_second_name_is_not_found() -> None:
    """The host must be the first DNS name."""
    leaf = replace(LEAF, dns_names=("aes.example.com", "aes1.example.com"))
    assert sentence(leaf) == f"{DIALLED} the first DNS name alone, aes.example.com"


def test_a_wildcard_is_not_understood() -> None:
    """A wildcard that other clients accept is no name to these."""
    assert sentence(replace(LEAF, dns_names=("*.example.com",))) == (
        f"{DIALLED} the first DNS name alone, *.example.com, and know no wildcard"
    )


def test_a_wildcard_as_common_name() -> None:
    """Without DNS names the common name is compared, likewise."""
    leaf = replace(LEAF, subject=name(("CN", "*.example.com")), dns_names=())
    assert sentence(leaf) == f"{DIALLED} the common name, *.example.com, and know no wildcard"


def test_an_address_is_not_found() -> None:
    """A server dialled by its address needs the address as a name; its being an IP address does not count."""
    leaf = replace(LEAF, ip_addresses=("10.20.0.1",), subject=None, dns_names=())
    assert check(evidence(leaf, host="10.20.0.1", server_name=None, service="tsapi")) == (
        "10.20.0.1 is dialled; JTAPI clients look at the common name, empty"
    )


@pytest.mark.parametrize(
    "leaf",
    [
        LEAF,
        replace(LEAF, dns_names=("AES1.example.COM", "other.example")),
        replace(LEAF, dns_names=()),
        replace(LEAF, dns_names=("other.example",)),
    ],
)
def test_the_first_name_or_no_name_at_all_is_no_finding(leaf: Certificate) -> None:
    """The right first name, in any case; and where the host is not named at all, name_mismatch speaks."""
    assert sentence(leaf) is None


@pytest.mark.parametrize("service", ["", "dmcc", "oam"])
def test_only_tsapi_has_jtapi_clients(service: str) -> None:
    """On other services nobody looks at names in that way."""
    assert sentence(replace(LEAF, dns_names=("*.example.com",)), service) is None
