"""A file becomes data with places, or a problem that says why not."""

import os
import threading
from pathlib import Path

import pytest

from aescan.errors import ConfigError
from aescan.settings import document as document_module
from aescan.settings.document import parse, path_text, read

EMPTY = "f.yml:1:1: the file is empty\n    it needs hosts"


def problems(content: bytes) -> tuple[str, ...]:
    """Return why the content cannot be used."""
    with pytest.raises(ConfigError) as caught:
        parse("f.yml", content, "hosts")
    return caught.value.problems


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", EMPTY),
        (b"\xef\xbb\xbf", EMPTY),
        (b"---\n", "f.yml:1:1: the file is empty\n    ---\n    ^\n    it needs hosts"),
        (b"- a\n", "f.yml:1:1: a list cannot be the whole file\n    - a\n    ^\n    it needs hosts"),
        (b"aes1\n", "f.yml:1:1: aes1 cannot be the whole file\n    aes1\n    ^\n    it needs hosts"),
        (
            "a: 1\nb: é".encode("latin-1"),
            "f.yml:2:4: the byte 0xe9 is not UTF-8\n    b: \ufffd\n       ^\n    save the file as UTF-8",
        ),
        (
            "a: 1".encode("utf-16"),
            (
                "f.yml:1:1: the byte 0xff is not UTF-8\n"
                "    \ufffd\ufffda\\x00:\\x00 \\x001\\x00\n    ^\n    save the file as UTF-8"
            ),
        ),
        (
            b"a: 1\r\nb: x\x07y\r\n",
            "f.yml:2:5: the character U+0007 cannot stand in a YAML file\n    b: x\\x07y\n        ^\n    take it out",
        ),
        (
            "a: \ufeffb".encode(),
            "f.yml:1:4: the character U+FEFF cannot stand in a YAML file\n    a: \\ufeffb\n       ^\n    take it out",
        ),
        (
            b"a: 1\n---\nb: 1\n",
            (
                "f.yml:2:1: a second YAML document begins here\n    ---\n    ^\n"
                "    keep one document in a file; take the --- line out"
            ),
        ),
    ],
)
def test_what_is_no_mapping_has_its_own_problem(content: bytes, problem: str) -> None:
    """Each way of not being a usable file is told apart."""
    assert problems(content) == (problem,)


def test_a_large_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is parsed past the limit."""
    monkeypatch.setattr(document_module, "MOST_BYTES", 4)

    assert problems(b"a: 12") == ("f.yml: the file is larger than 0 MiB; split it",)


def test_a_missing_file_is_a_problem() -> None:
    """The name is shown as it was given."""
    with pytest.raises(ConfigError, match=r"^no\.yml: there is no such file$"):
        read(Path("no.yml"), "hosts")


def test_pipe(tmp_path: Path) -> None:
    """What comes through a pipe is read to its end; one that nobody writes to is empty, and not waited for."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(ConfigError, match=r":1:1: the file is empty"):
        read(path, "hosts")
    end, beginning = os.pipe()

    def write() -> None:
        with os.fdopen(beginning, "wb") as file:
            file.write(b"a: 1")

    later = threading.Timer(0.05, write)
    later.start()
    with os.fdopen(end):
        assert read(Path(f"/dev/fd/{end}"), "hosts").data == {"a": 1}
    later.join()


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """The operating system's reason is passed on."""
    with pytest.raises(ConfigError, match=r": the file cannot be read: is a directory$"):
        read(tmp_path, "hosts")


def test_an_impossible_name_is_a_problem() -> None:
    """A zero byte in a name is shown and refused."""
    with pytest.raises(ConfigError, match=r"^a\\x00: this is no file name$"):
        read(Path("a\0"), "hosts")


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    """Editors on Windows write one."""
    path = tmp_path / "f.yml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")

    assert read(path, "hosts").data == {"a": 1}


def test_problems_are_placed_by_location() -> None:
    """A location that the file does not have leads to the deepest one that it has."""
    document = parse("f.yml", b"a:\n  - {b: 1}\n", "")
    document.add(("a", 0, "b"), "the value")
    document.add(("a", 0, "b"), "the key", on_key=True)
    document.add(("a", 0, "c", "d"), "beyond")
    document.add(("a", 7), "beyond")

    with pytest.raises(ConfigError) as caught:
        document.finish()
    assert [text.partition("\n")[0] for text in caught.value.problems] == [
        "f.yml:2:3: a: beyond",
        "f.yml:2:5: a[0]: beyond",
        "f.yml:2:6: a[0].b: the key",
        "f.yml:2:9: a[0].b: the value",
    ]
    assert document.place(("a", 0)) == "f.yml:2:5"


def test_a_sound_document_finishes() -> None:
    """Without a problem nothing is raised."""
    parse("f.yml", b"a: 1\n", "").finish()


def test_an_alias_that_leads_nowhere_is_told_of_once() -> None:
    """Whoever checks the data adds nothing about it."""
    document = parse("f.yml", b"a: *b\n", "")
    document.add(("a",), "not text")

    assert len(document.problems) == 1


def test_paths_are_written_as_people_write_them() -> None:
    """Control characters in a key are shown as escapes."""
    assert path_text(("hosts", 1, "labels", "a\x1b")) == "hosts[1].labels.a\\x1b"
