"""Which addresses may be dialled on demand: every way round the rule that is known is tried."""

from ipaddress import ip_network

import pytest

from aescan.exporter.probe.access import leads_to, may_ask, permitted
from aescan.settings.probes import ProbeSettings

SITE = ProbeSettings(
    networks=(ip_network("10.20.0.0/16"), ip_network("2001:db8::/32")), names=("aes1.example.com", "*.lab.example.com")
)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("10.20.0.1", "10.20.0.1"),
        ("anything.example.net", "10.20.255.255"),
        ("2001:db8::1", "2001:db8::1"),
        ("10.20.0.1", "::ffff:10.20.0.1"),
        ("10.20.0.1", "64:ff9b::10.20.0.1"),
        ("10.20.0.1", "2002:0a14:0001::1"),
        ("aes1.example.com", "192.168.7.7"),
        ("AES1.example.com.", "192.168.7.7"),
        ("aes2.lab.example.com", "203.0.113.9"),
        ("a.b.lab.example.com", "203.0.113.9"),
    ],
)
def test_permitted(name: str, address: str) -> None:
    """An address in a network, whatever it is written as, and any ordinary address of a name."""
    assert permitted(name, address, SITE)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("10.21.0.1", "10.21.0.1"),
        ("example.com", "203.0.113.9"),
        ("lab.example.com", "203.0.113.9"),
        ("xlab.example.com", "203.0.113.9"),
        ("aes1.example.com.evil.net", "203.0.113.9"),
        # A name let in that was made to lead to the exporter's own host, its link, its cloud, everybody, nobody.
        ("aes1.example.com", "127.0.0.1"),
        ("aes1.example.com", "127.255.255.254"),
        ("aes1.example.com", "::1"),
        ("aes1.example.com", "::ffff:127.0.0.1"),
        ("aes1.example.com", "64:ff9b::127.0.0.1"),
        ("aes1.example.com", "64:ff9b::169.254.169.254"),
        ("aes1.example.com", "64:ff9b:1::a14:1"),
        ("aes1.example.com", "2002:7f00:0001::"),
        ("aes1.example.com", "169.254.169.254"),
        ("aes1.example.com", "fe80::1"),
        ("aes1.example.com", "fe80::1%eth0"),
        ("aes1.example.com", "0.0.0.0"),  # noqa: S104 - nothing is bound
        ("aes1.example.com", "::"),
        ("aes1.example.com", "255.255.255.255"),
        ("aes1.example.com", "224.0.0.1"),
        ("aes1.example.com", "ff02::1"),
        ("aes1.example.com", "240.0.0.1"),
        ("aes1.example.com", "not an address"),
        ("2001:db8::1", "2001:db8::1%eth0"),
        # What looks like a network's address in the wrong place.
        ("x", "::10.20.0.1"),
        ("x", "64:ff9b:0:0:0:1:10.20.0.1"),
    ],
)
def test_refused(name: str, address: str) -> None:
    """Everything else, and special addresses by any name."""
    assert not permitted(name, address, SITE)


def test_nothing_by_default() -> None:
    """Without settings nothing is let in, and no name is even looked up."""
    assert not permitted("aes1.example.com", "203.0.113.9", ProbeSettings())
    assert not may_ask("aes1.example.com", ProbeSettings())


def test_a_network_may_be_special() -> None:
    """An operator who names this host's network means it."""
    local = ProbeSettings(networks=(ip_network("127.0.0.0/8"), ip_network("fe80::/10")))
    assert permitted("localhost", "127.0.0.1", local)
    assert permitted("x", "fe80::1", local)
    assert not permitted("x", "fe80::1%eth0", local), "which link is not for a request to say"


def test_may_ask() -> None:
    """With networks any name is worth a look, with names only those."""
    assert may_ask("anything", SITE)
    only_names = ProbeSettings(names=("*.example.com",))
    assert may_ask("a.example.com", only_names)
    assert not may_ask("example.com", only_names)


def test_leads_to() -> None:
    """Addresses that stand for others lead to those."""
    assert str(leads_to("64:ff9b::c000:201")) == "192.0.2.1"
    assert str(leads_to("::ffff:192.0.2.1")) == "192.0.2.1"
    assert str(leads_to("192.0.2.1")) == "192.0.2.1"
    assert leads_to("64:ff9b:1:0:c0:2:100:0") is None
