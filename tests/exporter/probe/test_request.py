"""What a query means, or why it means nothing."""

from dataclasses import replace

import pytest

from aescan.exporter.probe.request import BadRequest, Directory, Rules, Wanted, understand
from aescan.inventory.services import load_services
from aescan.settings.policy import Thresholds
from aescan.settings.probes import ProbeModule, ProbeSettings
from tests.facts import target

KNOWN = replace(target("aes1.example.com", 4722, "dmcc"), name="AES one", server_name="aes1.example.com")
MODULES = {"default": ProbeModule(), "slow": ProbeModule(20.0), "named": ProbeModule(server_name="aes.example.com")}
RULES = Rules(ProbeSettings(modules=MODULES), load_services(None), Thresholds())


def ask(scrape_timeout: str | None = None, **query: str) -> Wanted:
    """Return what that query means."""
    return understand(query, scrape_timeout, Directory((KNOWN,)), RULES)


@pytest.mark.parametrize("written", ["AES one", "aes1.example.com:4722", "AES1.example.com.:4722"])
def test_known(written: str) -> None:
    """A target of the inventory is known by its name and by its endpoint, and is taken as it stands there."""
    assert ask(target=written) == Wanted(KNOWN, known=True, timeout=10.0)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("192.0.2.1:443", "by address"),
        ("[2001:db8::1]:443", "by long address"),
        ("aes2.example.com:443", "by address"),
        ("https://aes2.example.com/", "by address"),
        ("192.0.2.1:4722", "192.0.2.1:4722"),
    ],
)
def test_known_by_what_is_dialled(written: str, name: str) -> None:
    """What ``/sd`` says of a target leads back to it, and so does a URL; of two of one endpoint to the first."""
    host = replace(target("aes2.example.com", 443), server_name="aes2.example.com")
    targets = (
        target("192.0.2.1", 4722),
        replace(host, name="by address", address="192.0.2.1"),
        replace(host, name="by long address", address="2001:db8::1"),
    )
    wanted = understand({"target": written}, None, Directory(targets), RULES)

    assert (wanted.known, wanted.target.name) == (True, name)


def test_a_host_comes_before_an_address() -> None:
    """Of a target with that address for its host and another that is dialled there, the first is meant."""
    moved = replace(target("aes2.example.com", 443), address="192.0.2.1")
    wanted = understand({"target": "192.0.2.1:443"}, None, Directory((moved, target("192.0.2.1", 443))), RULES)

    assert wanted.target.host == "192.0.2.1"


@pytest.mark.parametrize(
    ("written", "endpoint", "service", "server_name"),
    [
        ("aes2.example.com:4722", "aes2.example.com:4722", "dmcc", "aes2.example.com"),
        ("AES2.example.com.:9", "aes2.example.com:9", "", "aes2.example.com"),
        ("10.1.2.3:443", "10.1.2.3:443", "oam", None),
        ("[2001:DB8::1]:8765", "[2001:db8::1]:8765", "", None),
        ("https://aes2.example.com/path", "aes2.example.com:443", "oam", "aes2.example.com"),
        ("https://u:p@aes2.example.com:8443", "aes2.example.com:8443", "", "aes2.example.com"),
    ],
)
def test_unknown(written: str, endpoint: str, service: str, server_name: str | None) -> None:
    """Any other is a host and a port, or an https URL, with the service of that port."""
    wanted = ask(target=written)
    assert not wanted.known
    found = wanted.target
    assert (found.name, found.endpoint, found.server_name) == (endpoint, endpoint, server_name)
    assert found.service == (RULES.services.at(found.port) or service)
    assert found.source == "probe"


def test_server_name() -> None:
    """A server name is that of the request, else of the module, else the host's."""
    assert ask(target="aes2.example.com:1", hostname="A.example.com").target.server_name == "a.example.com"
    assert ask(target="10.1.2.3:1", server_name="a.example.com").target.server_name == "a.example.com"
    assert ask(target="10.1.2.3:1", module="named").target.server_name == "aes.example.com"
    assert ask(target="AES one", hostname="b.example.com").target == replace(KNOWN, server_name="b.example.com")


@pytest.mark.parametrize(
    ("scrape_timeout", "module", "seconds"),
    [(None, "default", 10), ("10", "default", 9.5), ("60", "slow", 20), ("5.5", "slow", 5), ("0.2", "default", 0.1)],
)
def test_timeout(scrape_timeout: str | None, module: str, seconds: float) -> None:
    """A probe is over before the scraper gives up, and within the module's own time."""
    assert ask(scrape_timeout, target="AES one", module=module).timeout == seconds


def test_debug() -> None:
    """The story is told to who wants it."""
    assert ask(target="AES one", debug="true").debug
    assert not ask(target="AES one", debug="false").debug


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({}, "target is missing: /probe?target=aes1.example.com:4722"),
        ({"target": "x" * 301}, "a parameter has more than 300 characters"),
        ({"target": "aes2", "module": "slov"}, "there is no module slov; did you mean slow?"),
        ({"target": "aes2", "module": "\x1b"}, "there is no module \\x1b; there are default, slow, named"),
        ({"target": "aes2"}, "target: aes2 has no port; write aes2:4722 or another"),
        ({"target": "a b:1"}, "target: a b is neither a host name nor an address"),
        ({"target": "aes2:0"}, "target: 0 is not a port (1–65535)"),
        ({"target": "10.0.0.0/30:443"}, "target: 10.0.0.0/30:443 is more than one host"),
        ({"target": "http://aes2/"}, "target: http://aes2/ has no certificate; write host:port or an https URL"),
        ({"target": "https://[aes2/"}, "target: https://[aes2/ is no URL"),
        ({"target": "aes2:1", "hostname": "a b"}, "hostname: a b is neither a host name nor an address"),
    ],
)
def test_bad_requests(query: dict[str, str], problem: str) -> None:
    """What cannot be understood is told, and how to write it."""
    with pytest.raises(BadRequest) as refused:
        understand(query, None, Directory((KNOWN,)), RULES)
    assert str(refused.value) == problem


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("soon", "X-Prometheus-Scrape-Timeout-Seconds is not a number"),
        ("-1", "X-Prometheus-Scrape-Timeout-Seconds is not above 0"),
        ("nan", "X-Prometheus-Scrape-Timeout-Seconds is not above 0"),
    ],
)
def test_bad_timeouts(written: str, problem: str) -> None:
    """A scraper's timeout that is none is refused."""
    with pytest.raises(BadRequest) as refused:
        ask(written, target="AES one")
    assert str(refused.value) == problem
