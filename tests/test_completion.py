"""Shells complete the arguments, asked themselves."""

import subprocess
from pathlib import Path

import pytest

from aescan.arguments import parser
from aescan.cli import main
from aescan.completion import SHELLS, script
from tests.tools import tool

BASH = """
source {path}
COMP_WORDS=({words})
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_shtab_aescan
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def run(*command: str | Path) -> list[str]:
    """Return the lines that the command writes."""
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8", timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with some files, which is the current one, and a home of the shells."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for shell in SHELLS:
        (tmp_path / f"aescan.{shell}").write_text(script(parser(), shell), encoding="utf-8")
    (tmp_path / "settings.yml").touch()
    return tmp_path


EXPECTED = [
    (["--log.f"], ["--log.format"]),
    (["--log.format", "l"], ["logfmt"]),
    (["--fail-on", ""], ["notice", "warning", "critical"]),
    (["--once", "--completion", "z"], ["zsh"]),
    (["--config.file", "sett"], ["settings.yml"]),
    (["--once", "sett"], ["settings.yml"]),
]


@pytest.mark.parametrize(("words", "expected"), EXPECTED, ids=" ".join)
def test_bash(words: list[str], expected: list[str], folder: Path) -> None:
    """Bash proposes what begins so, and files where files are wanted."""
    bash, path = tool("bash", "the Debian package bash"), folder / "aescan.bash"
    run(bash, "-n", path)
    quoted = " ".join(f"'{word}'" for word in ["aescan", *words])

    assert run(bash, "-c", BASH.format(path=path, words=quoted)) == expected


@pytest.mark.parametrize(("words", "expected"), EXPECTED, ids=" ".join)
def test_fish(words: list[str], expected: list[str], folder: Path) -> None:
    """Likewise fish, which says what each is for."""
    fish, path = tool("fish", "the Debian package fish"), folder / "aescan.fish"
    run(fish, "--no-execute", path)
    line = " ".join(word or "''" for word in ["aescan", *words]).removesuffix("''")
    proposed = run(fish, "-c", f"source {path}; complete --do-complete '{line}'")

    assert {each.split("\t")[0] for each in proposed} >= set(expected)


def test_zsh(folder: Path) -> None:
    """Zsh reads the script, and registers it for the command with its options."""
    zsh, path = tool("zsh", "the Debian package zsh"), folder / "aescan.zsh"
    run(zsh, "-n", path)
    evaluated = f'eval "$(<{path})"'
    said = run(zsh, "-f", "-c", f"autoload -Uz compinit && compinit -D; {evaluated}; print -r -- $_comps[aescan]")

    assert said == ["_shtab_aescan"]
    assert '"--log.format[how lines are written]:log_format:(logfmt json)"' in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_command(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The command prints the script."""
    assert main(["--completion", shell]) == 0
    assert capsys.readouterr().out == script(parser(), shell) + "\n"
