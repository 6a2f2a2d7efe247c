"""Every alert has a runbook, whole, whose commands and expressions are ones."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

from aescan.arguments import parser
from tests.config.rules import ROOT, alerts, named, rules
from tests.exporter.test_metrics import CONTRACT
from tests.tools import tool

FOLDER = ROOT / "docs" / "runbooks"
SHARED = FOLDER / "replace-certificate.md"
"""What most of them end in; it belongs to no alert."""

BOOKS = sorted(set(FOLDER.glob("*.md")) - {SHARED})
PAGES = [*BOOKS, SHARED]
SECTIONS = ["What it means", "Confirm", "What breaks, and when", "Fix", "Verify", "Tell"]
OF_THE_SYSTEM = {"systemctl", "journalctl", "curl", "ping", "date", "df", "timedatectl"}
RECORDS = {rule["record"] for rule in rules("record")}


def name_of(page: Path) -> str:
    """Return what a test of this page is called."""
    return page.stem


def lines_of_code(page: Path) -> list[str]:
    """Return every line of the page's blocks of code, and each command of aescan in its text."""
    text = page.read_text(encoding="utf-8")
    return [line.strip() for line in re.findall(r"^    (\S.*)$", text, re.MULTILINE)] + [
        " ".join(one.split()) for one in re.findall(r"`(aescan --[^`]+)`", text)
    ]


def commands(page: Path, program: str) -> list[list[str]]:
    """Return the arguments of each run of this program on the page."""
    parts = [part.split("<")[0] for line in lines_of_code(page) for part in line.split(" | ")]
    return [shlex.split(part)[1:] for part in parts if part.split()[:1] == [program]]


def expressions(page: Path) -> list[str]:
    """Return the expressions for Prometheus on the page."""
    programs = {"aescan", "openssl", "amtool"} | OF_THE_SYSTEM
    return [line for line in lines_of_code(page) if line.split()[0] not in programs]


def test_every_alert_has_a_runbook() -> None:
    """There is a page for each alert, and for nothing else."""
    assert [page.stem for page in BOOKS] == sorted(alert.name for alert in alerts())


@pytest.mark.parametrize("page", BOOKS, ids=name_of)
def test_runbooks_are_whole(page: Path) -> None:
    """A runbook says what it means, how to confirm it, what breaks, how to mend it, how to know, and whom to tell."""
    title, *sections = re.split(r"^##? (?=\S)", page.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]

    assert title.strip() == page.stem
    assert [section.split("\n")[0] for section in sections] == SECTIONS
    assert all(section.partition("\n")[2].strip() for section in sections)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_of_aescan_parse(page: Path) -> None:
    """Every command of aescan has arguments that exist, and names findings that do."""
    for arguments in commands(page, "aescan"):
        parsed = parser().parse_args(arguments)

        assert not parsed.rules or (ROOT / "aescan" / "findings" / "rules" / f"{parsed.rules}.py").exists()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_of_openssl_have_options_that_exist(page: Path) -> None:
    """Every option given to openssl is one of that command."""
    for command, *arguments in commands(page, "openssl"):
        help_of = subprocess.run(["openssl", command, "-help"], capture_output=True, text=True, check=True, timeout=60)
        known = set(re.findall(r"^ (-\w+)", help_of.stdout + help_of.stderr, re.MULTILINE))

        assert {one for one in arguments if one.startswith("-")} <= known


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_of_amtool_parse(page: Path) -> None:
    """Every command for the Alertmanager is understood: only that there is none at the address given stops it."""
    for arguments in commands(page, "amtool"):
        amtool = tool("amtool", "the Debian package prometheus-alertmanager")
        done = subprocess.run(
            [amtool, "--alertmanager.url=http://127.0.0.1:9", *arguments, "--author=nobody"],
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

        assert "connection refused" in done.stderr


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_expressions_are_sound(page: Path, tmp_path: Path) -> None:
    """Every expression is one that Prometheus takes, about metrics that exist."""
    asked = expressions(page)
    if not asked:
        return
    listed = [{"record": "asked", "expr": one} for one in dict.fromkeys(asked)]
    path = tmp_path / "rules.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "asked", "rules": listed}]}), encoding="utf-8")
    promtool = tool("promtool", "the Debian package prometheus")
    done = subprocess.run(
        [promtool, "check", "rules", "--lint=none", path], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert named(asked).metrics.keys() <= CONTRACT.keys() | RECORDS


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_programs_are_known(page: Path) -> None:
    """A line of code is a command that an operator has, or an expression."""
    assert all(re.match(r"aescan[_:]|count by|rate\(", one) for one in expressions(page))
