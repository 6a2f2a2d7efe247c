"""Whether a certificate names the host that is dialled."""

from dataclasses import replace

import pytest

from aescan.certificates.facts import Name
from aescan.findings.names import dialled, has_alternative_names, jtapi_name, names_host, packed
from tests.facts import LEAF, evidence, name


def test_the_name_sent_as_sni_is_the_name_dialled() -> None:
    """The server name counts before the host."""
    assert dialled(evidence(host="10.20.0.1", server_name="aes1.example.com")) == "aes1.example.com"
    assert dialled(evidence(host="10.20.0.1", server_name=None)) == "10.20.0.1"


@pytest.mark.parametrize(
    ("presented", "host", "expected"),
    [
        ("aes1.example.com", "aes1.example.com", True),
        ("AES1.Example.COM", "aes1.example.com", True),
        ("aes1.example.com", "AES1.EXAMPLE.COM", True),
        ("aes1.example.com.", "aes1.example.com", True),
        ("aes1.example.com", "aes1.example.com.", True),
        ("aes1.example.com", "aes2.example.com", False),
        ("aes1.example.com", "aes1", False),
        ("aes1", "aes1", True),
        ("*.example.com", "aes1.example.com", True),
        ("*.EXAMPLE.com", "aes1.example.com", True),
        ("*.example.com", "a.aes1.example.com", False),
        ("*.example.com", "example.com", False),
        ("*.example.com", ".example.com", False),
        ("*.example.com", "aes1.example.org", False),
        ("aes*.example.com", "aes1.example.com", False),
        ("aes1.*.com", "aes1.example.com", False),
        ("*", "aes1", False),
        ("*.", "aes1", False),
        ("", "aes1", False),
        ("xn--bcher-kva.example", "bücher.example", True),
        ("xn--bcher-kva.example", "BÜCHER.example", True),
        ("ü" * 70, "ü" * 70, True),
        ("ü" * 70, "aes1", False),
        ("10.20.0.1", "10.20.0.1", False),
    ],
)
def test_dns_names(presented: str, host: str, expected: bool) -> None:
    """A DNS name matches whole and in any case; a wildcard is one whole left-most label; an address is no name."""
    assert names_host(replace(LEAF, dns_names=("other.example", presented)), host) is expected


@pytest.mark.parametrize(
    ("presented", "host", "expected"),
    [
        ("10.20.0.1", "10.20.0.1", True),
        ("10.20.0.1", "10.20.0.2", False),
        ("2001:DB8:0:0::1", "2001:db8::1", True),
        ("fe80::1", "fe80::1%eth0", True),
        ("2001:db8::2", "2001:db8::1", False),
        ("not an address: 1", "10.20.0.1", False),
        ("300.1.1.1", "10.20.0.1", False),
    ],
)
def test_addresses(presented: str, host: str, expected: bool) -> None:
    """An address matches as a number, however it is written."""
    leaf = replace(LEAF, dns_names=(), ip_addresses=("192.0.2.9", presented))
    assert names_host(leaf, host) is expected


@pytest.mark.parametrize(
    ("common_name", "host"), [("aes1.example.com", "aes1.example.com"), ("10.20.0.1", "10.20.0.1")]
)
def test_a_common_name_counts_only_without_alternative_names(common_name: str, host: str) -> None:
    """The common name matches where there are no alternative names, and only there."""
    leaf = replace(LEAF, subject=name(("CN", common_name)), dns_names=())
    assert names_host(leaf, host)
    assert not names_host(replace(leaf, ip_addresses=("192.0.2.9",)), host)
    assert not names_host(replace(leaf, dns_names=("other.example",)), host)


@pytest.mark.parametrize("subject", [None, name(), name(("O", "Example"))])
@pytest.mark.parametrize("host", ["aes1.example.com", "10.20.0.1"])
def test_a_certificate_without_names_names_no_host(subject: Name | None, host: str) -> None:
    """Without alternative names and common name nothing matches."""
    assert not names_host(replace(LEAF, subject=subject, dns_names=()), host)


def test_either_kind_is_an_alternative_name() -> None:
    """A DNS name or an address is an alternative name."""
    assert has_alternative_names(LEAF)
    assert has_alternative_names(replace(LEAF, dns_names=(), ip_addresses=("192.0.2.9",)))
    assert not has_alternative_names(replace(LEAF, dns_names=()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.20.0.1", bytes((10, 20, 0, 1))),
        ("::1", bytes(15) + b"\x01"),
        ("10.20.0", None),
        ("aes:1", None),
        ("aes1", None),
        ("", None),
    ],
)
def test_packed_is_for_addresses_only(text: str, expected: bytes | None) -> None:
    """What is no address has no bytes."""
    assert packed(text) == expected


def test_the_name_that_jtapi_compares() -> None:
    """The first DNS name alone, whatever else there is; the common name where there is none."""
    assert jtapi_name(replace(LEAF, dns_names=("a.example", "aes1.example.com"))) == "a.example"
    assert jtapi_name(replace(LEAF, dns_names=(), ip_addresses=("192.0.2.1",))) == "aes1.example.com"
    assert jtapi_name(replace(LEAF, subject=None, dns_names=())) == ""
