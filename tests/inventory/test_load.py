"""All files and arguments together become one tuple of targets, or one list of mistakes."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aescan.errors import ConfigError
from aescan.inventory.load import load_inventory, load_targets
from aescan.settings.load import load_settings
from aescan.settings.model import Settings
from aescan.settings.sources import FileSource, Format

SETTINGS = Settings()
CONFIG = Path(__file__).parents[2] / "config"
HINT = "take one of them out, or give one another name"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, text: str) -> Path:
    """Return the path of a file with this text."""
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def problems(*files: Path, arguments: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return what is wrong with files and arguments."""
    with pytest.raises(ConfigError) as caught:
        load_targets(SETTINGS, files, arguments)
    return caught.value.problems


def test_targets_stand_in_the_order_given() -> None:
    """File by file, then the arguments; an argument adds nothing to a target that a file has."""
    first = write("a.yml", "hosts: [{host: aes2, ports: [4722], labels: {site: x}}]\n")
    second = write("b.yml", "hosts: [aes1:4722]\n")

    targets = load_targets(SETTINGS, (first, second), ("aes3:4722", "aes2:4722"))

    assert [(target.name, target.source, target.labels) for target in targets] == [
        ("aes2:4722", "a.yml", {"site": "x"}),
        ("aes1:4722", "b.yml", {}),
        ("aes3:4722", "command line", {}),
    ]


def test_files_of_every_format_together() -> None:
    """Each with labels of its own, which a host may say otherwise; what is listed twice is found across them."""
    third = {"host": "aes3", "ports": [443], "labels": {"site": "oslo"}, "interval": "15m"}
    sources = (
        FileSource(
            write("a.csv", "host,port,labels.site\naes1,4722,paris\naes2,443,\n"), labels={"site": "x", "a": "b"}
        ),
        FileSource(write("b.jsonl", json.dumps(third))),
        FileSource(write("c.json", '[{"targets": ["aes4:443"]}]\n'), None, {"site": "denver"}, timedelta(hours=2)),
        FileSource(write("d.txt", "- targets: [aes5:443]\n"), Format.FILE_SD, {"site": "bonn"}),
        FileSource(
            write("e.yml", "defaults: {labels: {site: rome}}\nhosts: [aes6:443]\n"), labels={"site": "x", "c": "d"}
        ),
    )

    targets = load_targets(SETTINGS, sources, ())
    assert [target.interval for target in targets] == [None, None, 900.0, 7200.0, None, None]
    assert [(target.name, target.labels, target.source) for target in targets] == [
        ("aes1:4722", {"site": "paris", "a": "b"}, "a.csv"),
        ("aes2:443", {"site": "x", "a": "b"}, "a.csv"),
        ("aes3:443", {"site": "oslo"}, "b.jsonl"),
        ("aes4:443", {"site": "denver"}, "c.json"),
        ("aes5:443", {"site": "bonn"}, "d.txt"),
        ("aes6:443", {"site": "rome", "c": "d"}, "e.yml"),
    ]

    write("b.jsonl", '"aes1:4722"\n')
    write("c.json", '[{"targets": ["aes2:443", "aes7:443", "aes7:443"]}]\n')
    with pytest.raises(ConfigError) as caught:
        load_targets(SETTINGS, sources, ())
    assert [problem.splitlines()[0] for problem in caught.value.problems] == [
        "b.jsonl:1:1: the target aes1:4722 is listed twice, first at a.csv:2:1",
        "c.json:1:2: the target aes2:443 is listed twice, first at a.csv:3:1",
    ]


def test_nothing_given_is_nothing_to_scan() -> None:
    """Whether that is a mistake is for the caller to say."""
    assert load_targets(SETTINGS, (), ()) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "hosts:\n  - aes1:4722\n  - {host: AES1, ports: [4722]}\n",
            "a.yml:3:5: hosts[1]: the target aes1:4722 is listed twice, first at a.yml:2:5\n"
            "      - {host: AES1, ports: [4722]}\n        ^\n    " + HINT,
        ),
        (
            "hosts:\n  - {host: aes1, ports: [1, 1]}\n",
            "a.yml:2:5: hosts[0]: the target aes1:1 is listed twice, first at a.yml:2:5\n"
            "      - {host: aes1, ports: [1, 1]}\n        ^\n    " + HINT,
        ),
        (
            "hosts:\n  - aes1\n  - aes1\n",
            "a.yml:3:5: hosts[1]: the target aes1:443 (and 5 more) is listed twice, first at a.yml:2:5\n"
            "      - aes1\n        ^\n    " + HINT,
        ),
        (
            "hosts:\n  - {host: a, name: x, ports: [1]}\n  - {host: b, ports: [{port: 2, name: 'x:1'}]}\n",
            "a.yml:3:5: hosts[1]: the target x:1 is listed twice, first at a.yml:2:5\n"
            "      - {host: b, ports: [{port: 2, name: 'x:1'}]}\n        ^\n    " + HINT,
        ),
    ],
)
def test_a_name_that_is_used_twice_names_both_places(text: str, expected: str) -> None:
    """It stands where the second one is."""
    assert problems(write("a.yml", text)) == (expected,)


def test_names_are_used_once_over_all_files() -> None:
    """The first place may be in another file."""
    first, second = write("a.yml", "hosts: [b:1, aes1:1]\n"), write("b.yml", "hosts: [aes1:1]\n")

    assert problems(first, second) == (
        "b.yml:1:9: hosts[0]: the target aes1:1 is listed twice, first at a.yml:1:14\n"
        "    hosts: [aes1:1]\n            ^\n    " + HINT,
    )


def test_mistakes_of_all_files_and_arguments_are_told_at_once() -> None:
    """A file that cannot be read stops none of the others."""
    first, second = write("a.yml", "hosts: [aes1:0, a:1, a:1]\n"), write("b.yml", "- x\n")

    found = problems(first, Path("no.yml"), second, arguments=("aes1", "aes1:x"))

    assert [text.partition("\n")[0] for text in found] == [
        "no.yml: there is no such file",
        "b.yml:1:1: a list cannot be the whole file",
        "a.yml:1:9: hosts[0]: 0 is not a port (1–65535)",
        "a.yml:1:22: hosts[2]: the target a:1 is listed twice, first at a.yml:1:17",
        "argument 2: aes1:x: x is not a port (1–65535)",
    ]


def test_a_broken_catalogue_stops_the_rest() -> None:
    """No service name could be judged without it."""
    own = write("services.yml", "services: 5\n")
    with pytest.raises(ConfigError) as caught:
        load_targets(replace(SETTINGS, services=own), (Path("no.yml"),), ("aes1:0",))
    assert caught.value.problems == (
        "services.yml:1:11: services: 5 is not a list\n    services: 5\n              ^\n    write [5]",
    )


def test_one_file_is_loaded_by_itself() -> None:
    """The source of its targets is its name as given."""
    (target,) = load_inventory(write("a.yml", "hosts: [aes1:4722]\n"), SETTINGS)

    assert (target.name, target.source) == ("aes1:4722", "a.yml")


def test_the_sample_files_load_together() -> None:
    """The sample settings name the sample inventory, which has hosts of every form."""
    settings = load_settings(CONFIG / "aescan.yml")
    targets = load_targets(settings, settings.inventory, ())

    names = {target.name for target in targets}
    assert {"aes1.example.com:4722", "aes2.example.com:4722", "10.20.0.1:443", "[2001:db8::4]:4722"} <= names
    assert {"paris-aes3:1069", "paris-aes3-console"} <= names
    assert "aes2.example.com:443" not in names
