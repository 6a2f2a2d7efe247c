"""
The first hour of a newcomer, run: the commands of docs/getting-started.md, in order, on the files that the page has.

What needs root, the network or the servers of an example is parsed only; the rest runs in a folder that stands for
``/``.
"""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from threading import Event

import pytest
import yaml
from markdown_it import MarkdownIt

from aescan.arguments import parser
from stack import parts
from stack.__main__ import parser as stack_parser
from stack.configuration import ADDRESSES, write
from stack.processes import Process
from stack.receiver import Notification, receiving
from tests.ports import reserved
from tests.tools import tool

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "getting-started.md"
OF_ROOT = ("apt-get", "python3 -m venv", "/opt/aescan/bin/pip", "ln", "systemctl", "curl")
"""What changes or needs the machine itself, and is run by nobody's test."""

RUN = ("aescan --version", "aescan --check-config", "cp", "sed", "promtool", "amtool check-config")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code: its language, the file that it is the content of, and its text."""

    language: str
    file: str
    text: str


def blocks() -> Iterator[Block]:
    """Yield every block of code of the page."""
    for token in MarkdownIt().parse(PAGE.read_text(encoding="utf-8")):
        if token.type in {"fence", "code_block"}:
            language, _, file = token.info.partition(" ")
            yield Block(language, file, token.content)


COMMANDS = [line for block in blocks() if block.language == "sh" for line in block.text.splitlines()]
UNIQUE = list(dict.fromkeys(COMMANDS))
TEST_PAGE = next(command for command in COMMANDS if command.startswith("amtool alert add"))


def run(command: str, root: Path) -> str:
    """Run a command with ``root`` in the place of ``/``, beside the repository's own files; return what it printed."""
    there = re.sub(r"(?<= )/(etc|var)/", rf"{root}/\1/", command)
    program, rest = re.split(r" ", there, maxsplit=1)
    if program == "aescan":
        program = f"{shlex.quote(sys.executable)} -m aescan"
    elif program in {"promtool", "amtool"}:
        program = shlex.quote(tool(program, "the Debian packages prometheus and prometheus-alertmanager"))
    shell = [tool("bash", "the Debian package bash"), "-euc", f"{program} {rest}"]
    done = subprocess.run(shell, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def test_the_first_hour(tmp_path: Path) -> None:
    """Files are written and commands run as the page has them; what it says they print they do."""
    for folder in ("etc/aescan", "etc/prometheus", "etc/systemd/system", "var/lib/aescan"):
        (tmp_path / folder).mkdir(parents=True)
    printed = ""
    for block in blocks():
        if block.language == "yaml":
            (tmp_path / block.file.lstrip("/")).write_text(block.text, encoding="utf-8")
        elif block.language == "text":
            assert printed == block.text
        else:
            printed = "".join(run(line, tmp_path) for line in block.text.splitlines() if line.startswith(RUN))

    changed = (tmp_path / "etc/prometheus/aescan.alerts.yml").read_text(encoding="utf-8")
    assert "runbook_url: https://wiki.example.com/aescan/AescanCertificateExpired.md" in changed
    assert "docs/runbooks/Aescan" not in changed
    assert (tmp_path / "etc/systemd/system/aescan.service").exists()


def test_every_command_is_one() -> None:
    """Each is run above, or needs the machine, or is held by a test below."""
    held = ("aescan --", "make ", "docker compose ", "amtool alert add ")

    assert [command for command in COMMANDS if not command.startswith((*OF_ROOT, *RUN, *held))] == []
    assert {block.language for block in blocks()} == {"sh", "yaml", "text"}


@pytest.mark.parametrize("command", [one for one in UNIQUE if one.startswith("aescan") and "--version" not in one])
def test_arguments_parse(command: str) -> None:
    """Every argument of aescan exists, and every file is one that the page has."""
    arguments = parser().parse_args(shlex.split(command)[1:])

    assert arguments.config is None or str(arguments.config) in {block.file for block in blocks()}


@pytest.mark.parametrize("command", [one for one in UNIQUE if one.startswith("make")])
def test_verbs_exist(command: str) -> None:
    """Every verb is in the Makefile, and what it is given exists."""
    _, verb, *given = shlex.split(command)

    assert re.search(rf"^{verb}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for name, _, value in (one.partition("=") for one in given):
        assert (verb, name) == ("stack", "ARGS")
        stack_parser().parse_args(shlex.split(value))


@pytest.mark.parametrize("command", [one for one in UNIQUE if one.startswith("docker compose")])
def test_files_of_containers_exist(command: str) -> None:
    """The file for Compose exists, and has the service that is named."""
    words = shlex.split(command)
    path = ROOT / words[words.index("--file") + 1]
    services = yaml.safe_load(path.read_text(encoding="utf-8"))["services"]

    assert words[-1] in services or words[-1] == "--detach"


def test_the_test_page_arrives(tmp_path: Path) -> None:
    """The command that tries the pager reaches the receiver of pages."""
    program = tool("prometheus-alertmanager", "the Debian package prometheus-alertmanager")
    told: Queue[Notification] = Queue()
    with receiving("127.0.0.1", 0, told.put) as port, reserved() as own:
        addresses = {"alertmanager": f"127.0.0.1:{own}", "receiver": f"127.0.0.1:{port}"}
        write(tmp_path, addresses, hurry=True)
        with Process(parts.alertmanager(program, tmp_path, addresses), tmp_path) as process:
            process.wait_until_ready(Event())
            assert ADDRESSES["alertmanager"] in TEST_PAGE
            run(TEST_PAGE.replace(ADDRESSES["alertmanager"], addresses["alertmanager"]), tmp_path)
            page = told.get(timeout=60)

    assert (page.receiver, page.group["host"]) == ("pager", "test.example.com")
    assert [(alert.name, alert.annotations) for alert in page.alerts] == [
        ("AescanCertificateExpired", {"summary": "a test, please ignore"})
    ]
