"""Files and folders on disk."""

import os
from pathlib import Path

import pytest

from aescan.errors import KeystoreError
from aescan.keystores import files
from aescan.keystores.files import below, load, password_in
from tests.keystores import made


def test_a_file(tmp_path: Path) -> None:
    """A file is read with its password, whatever its name."""
    path = tmp_path / "server.txt"
    path.write_bytes(made.bundle12())

    assert load(path, made.PASSWORD).certificates == made.ders()


def test_mistakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be read says why, without the path."""
    monkeypatch.setattr(files, "MOST_BYTES", 2 * 1024 * 1024)
    (tmp_path / "empty").touch()
    (tmp_path / "large").write_bytes(bytes(2 * 1024 * 1024 + 1))
    os.mkfifo(tmp_path / "pipe")
    told = {}
    for name in "missing", "empty", "large", "pipe":
        with pytest.raises(KeystoreError) as caught:
            load(tmp_path / name)
        told[name] = str(caught.value)

    assert told == {
        "missing": "there is no such file",
        "empty": "it is empty",
        "large": "it is larger than 2 MiB",
        "pipe": "it is no regular file",
    }


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system says is repeated."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "secret.p12").touch()
    (tmp_path / "folder").mkdir()
    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(Path, "iterdir", refuse)

    for read in (lambda: load(tmp_path / "secret.p12"), lambda: below(tmp_path / "folder")):
        with pytest.raises(KeystoreError, match=r"^it cannot be read: permission denied$"):
            read()


def test_a_password(tmp_path: Path) -> None:
    """The first line counts, without what ends it."""
    path = tmp_path / "password"
    for content in b"p\xc3\xa4ss word \r\nnext\n", b"\xef\xbb\xbfp\xc3\xa4ss word ":
        path.write_bytes(content)
        assert password_in(path) == "päss word "


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"\n", "its first line is no password of 1 to 1024 characters"),
        (b"x" * 1025, "its first line is no password of 1 to 1024 characters"),
        (b"\xff", "it is no text in UTF-8"),
    ],
)
def test_no_password(tmp_path: Path, content: bytes, text: str) -> None:
    """What is none is not shown."""
    (tmp_path / "password").write_bytes(content)

    with pytest.raises(KeystoreError) as caught:
        password_in(tmp_path / "password")

    assert str(caught.value) == text
    with pytest.raises(KeystoreError, match=r"^it cannot be read: no such file or directory$"):
        password_in(tmp_path / "missing")


def test_a_folder(tmp_path: Path) -> None:
    """Files of all folders below, sorted; a link to a folder is not followed, one to a file is."""
    (tmp_path / "site" / "a").mkdir(parents=True)
    for name in "site/b.pem", "site/a/c.pem", "a.pem":
        (tmp_path / name).touch()
    (tmp_path / "site" / "loop").symlink_to(tmp_path)
    (tmp_path / "linked.pem").symlink_to(tmp_path / "a.pem")

    found = [path.relative_to(tmp_path).as_posix() for path in below(tmp_path)]

    assert found == ["a.pem", "linked.pem", "site/a/c.pem", "site/b.pem"]


def test_bounds_of_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither depth nor number goes on for ever."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in "a/1", "a/2", "a/b/3":
        (tmp_path / name).touch()

    monkeypatch.setattr(files, "MOST_FILES", 2)
    with pytest.raises(KeystoreError, match=r"^there are more than 2 files below it$"):
        below(tmp_path)
    monkeypatch.setattr(files, "DEEPEST", 2)
    with pytest.raises(KeystoreError, match=r"^folders stand more than 2 deep in each other$"):
        below(tmp_path)
