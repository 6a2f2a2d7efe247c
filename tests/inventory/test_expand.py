"""What the file says on several levels comes to targets."""

from datetime import timedelta

import pytest

from aescan.inventory.entries import HostEntry, Shared
from aescan.inventory.expand import Endpoint, Level, expand, first_level, lay_over, targets_of
from aescan.inventory.hosts import hosts
from aescan.inventory.model import Addresses, Target
from aescan.inventory.services import load_services
from aescan.settings.document import parse
from aescan.settings.policy import Thresholds
from aescan.settings.problems import Mistake
from aescan.settings.validation import check
from aescan.tls.capture import ViewName

SERVICES = load_services()
FIRST = first_level(Thresholds(), SERVICES)
DEFAULT_PORTS = [443, 8443, 4722, 1066, 9998, 4723]


def level(*texts: str) -> Level:
    """Return what holds when these mappings are laid over each other, the first one lowest."""
    found = FIRST
    for text in texts:
        document = parse("f", text.encode(), "")
        entry = check(Shared, document, context=SERVICES)
        assert entry is not None, document.texts()
        found = lay_over(found, entry, SERVICES, document, ())
        assert document.problems == []
    return found


def ports(found: Level) -> list[int]:
    """Return the ports to scan on a level."""
    return [endpoint.port for endpoint in found.endpoints]


def test_nothing_said_means_the_default_services() -> None:
    """Each port has its service."""
    assert FIRST.endpoints == tuple(
        Endpoint(
            port,
            service,
            mutual_tls=service == "tr87",
            http=service == "oam",
            twin={4722: 4721, 9998: 9999}.get(port),
            name_service=450 if service == "tsapi" else None,
        )
        for port, service in zip(DEFAULT_PORTS, ("oam", "oam", "dmcc", "tsapi", "cvlan", "tr87"), strict=True)
    )


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["services: [dmcc]"], [4722]),
        (["ports: [9443]"], [9443]),
        (["ports: [1066-1068, 4722]"], [1066, 1067, 1068, 4722]),
        (["services: [dmcc]", "ports: [9443]"], [4722, 9443]),
        (["services: [dmcc]", "services: [cvlan]"], [9998]),
        (["ports: [1]", "ports: [2]"], [2]),
        (["services: [dmcc, oam]", "ports: [4722]"], [443, 8443, 4722]),
        (["services: [dmcc, dmcc]"], [4722]),
        (["ports: []"], DEFAULT_PORTS),
        (["services: []"], []),
        (["services: [dmcc]", "services: []\nports: [1]"], [1]),
        (['release: "8.1"'], DEFAULT_PORTS),
    ],
)
def test_services_and_ports_are_two_keys(texts: list[str], expected: list[int]) -> None:
    """Each is replaced as a whole by a higher level, neither by the other; a port counts once."""
    assert ports(level(*texts)) == expected


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        ("ports: [4722]", Endpoint(4722, "dmcc", twin=4721)),
        ("ports: [9443]", Endpoint(9443, "")),
        ("ports: [{port: 9443, service: oam}]", Endpoint(9443, "oam", http=True)),
        ("ports: [{port: 4722, service: oam, name: x}]", Endpoint(4722, "oam", "x", http=True)),
        ("ports: [{port: 5678, service: dlg}]", Endpoint(5678, "dlg")),
    ],
)
def test_a_listed_port_has_the_service_said_or_known(text: str, endpoint: Endpoint) -> None:
    """The catalogue knows the service of its TLS ports; another port is a bare one."""
    assert level(text).endpoints == (endpoint,)


def test_labels_and_thresholds_are_laid_over_key_by_key() -> None:
    """What a level leaves out comes from the one below."""
    found = level(
        "labels: {site: denver, owner: voice}\nthresholds: {notice: 90d}",
        "labels: {site: paris}\nthresholds: {warning: 45d}",
    )

    assert found.labels == {"site": "paris", "owner": "voice"}
    assert found.thresholds == Thresholds(timedelta(days=90), timedelta(days=45), timedelta(days=15))


def test_other_keys_are_replaced() -> None:
    """The highest level that says a key counts."""
    found = level(
        'release: "8.1"\naddresses: all\nsni: a', 'release: "10.1"\nsni: false\nprotocols: true\nviews: [sni, rsa, sni]'
    )

    assert (found.release, found.addresses, found.sni, found.protocols) == ("10.1", Addresses.ALL, False, True)
    assert found.views == (ViewName.SNI, ViewName.RSA)


def test_a_target_has_all_that_was_said() -> None:
    """Every field of the model is filled."""
    text = """\
host: aes1.example.com
name: denver
address: 10.1.2.3
ports: [{port: 9443, service: oam}, {port: 4722, name: denver-dmcc}]
sni: aes.example.com
release: "8.1"
addresses: all
interval: 15m
protocols: true
views: [rsa, ecdsa]
thresholds: {notice: 90d}
labels: {site: denver}
"""
    document = parse("f", text.encode(), "")
    entry = check(HostEntry, document, context=SERVICES)
    assert entry is not None

    first, second = targets_of(entry, lay_over(FIRST, entry, SERVICES, document, ()), "inventory.yml")

    assert first == Target(
        name="denver:9443",
        host="aes1.example.com",
        port=9443,
        service="oam",
        release="8.1",
        server_name="aes.example.com",
        addresses=Addresses.ALL,
        address="10.1.2.3",
        interval=900.0,
        protocols=True,
        views=(ViewName.RSA, ViewName.ECDSA),
        thresholds=Thresholds(notice=timedelta(days=90)),
        labels={"site": "denver"},
        source="inventory.yml",
    )
    assert (second.name, second.port, second.service) == ("denver-dmcc", 4722, "dmcc")


@pytest.mark.parametrize(
    ("host", "text", "name", "server_name"),
    [
        ("aes1", "ports: [4722]", "aes1:4722", "aes1"),
        ("aes1", "ports: [4722]\nsni: false", "aes1:4722", None),
        ("aes1", "ports: [4722]\nsni: aes2.", "aes1:4722", "aes2"),
        ("10.1.2.3", "ports: [4722]", "10.1.2.3:4722", None),
        ("10.1.2.3", "ports: [4722]\nsni: aes2", "10.1.2.3:4722", "aes2"),
        ("::1", "ports: [4722]", "[::1]:4722", None),
    ],
)
def test_name_and_sni_come_from_the_host(host: str, text: str, name: str, server_name: str | None) -> None:
    """An address is never sent as SNI unless a name is given for it."""
    (target,) = expand(hosts(host), level(text), "f")

    assert (target.name, target.server_name, target.endpoint) == (name, server_name, name)
    assert target.address is None


def test_twins_to_look_at() -> None:
    """Ports that have a twin in the catalogue, where that is wanted; a port that was moved has none."""
    text = "services: [oam, dmcc, cvlan]\nports: [1066, {port: 14722, service: dmcc}]\ntwins: true"
    found = {target.port: target.twin for target in expand(hosts("aes1"), level(text), "f")}

    assert found == {443: None, 8443: None, 4722: 4721, 9998: 9999, 1066: None, 14722: None}
    assert not any(target.twin for target in expand(hosts("aes1"), FIRST, "f"))


def test_clocks_to_ask() -> None:
    """SNTP is asked of every target's host, the date of an answer only where the service speaks HTTP."""
    text = "services: [oam, dmcc]\nports: [1066, {port: 9443, service: weblm}, 9999]\nsntp: true\nhttp_date: true"
    targets = list(expand(hosts("aes1"), level(text), "f"))

    assert all(target.sntp for target in targets)
    assert [target.port for target in targets if target.http_date] == [443, 8443, 9443]
    assert not any(target.sntp or target.http_date for target in expand(hosts("aes1"), FIRST, "f"))


def test_what_stands_for_discovered_ports() -> None:
    """Only what naming the service scans; a port that is listed is what it is."""
    text = "services: [tsapi, dmcc]\nports: [1067]"
    found = {
        said: [(target.port, target.discover) for target in expand(hosts("aes1"), level(text, said), "f")]
        for said in ("discover: tsapi", "discover: false", "sntp: false")
    }

    assert found["discover: tsapi"] == [(1066, 450), (4722, None), (1067, None)]
    assert found["discover: false"] == found["sntp: false"] == [(1066, None), (4722, None), (1067, None)]


def test_a_range_gives_a_target_per_host_and_port() -> None:
    """Host by host, port by port."""
    names = [target.name for target in expand(hosts("10.20.0.0/30"), level("ports: [1, 2]"), "f")]

    assert names == ["10.20.0.1:1", "10.20.0.1:2", "10.20.0.2:1", "10.20.0.2:2"]


def test_the_largest_range_is_expanded() -> None:
    """65,536 targets is the limit itself."""
    assert sum(1 for _ in expand(hosts("2001:db8::/112"), level("ports: [4722]"), "f")) == 65_536


@pytest.mark.parametrize(
    ("host", "text", "said"),
    [
        (
            "10.0.0.0/8",
            "ports: [4722]",
            "10.0.0.0/8 with 1 port comes to 16,777,214 targets; 65,536 are the most of one entry",
        ),
        (
            "10.0.0.0/16",
            "ports: [1, 2]",
            "10.0.0.0/16 with 2 ports comes to 131,068 targets; 65,536 are the most of one entry",
        ),
        ("aes1", "services: []", "there is no port to scan on this host"),
    ],
)
def test_none_or_too_many_targets_are_a_mistake(host: str, text: str, said: str) -> None:
    """It is raised at once, before anything is expanded."""
    with pytest.raises(Mistake) as caught:
        expand(hosts(host), level(text), "f")
    assert caught.value.text == said
    assert caught.value.hint


def test_whole_handshakes_where_settings_or_the_inventory_want_them() -> None:
    """What the settings say holds where the inventory says nothing else."""
    wanted = first_level(Thresholds(), SERVICES, full_handshake=True)
    document = parse("f", b"full_handshake: false", "")
    entry = check(Shared, document, context=SERVICES)
    assert entry is not None
    unwanted = lay_over(wanted, entry, SERVICES, document, ())

    assert all(target.full_handshake for target in expand(hosts("aes1"), wanted, "f"))
    assert not any(target.full_handshake for target in expand(hosts("aes1"), unwanted, "f"))
