"""JSON lines become targets, or all their mistakes at once."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aescan.errors import ConfigError
from aescan.inventory.expand import Level, first_level
from aescan.inventory.jsonl import read_jsonl
from aescan.inventory.listing import Listing
from aescan.inventory.services import load_services
from aescan.inventory.yaml import read_yaml
from aescan.settings.policy import Thresholds

SERVICES = load_services()
FIRST = first_level(Thresholds(), SERVICES)


def listing(*lines: str, level: Level = FIRST) -> Listing:
    """Return what a file of these lines lists."""
    return read_jsonl("a.jsonl", "\n".join(lines).encode(), level, SERVICES)


def test_each_line_is_a_host() -> None:
    """With the keys that a YAML inventory has, or as text; empty lines are nothing."""
    found = listing(
        '{"host": "aes1", "ports": [4722], "labels": {"site": "paris"}, "thresholds": {"warning": "45d"}}',
        "",
        '"aes2:443"\r',
        '  {"host": "10.0.0.0/30", "ports": ["1-2"], "release": "10.1"}',
    )

    assert found.document.problems == []
    assert [(target.name, target.service, target.release, target.labels) for target in found.targets] == [
        ("aes1:4722", "dmcc", "", {"site": "paris"}),
        ("aes2:443", "oam", "", {}),
        ("10.0.0.1:1", "", "10.1", {}),
        ("10.0.0.1:2", "", "10.1", {}),
        ("10.0.0.2:1", "", "10.1", {}),
        ("10.0.0.2:2", "", "10.1", {}),
    ]
    assert found.targets[0].thresholds.warning == timedelta(days=45)
    assert found.locations[:2] == [(1, 1), (3, 1)]
    assert found.locations[2:] == [(4, 3)] * 4


def test_mistakes_of_all_lines() -> None:
    """Each at its line and column, in the words that a YAML inventory gets."""
    found = listing(
        '{"host": "aes1", "ports": [4722, 0]}',
        '{"host": "aes2", "labels": {"host": "x"}}',
        '{"host": }',
        '"aes3:5" "aes4:5"',
        "5",
        '{"port": 1}',
        '{"host": "aes5", "thresholds": {"notice": "1d"}}',
        '{"host": "10.0.0.0/8"}',
    )

    assert [text.splitlines()[0] for text in found.document.texts()] == [
        "a.jsonl:1:34: ports[1]: 0 is not a port (1–65535)",
        "a.jsonl:2:29: labels.host: host is a label that aescan sets itself",
        "a.jsonl:3:10: a value is missing here, or begins with no character that JSON knows",
        "a.jsonl:4:10: nothing may stand after the end of the host",
        'a.jsonl:5:1: 5 is a number, not text; write "5" in quotes',
        "a.jsonl:6:1: the key host is missing",
        "a.jsonl:6:2: port: there is no such key",
        "a.jsonl:7:32: thresholds: notice 1d, warning 30d, critical 15d are out of order",
        "a.jsonl:8:1: 10.0.0.0/8 with 6 ports comes to 100,663,284 targets; 65,536 are the most of one entry",
    ]


def test_what_is_no_json_lines_is_soon_given_up() -> None:
    """A file of another kind is not told of line by line."""
    found = listing(*["x"] * 1000)

    assert len(found.document.problems) == 51
    assert found.document.texts()[-1] == "a.jsonl: and 1 more problems"


def test_an_empty_file_is_a_mistake() -> None:
    """Nobody means to scan nothing."""
    assert listing("", "").document.texts() == ["a.jsonl:1:1: no hosts are listed\n    list at least one"]


def test_what_is_no_text_is_raised() -> None:
    """There is nothing to point at but the byte."""
    with pytest.raises(ConfigError, match=r"^a\.jsonl:1:2: the byte 0xff is not UTF-8"):
        read_jsonl("a.jsonl", b"\n\xff"[1:].join([b'"', b'"']), FIRST, SERVICES)


HOSTS = st.fixed_dictionaries(
    {"host": st.sampled_from(["a", "B.example.com", "10.0.0.1", "2001:DB8::1", "10.0.0.0/30", "a:1", "", 5, True])},
    optional={
        "name": st.sampled_from(["n", "", 1]),
        "address": st.sampled_from(["10.0.0.9", "x", 1]),
        "ports": st.sampled_from([[1], ["1-3"], [0], 5, [True], [1.0]]),
        "services": st.sampled_from([["oam"], ["none"], []]),
        "protocols": st.sampled_from([True, False, 1, 0, "true"]),
        "labels": st.sampled_from([{"site": "x"}, {"site": "y"}, {"port": "x"}, {"a": ""}, {"a": 1}, "x", {}]),
    },
)


@given(st.lists(HOSTS, max_size=6))
def test_hosts_mean_what_they_mean_in_yaml(hosts: list[dict[str, object]]) -> None:
    """Whatever was seen of the hosts before: the short way leads where the long one does."""
    lines = read_jsonl("f", "\n".join(map(json.dumps, hosts)).encode(), FIRST, SERVICES)
    whole = read_yaml("f", json.dumps({"hosts": hosts}).encode(), FIRST, SERVICES)

    assert lines.targets == whole.targets
    assert len(lines.document.problems) == len(whole.document.problems)
