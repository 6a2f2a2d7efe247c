"""What is promised in README, docs and samples is there."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from aescan.arguments import parser
from aescan.exporter.metrics import FAMILIES
from aescan.inventory.load import load_targets
from aescan.probe.ladder import ALERTS, Rung
from aescan.settings.load import load_settings
from aescan.tls.codepoints import alert_name
from tests.tools import tool

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "benchmarks").glob("*.md")))
COMMANDS = re.findall(r"^    (aescan .*|make .*|pip .*)$", README, re.MULTILINE)


def test_the_two_commands_come_first() -> None:
    """A newcomer reads demo and test before anything else."""
    assert [command.split("#")[0].strip() for command in COMMANDS[:2]] == ["make demo", "make test"]


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("aescan")])
def test_commands_of_the_readme_parse(command: str) -> None:
    """Every aescan command in the README has arguments that exist, and files that do."""
    words = shlex.split(command, comments=True)[1:]
    if "--help" in words:
        return
    arguments = parser().parse_args(words)

    assert all(path.exists() for path in (*arguments.inventory, *([arguments.config] if arguments.config else [])))


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("make")])
def test_verbs_of_the_readme_are_in_the_makefile(command: str) -> None:
    """Every make verb in the README is one."""
    verb = command.split()[1]

    assert re.search(rf"^{verb}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page leads to a file of the repository."""
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_metrics_of_the_pages_exist() -> None:
    """Every metric that a page names is one that the exporter has."""
    ours = {family.name for family in FAMILIES}
    named = {name for page in PAGES for name in re.findall(r"\baescan_[a-z0-9_]+\b", page.read_text(encoding="utf-8"))}
    known = ours | {f"{name}_total" for name in ours}

    assert {name for name in named if name not in known} == set()


def test_ladder_of_the_docs() -> None:
    """The page on probing names every hello, and every alert with the hellos that follow it."""
    page = (ROOT / "docs" / "probing.md").read_text(encoding="utf-8")
    rows = [row for row in page.splitlines() if row.startswith("|")]

    assert all(any(row.startswith(f"| `{rung}` |") for row in rows) for rung in Rung)
    for number, cure in ALERTS.items():
        (row,) = [row for row in rows if alert_name(number) in row]
        first = [rung for rung in cure.rungs if rung is not Rung.TLS13_NAMELESS]  # only of use after tls13

        assert re.findall(r"`([a-z0-9-]+)`", row.split("|")[2])[: len(first)] == first


def test_samples_load() -> None:
    """The sample settings and their inventory are sound as they stand."""
    settings = load_settings(ROOT / "config" / "aescan.yml")

    assert len(load_targets(settings, settings.inventory, ())) > 0


def test_no_address_of_a_registry_and_no_path_of_a_machine() -> None:
    """Nothing in the repository depends on where it was made."""
    files = subprocess.run(
        [tool("git", "the Debian package git"), "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    own = str(ROOT) + "/"
    for name in files:
        text = (ROOT / name).read_text(encoding="utf-8", errors="replace")

        assert own not in text, name
        assert not re.search(r"--(extra-)?index-url [^-]", text), name
