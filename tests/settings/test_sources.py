"""The key ``inventory``: paths, and mappings that say more of them."""

from pathlib import Path

import pytest

from aescan.settings.document import parse
from aescan.settings.sources import FileSource, Format, Sources
from aescan.settings.validation import Entry, check


class File(Entry):
    """A file with that key."""

    inventory: Sources = ()


def sources(text: str) -> tuple[FileSource, ...]:
    """Return what the key with this value says."""
    document = parse("aescan.yml", f"inventory: {text}\n".encode(), "")
    file = check(File, document)
    document.finish()
    assert file is not None
    return tuple(entry.source(Path("etc")) for entry in file.inventory)


def problems(text: str) -> list[str]:
    """Return the first lines of what is wrong with the key."""
    document = parse("aescan.yml", f"inventory: {text}\n".encode(), "")
    check(File, document)
    return [problem.splitlines()[0] for problem in document.texts()]


@pytest.mark.parametrize(
    "text", ["a.csv", "[a.csv]", "{file: a.csv}", "[{file: a.csv}]", "[{file: a.csv, labels: {}}]"]
)
def test_one_file_in_many_ways(text: str) -> None:
    """A path, a mapping, or a list of one of them."""
    assert sources(text) == (FileSource(Path("etc/a.csv")),)


def test_what_a_mapping_says_more() -> None:
    """What the file is written in, and labels for its targets."""
    assert sources("[{file: /srv/export.txt, format: csv, labels: {site: paris}}, b.yml]") == (
        FileSource(Path("/srv/export.txt"), Format.CSV, {"site": "paris"}),
        FileSource(Path("etc/b.yml")),
    )


@pytest.mark.parametrize(
    ("name", "said", "expected"),
    [
        ("a.yml", None, Format.YAML),
        ("a", None, Format.YAML),
        ("a.CSV", None, Format.CSV),
        ("a.jsonl", None, Format.JSONL),
        ("a.ndjson", None, Format.JSONL),
        ("a.json", None, Format.FILE_SD),
        ("a.json", Format.JSONL, Format.JSONL),
    ],
)
def test_the_name_tells_the_format(name: str, said: Format | None, expected: Format) -> None:
    """Unless the operator says it."""
    assert FileSource(Path(name), said).written_in is expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "1:12: inventory: the key file is missing"),
        ("[{format: csv}]", "1:13: inventory[0]: the key file is missing"),
        (
            "[{file: a, format: xml}]",
            "1:31: inventory[0].format: xml is not one of yaml, csv, jsonl, file_sd",
        ),
        ("[{file: a, labels: {port: x}}]", "1:32: inventory[0].labels.port: port is a label that aescan sets itself"),
        ("[{file: a, refresh: 1m}]", "1:23: inventory[0].refresh: there is no such key"),
        ("[[a]]", "1:13: inventory[0]: a list is not text"),
    ],
)
def test_mistakes_have_their_place(text: str, said: str) -> None:
    """As everywhere in the settings."""
    assert problems(text) == [f"aescan.yml:{said}"]
