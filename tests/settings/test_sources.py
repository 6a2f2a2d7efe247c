"""The key ``inventory``: paths, and mappings that say more of them."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from aescan.settings.document import parse
from aescan.settings.sources import FileSd, FileSource, Format, HttpSd, Source, Sources
from aescan.settings.validation import Entry, check


class File(Entry):
    """A file with that key."""

    inventory: Sources = ()


def sources(text: str) -> tuple[Source, ...]:
    """Return what the key with this value says."""
    document = parse("aescan.yml", f"inventory: {text}\n".encode(), "")
    file = check(File, document)
    document.finish()
    assert file is not None
    return tuple(entry.source(Path("etc")) for entry in file.inventory)


def texts(text: str) -> list[str]:
    """Return what is wrong with the key."""
    document = parse("aescan.yml", f"inventory: {text}\n".encode(), "")
    check(File, document)
    return document.texts()


def problems(text: str) -> list[str]:
    """Return the first lines of what is wrong with the key."""
    return [problem.splitlines()[0] for problem in texts(text)]


@pytest.mark.parametrize(
    "text", ["a.csv", "[a.csv]", "{file: a.csv}", "[{file: a.csv}]", "[{file: a.csv, labels: {}}]"]
)
def test_one_file_in_many_ways(text: str) -> None:
    """A path, a mapping, or a list of one of them."""
    assert sources(text) == (FileSource(Path("etc/a.csv")),)


def test_what_a_mapping_says_more() -> None:
    """What the file is written in, and labels for its targets."""
    assert sources("[{file: /srv/export.txt, format: csv, labels: {site: paris}, interval: 15m}, b.yml]") == (
        FileSource(Path("/srv/export.txt"), Format.CSV, {"site": "paris"}, timedelta(minutes=15)),
        FileSource(Path("etc/b.yml")),
    )


def test_files_that_are_watched() -> None:
    """By their pattern alone, by several, or with how often they are looked at."""
    one, two = "{file_sd: 'sd/*.yml', interval: 2h}", "{file_sd: [a.json, /srv/b.YAML]}"
    assert sources(f"[{one}, {two}, {{file_sd: {{files: c.yml, refresh_interval: 5m}}}}]") == (
        FileSd((Path("etc/sd/*.yml"),), interval=timedelta(hours=2)),
        FileSd((Path("etc/a.json"), Path("/srv/b.YAML"))),
        FileSd((Path("etc/c.yml"),), 300),
    )


def test_servers_that_are_asked() -> None:
    """With the keys that Prometheus has for them, secrets in files."""
    assert sources("{http_sd: {url: 'http://cmdb.example.com:8080/sd?role=aes'}}") == (
        HttpSd("http://cmdb.example.com:8080/sd?role=aes"),
    )
    text = (
        "[{labels: {site: x}, interval: 1h, http_sd: {url: 'https://[2001:db8::1]/', refresh_interval: 5m,"
        " basic_auth: {username: me, password_file: p}, tls_config: {ca_file: ca.pem, cert_file: c.pem,"
        " key_file: /k.pem, server_name: cmdb.example.com}}},"
        " {http_sd: {url: 'https://b', authorization: {type: Token, credentials_file: t}}}]"
    )
    assert sources(text) == (
        HttpSd(
            "https://[2001:db8::1]/",
            300,
            username="me",
            password_file=Path("etc/p"),
            ca_file=Path("etc/ca.pem"),
            cert_file=Path("etc/c.pem"),
            key_file=Path("/k.pem"),
            server_name="cmdb.example.com",
            labels={"site": "x"},
            interval=timedelta(hours=1),
        ),
        HttpSd("https://b", scheme="Token", credentials_file=Path("etc/t")),
    )


ADDRESS = "is not an address such as https://cmdb.example.com/targets"
PATTERN = "is no pattern of files that file_sd reads"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{file_sd: []}", "file_sd: these are 0 patterns"),
        ("{file_sd: [a.csv]}", f"file_sd: a.csv {PATTERN}"),
        ("{file_sd: {files: [a.yml, a.csv]}}", f"file_sd.files[1]: a.csv {PATTERN}"),
        ("{file_sd: '*/a.yml'}", f"file_sd: */a.yml {PATTERN}"),
        ("{file_sd: '**.yml'}", f"file_sd: **.yml {PATTERN}"),
        ("{file_sd: 'a?.yml'}", f"file_sd: a?.yml {PATTERN}"),
        ("{file_sd: {refresh_interval: 1m}}", "file_sd: the key files is missing"),
        (
            "{file_sd: {files: a.yml, refresh_interval: 0s}}",
            "file_sd.refresh_interval: 0s is not a length of time from 1s to 1d",
        ),
        ("{http_sd: {}}", "http_sd: the key url is missing"),
        ("{http_sd: {url: cmdb}}", f"http_sd.url: cmdb {ADDRESS}"),
        ("{http_sd: {url: 'ftp://cmdb'}}", f'http_sd.url: "ftp://cmdb" {ADDRESS}'),
        ("{http_sd: {url: 'http://'}}", f'http_sd.url: "http://" {ADDRESS}'),
        ("{http_sd: {url: 'http://a:x'}}", f'http_sd.url: "http://a:x" {ADDRESS}'),
        ("{http_sd: {url: 'http://a:0'}}", f'http_sd.url: "http://a:0" {ADDRESS}'),
        ("{http_sd: {url: 'http://[::1'}}", f'http_sd.url: "http://[::1" {ADDRESS}'),
        ("{http_sd: {url: 'http://a/ b'}}", f'http_sd.url: "http://a/ b" {ADDRESS}'),
        ("{http_sd: {url: 'http://me:x@a'}}", "http_sd.url: a password does not belong into an address"),
        ("{http_sd: {url: 'http://a', tls_config: {}}}", "http_sd: tls_config is of use with https alone"),
        (
            "{http_sd: {url: 'https://a', tls_config: {cert_file: c}}}",
            "http_sd.tls_config: cert_file and key_file need each other",
        ),
        (
            "{http_sd: {url: 'https://a', basic_auth: {username: 'a:b', password_file: p}}}",
            "http_sd.basic_auth.username: a user's name holds no colon (RFC 7617 section 2)",
        ),
        (
            "{http_sd: {url: 'https://a', basic_auth: {username: a, password: p}}}",
            "http_sd.basic_auth: the key password_file is missing",
        ),
        (
            "{http_sd: {url: 'https://a', authorization: {type: Basic, credentials_file: t}}}",
            (
                "http_sd.authorization.type: Basic is not a kind of authorization such as Bearer;"
                " for Basic there is basic_auth"
            ),
        ),
        (
            (
                "{http_sd: {url: 'https://a', basic_auth: {username: a, password_file: p},"
                " authorization: {credentials_file: t}}}"
            ),
            "http_sd: basic_auth and authorization both say who asks",
        ),
        (
            "{file: a, file_sd: b.yml}",
            "one of file, file_sd and http_sd is to be here; file and file_sd are",
        ),
        ("{file_sd: b.yml, format: csv}", "format is said of a file; file_sd and http_sd have their own"),
    ],
)
def test_mistakes_of_service_discovery(text: str, said: str) -> None:
    """What cannot be meant, and what would give a password away."""
    path, _, first = problems(f"[{text}]")[0].partition(": inventory[0]")
    assert path.startswith("aescan.yml:1:")
    assert first.lstrip(".: ") == said


def test_names_of_servers() -> None:
    """Metrics and logs name a server by its address, without what may be secret in it, and each by another name."""
    one, other = (HttpSd(f"https://cmdb.example.com/sd?token={token}").name for token in ("a", "b"))
    assert re.fullmatch(r"https://cmdb\.example\.com/sd\?<secret [0-9a-f]{8}>", one)
    assert one != other
    assert HttpSd("https://cmdb.example.com/sd#a").name == "https://cmdb.example.com/sd"


def test_secrets_are_not_shown() -> None:
    """A mistake is shown with its line, but not what others must not read in it."""
    address = "{http_sd: {url: 'ftp://u:hunter2@a', refresh_interval: 1m}}"
    written_out = "{http_sd: {url: 'https://a?hunter2', basic_auth: {username: a, password: hunter2}}}"
    told = "\n".join(texts(f"[{address}, {written_out}]"))
    assert "url: 'ftp://*********@a'" in told
    assert "password: *******}" in told
    assert "hunter2" not in told


def test_a_server_is_asked_by_one_entry() -> None:
    """Else two would be told of by one name."""
    twice = "{http_sd: {url: 'http://a'}}, {http_sd: {}}, {http_sd: {url: 'http://a'}}"
    assert problems(f"[{twice}]")[0] == "aescan.yml:1:12: inventory: http://a is asked by two entries"


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
        ("{}", "1:12: inventory: one of file, file_sd and http_sd is to be here; none of them is"),
        ("[{format: csv}]", "1:13: inventory[0]: one of file, file_sd and http_sd is to be here; none of them is"),
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
