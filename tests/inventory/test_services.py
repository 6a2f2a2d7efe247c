"""The catalogue of services is facts with sources, and a site's own is laid over it."""

from pathlib import Path

import pytest

from aescan.errors import ConfigError
from aescan.inventory.services import Service, ServicePorts, load_services

OWN = """\
services:
  - key: dmcc
    title: Our DMCC
    mutual_tls: true
    ports:
      - {port: 14722, tls: true, confidence: sourced, source: our network plan, note: moved}
      - {port: 14721, tls: false, confidence: sourced, source: our network plan}
  - key: web
    title: Our web
    default: true
    ports:
      - {port: 9443-9444, tls: true, confidence: sourced, source: our network plan}
      - {port: 9445, tls: true, scan: false, confidence: sourced, source: our network plan}
      - {port: 443, tls: true, confidence: sourced, source: our network plan}
"""


def own(folder: Path, text: str) -> Path:
    """Return the path of a site's catalogue with this text."""
    path = folder / "services.yml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("key", "ports"),
    [
        ("oam", (443, 8443)),
        ("dmcc", (4722,)),
        ("tsapi", (1066,)),
        ("cvlan", (9998,)),
        ("tr87", (4723,)),
        ("weblm", (52233,)),
        ("ldap", (636,)),
        ("dlg", ()),
    ],
)
def test_a_service_name_stands_for_its_tls_ports(key: str, ports: tuple[int, ...]) -> None:
    """Plain ports are listed for information only, and of the TLINKs only the first is scanned by name."""
    assert load_services().by_key[key].scanned == ports


def test_the_default_services_are_those_of_ae_services_itself() -> None:
    """Licensing and directory are scanned where they are asked for."""
    assert load_services().default == ("oam", "dmcc", "tsapi", "cvlan", "tr87")


@pytest.mark.parametrize(
    ("port", "confidence"),
    [
        (443, "unverified"),
        (8443, "unverified"),
        (4721, "sourced"),
        (4722, "sourced"),
        (450, "sourced"),
        (1066, "unverified"),
        (1081, "unverified"),
        (9998, "sourced"),
        (9999, "sourced"),
        (4723, "unverified"),
        (5678, "sourced"),
        (52233, "unverified"),
        (636, "unverified"),
    ],
)
def test_every_port_says_how_sure_it_is(port: int, confidence: str) -> None:
    """No number from general knowledge passes for a sourced one."""
    entries = [entry for service in load_services().by_key.values() for entry in service.ports if port in entry.ports]

    assert [entry.confidence for entry in entries] == [confidence]
    assert entries[0].source


def test_plain_twins() -> None:
    """Of the ports with a twin both numbers are sourced, and the twin is known to be without TLS."""
    entries = [entry for service in load_services().by_key.values() for entry in service.ports]
    assert {entry.ports[0]: entry.twin for entry in entries if entry.twin} == {4722: 4721, 9998: 9999}
    plain = [entry for entry in entries if entry.ports[0] in {4721, 9999}]
    assert [(entry.tls, entry.confidence) for entry in plain] == [(False, "sourced")] * 2


def test_only_tr87_is_known_to_demand_client_certificates() -> None:
    """Elsewhere it is a choice of the administrator."""
    assert [service.key for service in load_services().by_key.values() if service.mutual_tls] == ["tr87"]


@pytest.mark.parametrize(("port", "key"), [(4722, "dmcc"), (1070, "tsapi"), (8443, "oam"), (4721, ""), (9443, "")])
def test_a_tls_port_leads_to_its_service(port: int, key: str) -> None:
    """A plain port or an unknown one belongs to none."""
    assert load_services().at(port) == key


def test_a_sites_own_catalogue_replaces_and_adds(tmp_path: Path) -> None:
    """A service of the same key is replaced whole; the order of the shipped ones stays."""
    services = load_services(own(tmp_path, OWN))

    plan = "our network plan"
    assert services.by_key["dmcc"] == Service(
        key="dmcc",
        title="Our DMCC",
        ports=(
            ServicePorts(range(14722, 14723), tls=True, scan=True, confidence="sourced", source=plan, note="moved"),
            ServicePorts(range(14721, 14722), tls=False, scan=False, confidence="sourced", source=plan),
        ),
        mutual_tls=True,
    )
    assert services.by_key["web"].scanned == (9443, 9444, 443)
    assert services.default == ("oam", "tsapi", "cvlan", "tr87", "web")
    assert [services.at(port) for port in (4722, 14722, 9445, 443)] == ["", "dmcc", "web", "oam"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "14721, tls: false",
            "14721, tls: false, twin: 14720",
            "7:9: services[0].ports[1]: only a single port with tls: true has a twin without TLS",
        ),
        (
            "14721, tls: false",
            "14721, tls: true, twin: 0",
            "7:40: services[0].ports[1].twin: 0 is not a whole number from 1 to 65535",
        ),
        ("key: web", "key: Web", "8:10: services[1].key: Web is not a key of small letters, digits and underscores"),
        ("key: web", "key: dmcc", "8:10: services[1].key: dmcc is the key of two services"),
        ("9443-9444", "94430", "12:16: services[1].ports[0].port: 94430 is not a port (1–65535)"),
        ("9443-9444", "9444-9443", "12:16: services[1].ports[0].port: 9444-9443 runs backwards"),
        (
            "14721, tls: false",
            "14721, tls: plain",
            "7:28: services[0].ports[1].tls: plain is not true or false",
        ),
        ("14721, tls: false", "14721", "7:9: services[0].ports[1]: the key tls is missing"),
        (
            "mutual_tls: true\n    ports:",
            "default: true\n    ports: []\n    prots:",
            "6:5: services[0].prots: there is no such key",
        ),
        (
            "mutual_tls: true",
            "default: true\n    ports: []\n  - key: x\n    title: x",
            "2:5: services[0]: dmcc is scanned by default but has no port with tls: true",
        ),
    ],
)
def test_each_mistake_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    """The catalogue is held to the same strictness as the inventory."""
    assert old in OWN
    path = own(tmp_path, OWN.replace(old, new))
    with pytest.raises(ConfigError) as caught:
        load_services(path)
    assert [text.partition("\n")[0] for text in caught.value.problems] == [f"{path}:{said}"]
