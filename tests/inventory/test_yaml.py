"""An inventory file becomes targets, or all its mistakes at once."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aescan.errors import ConfigError
from aescan.inventory import listing as listing_module
from aescan.inventory.expand import first_level
from aescan.inventory.listing import Listing
from aescan.inventory.services import load_services
from aescan.inventory.yaml import read_yaml
from aescan.settings.policy import Thresholds

SERVICES = load_services()


def listing(text: str, thresholds: Thresholds | None = None) -> Listing:
    """Return what a file with this text lists."""
    return read_yaml("inventory.yml", text.encode(), first_level(thresholds or Thresholds(), SERVICES), SERVICES)


def test_groups_come_first_each_with_its_defaults() -> None:
    """A host gets what the file, its group and itself say, in that order."""
    found = listing("""\
defaults: {ports: [4722], labels: {owner: voice}}
groups:
  - name: denver
    defaults: {release: "8.1", labels: {site: denver}, thresholds: {warning: 45d}}
    hosts: [aes1, {host: aes2, labels: {site: boulder}}]
  - hosts: [aes3]
hosts:
  - aes4:9998
""")

    assert found.document.problems == []
    assert [(target.name, target.service, target.release, target.labels) for target in found.targets] == [
        ("aes1:4722", "dmcc", "8.1", {"owner": "voice", "site": "denver"}),
        ("aes2:4722", "dmcc", "8.1", {"owner": "voice", "site": "boulder"}),
        ("aes3:4722", "dmcc", "", {"owner": "voice"}),
        ("aes4:9998", "cvlan", "", {"owner": "voice"}),
    ]
    assert [target.thresholds.warning.days for target in found.targets] == [45, 45, 30, 30]
    assert {target.source for target in found.targets} == {"inventory.yml"}
    assert found.locations == [
        ("groups", 0, "hosts", 0),
        ("groups", 0, "hosts", 1),
        ("groups", 1, "hosts", 0),
        ("hosts", 0),
    ]


def test_thresholds_begin_with_the_settings() -> None:
    """Settings, defaults, group and host each add what they say."""
    text = """\
defaults: {thresholds: {warning: 50d}}
groups:
  - defaults: {thresholds: {critical: 20d}}
    hosts: [{host: aes1, ports: [1], thresholds: {notice: 70d}}]
"""
    found = listing(text, Thresholds(notice=timedelta(days=80)))

    assert found.targets[0].thresholds == Thresholds(timedelta(days=70), timedelta(days=50), timedelta(days=20))


def test_a_plain_port_is_the_only_one() -> None:
    """The services of the defaults are not scanned on it."""
    found = listing("defaults: {services: [oam]}\nhosts: [aes1:4722]\n")

    assert [target.name for target in found.targets] == ["aes1:4722"]


def test_a_host_may_have_targets_of_the_same_endpoint() -> None:
    """Two names for one endpoint are two targets."""
    found = listing("hosts:\n  - {host: aes1, ports: [4722]}\n  - {host: aes1, name: x, ports: [4722]}\n")

    assert [target.name for target in found.targets] == ["aes1:4722", "x:4722"]


@pytest.mark.parametrize(
    "text", ["hosts: []\n", "defaults: {ports: [1]}\n", "groups: [{name: x}]\n", "groups: [{hosts: []}]\n"]
)
def test_an_empty_inventory_is_a_mistake(text: str) -> None:
    """Scanning nothing is never what was meant."""
    said = "inventory.yml:1:1: no hosts are listed\n    "
    hint = "list at least one under hosts, or under the hosts of a group"

    assert listing(text).document.texts() == [f"{said}{text.strip()}\n    ^\n    {hint}"]


def test_every_mistake_is_found_at_once() -> None:
    """A mistake in one place hides none in another."""
    found = listing("""\
default: {}
defaults: {relase: "8.1", thresholds: {warning: 99d}}
groups:
  - defaults: {thresholds: {critical: 99d}}
    nmae: x
    hosts: [aes1:0, {host: aes2, thresholds: {notice: 1d}}]
  - 5
  - hosts: aes3
hosts:
  - host: aes4
    host: aes5
    release: NO
  - 10.0.0.0/8
  - {host: aes6, services: []}
""")

    assert [text.partition("\n")[0] for text in found.document.texts()] == [
        "inventory.yml:1:1: default: there is no such key",
        "inventory.yml:2:12: defaults.relase: there is no such key",
        "inventory.yml:2:39: defaults.thresholds: notice 60d, warning 99d, critical 15d are out of order",
        "inventory.yml:4:28: groups[0].defaults.thresholds: notice 60d, warning 30d, critical 99d are out of order",
        "inventory.yml:5:5: groups[0].nmae: there is no such key",
        "inventory.yml:6:13: groups[0].hosts[0]: 0 is not a port (1–65535)",
        "inventory.yml:6:46: groups[0].hosts[1].thresholds: notice 1d, warning 30d, critical 15d are out of order",
        "inventory.yml:7:5: groups[1]: 5 is not a mapping of keys to values",
        "inventory.yml:8:12: groups[2].hosts: aes3 is not a list",
        "inventory.yml:11:5: hosts[0].host: written twice, first in line 10",
        'inventory.yml:12:14: hosts[0].release: NO means false in YAML; write "NO" in quotes',
        (
            "inventory.yml:13:5: hosts[1]: 10.0.0.0/8 with 6 ports comes to 100,663,284 targets; "
            "65,536 are the most of one entry"
        ),
        "inventory.yml:14:5: hosts[2]: there is no port to scan on this host",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hosts:\n", "1:7: hosts: the value is missing; write a list, or take the key out"),
        ("hosts: aes1\n", "1:8: hosts: aes1 is not a list"),
        (
            "hosts: [a:1]\ndefaults:\n",
            "2:10: defaults: the value is missing; write a mapping of keys to values, or take the key out",
        ),
        ("hosts: [a:1]\ndefaults: {host: x}\n", "2:12: defaults.host: there is no such key"),
        (
            "hosts: [a:1]\ngroups: [{hosts: [b:1], defaults: 5}]\n",
            "2:35: groups[0].defaults: 5 is not a mapping of keys to values",
        ),
    ],
)
def test_the_frame_of_the_file_is_checked(text: str, said: str) -> None:
    """Lists and mappings stand where they belong."""
    assert [text.partition("\n")[0] for text in listing(text).document.texts()] == [f"inventory.yml:{said}"]


def test_the_whole_file_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told once, where the limit was passed."""
    monkeypatch.setattr(listing_module, "MOST_TARGETS", 3)
    found = listing("hosts:\n  - a:1\n  - 10.0.0.0/29:4722\n  - b:1\n  - c:1\n")

    assert [text.partition("\n")[0] for text in found.document.texts()] == [
        "inventory.yml:3:5: hosts[1]: the file comes to more than 3 targets"
    ]


SAMPLE = (Path(__file__).parents[2] / "config" / "inventory.yml").read_bytes()
PIECES = st.sampled_from(
    [
        b"NO",
        b"22:30",
        b"[",
        b"{",
        b"]",
        b": ",
        b"- ",
        b"\n",
        b"\t",
        b"\xff",
        b"&a ",
        b"*a",
        b"!!x ",
        b"~",
        b"0x10",
        b"<<: ",
    ]
)


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(0, len(SAMPLE)), st.integers(0, 40), PIECES | st.binary(max_size=4)), max_size=4))
def test_no_file_breaks_the_reading(edits: list[tuple[int, int, bytes]]) -> None:
    """Whatever a file holds, it comes to targets or to problems that can be shown."""
    content = SAMPLE
    for start, length, piece in edits:
        content = content[:start] + piece + content[start + length :]
    try:
        found = read_yaml("inventory.yml", content, first_level(Thresholds(), SERVICES), SERVICES)
    except ConfigError as error:
        texts = list(error.problems)
    else:
        texts = found.document.texts()
        assert found.targets or texts
    assert all(line.isprintable() for text in texts for line in text.split("\n"))
