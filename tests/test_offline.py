"""Which arguments are files, and how they are opened."""

import json
import socket
from collections.abc import Callable
from datetime import timedelta
from getpass import getpass
from pathlib import Path

import pytest

from aescan.cli import main
from aescan.errors import ConfigError, KeystoreError
from aescan.keystores.model import Bundle, Form
from aescan.offline import given_password, split, terminal, unlocker
from tests.certs import make_certificate
from tests.facts import NOW
from tests.keystores import made

OPEN = Bundle(Form.PKCS12, (b"der",))


def needs(*passwords: str | None, locked: bool = True, foreign: bool = False) -> Callable[[str | None], Bundle]:
    """Return the loading of a file that opens with any of these passwords."""

    def load(password: str | None) -> Bundle:
        if password in passwords:
            return OPEN
        raise KeystoreError(f"not with {password}", locked=locked, foreign=foreign)

    return load


def test_files_and_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there is a file; a name with a file's ending that is not there is a mistake."""
    (tmp_path / "server.p12").touch()
    (tmp_path / "cas").mkdir()
    monkeypatch.chdir(tmp_path)

    long, odd = "a" * 5000, "a\0b"
    files, names = split(["server.p12", "aes1.example.com:4722", "cas", "10.20.0.0/28", "cas:443", long, odd])

    assert files == (Path("server.p12"), Path("cas"))
    assert names == ["aes1.example.com:4722", "10.20.0.0/28", "cas:443", long, odd]
    with pytest.raises(ConfigError) as caught:
        split(["aes1", "new.PEM", "server.p12", "\x1b.jks"])
    assert caught.value.problems == (
        "argument 2: new.PEM: there is no such file",
        "argument 4: \\x1b.jks: there is no such file",
    )


def test_the_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file goes before the environment; neither is a fault."""
    monkeypatch.delenv("AESCAN_PASSWORD", raising=False)
    assert given_password(None) is None
    monkeypatch.setenv("AESCAN_PASSWORD", "of the environment")
    (tmp_path / "password").write_text("of the file\n")

    assert given_password(None) == "of the environment"
    assert given_password(tmp_path / "password") == "of the file"
    with pytest.raises(ConfigError, match=r"--password-file .*: it cannot be read: no such file or directory"):
        given_password(tmp_path / "missing")


def test_opening() -> None:
    """What is given is tried first, then nothing, then what a terminal says."""
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return "typed"

    path = Path("server.p12")
    assert unlocker("given")(path, needs("given")) == OPEN
    assert unlocker("given", ask)(path, needs(None)) == OPEN
    assert asked == []
    assert unlocker(None, ask)(path, needs("typed")) == OPEN
    assert unlocker("given", ask)(path, needs("typed")) == OPEN
    assert asked == ["password of server.p12: "] * 2


@pytest.mark.parametrize(("locked", "foreign"), [(True, True), (False, False)])
def test_nobody_is_asked_in_vain(locked: bool, foreign: bool) -> None:
    """No password helps against a file that is damaged, or none of ours."""

    def ask(_: str) -> str:
        raise AssertionError

    with pytest.raises(KeystoreError, match="not with given"):
        unlocker("given", ask)(Path("x"), needs(locked=locked, foreign=foreign))
    with pytest.raises(KeystoreError, match="not with None"):
        unlocker(None)(Path("x"), needs())


@pytest.mark.parametrize("sits", [True, False])
def test_a_terminal(monkeypatch: pytest.MonkeyPatch, sits: bool) -> None:
    """Only where somebody reads and types."""
    for stream in "stdin", "stderr":
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: sits, raising=False)

    assert (terminal() is getpass) is sits


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a certificate that has ended, and one behind a password."""
    monkeypatch.delenv("AESCAN_PASSWORD", raising=False)
    ended = make_certificate(not_after=NOW - timedelta(days=1))
    (tmp_path / "ended.pem").write_bytes(ended.pem)
    (tmp_path / "locked.p12").write_bytes(made.bundle12())
    (tmp_path / "password").write_text(made.PASSWORD)
    return tmp_path


def test_files_beside_targets(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One report has both, and one exit status."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        endpoint = f"127.0.0.1:{silent.getsockname()[1]}"  # bound and not listening: refused
        ended, locked = str(files / "ended.pem"), str(files / "locked.p12")

        assert main(["--once", "--format", "json", ended, endpoint, locked]) == 1

    report = json.loads(capsys.readouterr().out)
    told = {one["target"]: (one["host"], one["port"], one.get("reason")) for one in report["targets"]}
    assert told == {
        ended: ("", None, None),
        endpoint: ("127.0.0.1", silent_port(endpoint), "refused"),
        locked: ("", None, "unreadable"),
    }
    assert (report["summary"]["expected"], report["complete"]) == (3, True)


def silent_port(endpoint: str) -> int:
    """Return the port of an endpoint."""
    return int(endpoint.rpartition(":")[2])


def test_files_alone(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No target is needed beside files; a password opens them, and the name dialled is compared."""
    arguments = ["--once", "--password-file", str(files / "password"), "--for", "aes9.example.com", "--format", "csv"]

    assert main([*arguments, "--fail-on", "warning", str(files / "locked.p12")]) == 1

    header, row = capsys.readouterr().out.splitlines()
    cells = dict(zip(header.split(","), row.split(","), strict=False))
    assert (cells["standing"], cells["port"], cells["findings"]) == ("warning", "", "name_mismatch")


def test_a_file_that_stays_shut(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody sits at a terminal here, so it is unreadable, and the report says what to do."""
    assert main(["--once", str(files / "locked.p12")]) == 3

    shown = " ".join(capsys.readouterr().out.split())
    assert "unreadable: it is PKCS#12 and needs a password, or is damaged" in shown
    assert "give its password with --password-file or AESCAN_PASSWORD" in shown


def test_files_are_looked_at_once(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The exporter serves what it scans; a file is no target of it."""
    assert main([str(files / "ended.pem")]) == 2
    assert capsys.readouterr().err == f"aescan: {files / 'ended.pem'} is a file: files are looked at with --once\n"
