"""Prometheus's target groups become targets, or all their mistakes at once."""

import json
from collections.abc import Mapping

import pytest

from aescan.errors import ConfigError
from aescan.inventory.expand import first_level
from aescan.inventory.groups import read_groups
from aescan.inventory.listing import Listing
from aescan.inventory.services import load_services
from aescan.settings.policy import Thresholds

SERVICES = load_services()
FIRST = first_level(Thresholds(), SERVICES)


def listing(text: str) -> Listing:
    """Return what a file with this text lists."""
    return read_groups("sd.json", text.encode(), FIRST, SERVICES)


def said(text: str) -> list[str]:
    """Return the first lines of what is wrong with a file."""
    return [problem.splitlines()[0] for problem in listing(text).document.texts()]


def group(labels: Mapping[str, object], *targets: str) -> str:
    """Return a list of one group."""
    return json.dumps([{"targets": targets or ["aes1:4722"], "labels": labels}])


JSON = """[
  {"targets": ["aes1.example.com:4722", "[2001:DB8::1]:443"], "labels": {"site": "paris", "job": "aes"}},
  {"targets": ["10.0.0.1:450"]}, {"targets": null, "labels": null}, {"targets": []}
]
"""
YAML = """# for both
- targets: [aes1.example.com:4722, "[2001:DB8::1]:443"]
  labels: {site: paris, job: aes}
- targets:
  - 10.0.0.1:450
"""


@pytest.mark.parametrize(("text", "places"), [(JSON, [(2, 3), (2, 3), (3, 3)]), (YAML, [(2, 3), (2, 3), (4, 3)])])
def test_targets_with_the_labels_of_their_group(text: str, places: list[tuple[int, int]]) -> None:
    """In either language; the port says which service it is, and the name is what is sent as SNI."""
    found = listing(text)

    assert found.document.problems == []
    assert [(target.name, target.service, target.server_name, target.labels) for target in found.targets] == [
        ("aes1.example.com:4722", "dmcc", "aes1.example.com", {"site": "paris", "job": "aes"}),
        ("[2001:db8::1]:443", "oam", None, {"site": "paris", "job": "aes"}),
        ("10.0.0.1:450", "", None, {}),
    ]
    assert found.locations == places
    assert {target.source for target in found.targets} == {"sd.json"}


@pytest.mark.parametrize("text", ["[]", " [ ] \n", "--- []"])
def test_an_empty_list_is_sound(text: str) -> None:
    """It is what http_sd says where there is nothing."""
    found = listing(text)
    assert (found.targets, found.document.problems) == ([], [])


def test_labels_of_aescan_itself() -> None:
    """What /sd serves is understood."""
    labels = {
        "__meta_aescan_name": "the first",
        "__meta_aescan_service": "tsapi",
        "__meta_aescan_release": "10.1",
        "__meta_aescan_server_name": "AES.example.com",
        "__meta_aescan_label_site": "paris",
        "owner": "voice",
    }
    (target,) = listing(group(labels, "192.0.2.1:1099")).targets

    assert (target.name, target.service, target.release) == ("the first", "tsapi", "10.1")
    assert (target.host, target.port, target.server_name) == ("192.0.2.1", 1099, "aes.example.com")
    assert target.labels == {"site": "paris", "owner": "voice"}


def test_labels_that_mean_nothing_here() -> None:
    """Prometheus's own are dropped unread, and so are empty ones: an empty label is none."""
    labels = {
        "__address__": 5,
        "__param_module": "\x00",
        "__meta_x": None,
        "__meta_aescan_other": "x",
        "__meta_aescan_label_": "x",
        "__meta_aescan_label_1a": "x",
        "__meta_aescan_server_name": "",
        "site": "",
        "owner": "voice",
    }
    (target,) = listing(group(labels)).targets

    assert target.labels == {"owner": "voice"}
    assert target.server_name == "aes1"


def test_labels_that_aescan_sets_itself_are_exported() -> None:
    """As Prometheus does it where it scrapes them; none gets lost."""
    labels = {"host": "a", "exported_host": "b", "port": "c", "__meta_aescan_label___x": "d"}
    (target,) = listing(group(labels)).targets

    assert target.labels == {
        "exported_host": "b",
        "exported_exported_host": "a",
        "exported_port": "c",
        "exported___x": "d",
    }


def test_the_same_target_twice() -> None:
    """Is one, unless something else is said of it, which is for whoever compares to say."""
    text = '[{"targets": ["a:1", "a:1"]}, {"targets": ["a:1"]}, {"targets": ["a:1"], "labels": {"site": "x"}}]'
    assert [(target.name, target.labels) for target in listing(text).targets] == [("a:1", {}), ("a:1", {"site": "x"})]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[{"targets": ["aes1"]}]', ["1:15: targets[0]: aes1 has no port"]),
        ('[{"targets": ["https://a:1/x"]}]', ["1:15: targets[0]: https://a:1/x is a URL"]),
        ('[{"targets": ["10.0.0.0/30:1"]}]', ["1:15: targets[0]: 10.0.0.0/30 is a range, which cannot stand here"]),
        ('[{"targets": ["a:0", "b:x", 5]}]', [
            "1:15: targets[0]: 0 is not a port (1–65535)",
            "1:22: targets[1]: x is not a port (1–65535)",
            '1:29: targets[2]: 5 is a number, not text; write "5" in quotes',
        ]),
        ('[{"labels": {}}]', ["1:2: the key targets is missing"]),
        ('[{"targets": "a:1"}]', ['1:14: targets: "a:1" is not a list']),
        ('[{"targets": [], "label": {}}]', ["1:18: label: there is no such key"]),
        ('[{"targets": [], "labels": []}]', ["1:28: labels: a list is not a mapping of keys to values"]),
        ('[{"targets": [], "labels": {"a-b": "x"}}]', [
            '1:29: labels.a-b: "a-b" is not a label name (letters, digits and underscores, no digit first)'
        ]),
        ('[{"targets": [], "labels": {"a": "\\u0007"}}]', ["1:34: labels.a: the character U+0007 cannot be shown"]),
        ('[{"targets": [], "labels": {"__meta_aescan_service": "tsap"}}]', [
            "1:28: labels: tsap is not the name of a service"
        ]),
        ('[{"targets": [], "labels": {"__meta_aescan_server_name": "10.0.0.1"}}]', [
            "1:28: labels: 10.0.0.1 is an address, which TLS does not allow as SNI"
        ]),
        ('[{"targets": ["a:1", "a:2"], "labels": {"__meta_aescan_name": "x"}}]', [
            "1:2: 2 targets cannot share one __meta_aescan_name"
        ]),
        ("[5,\n {}]", ["1:2: 5 is not a mapping of keys to values", "2:2: the key targets is missing"]),
        ('{"targets": []}', ["1:1: this cannot be the whole file"]),
        ('"x"', ["1:1: this cannot be the whole file"]),
        ("[{}", ["1:2: the key targets is missing", "1:4: a comma is missing here, or the end of the list"]),
        ("[\r\n{},]", [
            "2:1: the key targets is missing",
            "2:4: a value is missing here, or begins with no character that JSON knows",
        ]),
        ("[", ["1:2: a value is missing here, or begins with no character that JSON knows"]),
        ("[] []", ["1:4: nothing may stand after the end"]),
        ("targets: []", ["1:1: a mapping cannot be the whole file"]),
        ("- {targets: [a:1], labels: {x: NO}}", ['1:32: labels.x: NO means false in YAML; write "NO" in quotes']),
        ("- &a {targets: [a:1]}\n- {<<: *a}", [
            "2:3: the key targets is missing",
            "2:4: [1]: << merges are not read here",
        ]),
    ],
)  # fmt: skip
def test_mistakes_have_their_place(text: str, expected: list[str]) -> None:
    """All of them at once."""
    assert said(text) == sorted(f"sd.json:{each}" for each in expected)


def test_there_is_a_limit_to_labels() -> None:
    """That of a target; what is dropped does not count."""
    dropped = {f"__meta_{number}": "x" for number in range(100)}
    kept = {f"l{number}": "x" for number in range(30)}

    assert said(group(dropped | kept)) == []
    assert said(group(kept | {"one": "more"}))[0].endswith("labels: these are 31 labels; 30 are the most")


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"\xff", b"- [\n", b"\x00"])
def test_what_has_no_list_at_all_is_raised(content: bytes) -> None:
    """There is nothing to gather in it."""
    with pytest.raises(ConfigError):
        read_groups("sd.yml", content, FIRST, SERVICES)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("5", '5 is a number, not text; write "5" in quotes'),
        ("-1.5e3", '-1.5e3 is a number, not text; write "-1.5e3" in quotes'),
        ("true", 'true is a truth value, not text; write "true" in quotes'),
        ("null", "null is nothing, not text; write text in quotes"),
    ],
)
def test_mistakes_are_told_in_the_words_of_json(written: str, said: str) -> None:
    """Nothing is said of YAML, whose rules for what stands without quotes are others."""
    text = f'[{{"targets": ["a:1"], "labels": {{"x": {written}}}}}]'
    (problem,) = read_groups("sd.json", text.encode(), FIRST, SERVICES).document.texts()

    assert problem.splitlines()[0] == f"sd.json:1:39: labels.x: {said}"
