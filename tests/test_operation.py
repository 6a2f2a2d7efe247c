"""What runs aescan on other people's machines: the systemd unit and the Dockerfile."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from aescan.arguments import parser
from aescan.settings.model import Settings
from tests.tools import tool

ROOT = Path(__file__).parent.parent
UNIT = ROOT / "config" / "systemd" / "aescan.service"
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")


def instructions(name: str) -> list[str]:
    """Return the arguments of each instruction of that name in the Dockerfile."""
    return re.findall(rf"^{name} (.*)$", DOCKERFILE, re.MULTILINE)


def test_unit_is_hardened() -> None:
    """Systemd's own judgement: an exposure of at most 2.0, 10 being an unprotected service."""
    analyze = tool("systemd-analyze", "systemd")
    ran = subprocess.run(
        [analyze, "security", "--offline=true", str(UNIT)], capture_output=True, text=True, check=False
    )
    found = re.search(r"Overall exposure level for aescan.service: ([\d.]+)", ran.stdout)
    assert found, ran.stderr
    assert float(found[1]) <= 2.0


def test_unit_starts_what_there_is() -> None:
    """The command of the unit parses, and a hanging process is noticed."""
    unit = dict(re.findall(r"^(\w+)=(.*)$", UNIT.read_text(encoding="utf-8"), re.MULTILINE))
    program, *arguments = shlex.split(unit["ExecStart"])
    assert Path(program).name == "aescan"
    assert str(parser().parse_args(arguments).config) == "/etc/aescan/aescan.yml"
    assert (unit["Type"], unit["WatchdogSec"]) == ("notify", "60s")


def test_image_has_what_it_copies() -> None:
    """Every file that the image is made of is there, and not ignored when the image is built."""
    sources = [word for line in instructions("COPY") if "--from" not in line for word in line.split()[:-1]]
    sent = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert sources
    for source in sources:
        assert (ROOT / source).exists()
        assert f"!{source}" in sent


def test_image_runs_as_nobody() -> None:
    """The image ends as a user by number that is not root, and starts aescan with arguments that exist."""
    assert instructions("USER") == ["65532:65532"]
    (entry,), (command,) = instructions("ENTRYPOINT"), instructions("CMD")
    assert entry == '["/opt/aescan/bin/aescan"]'
    arguments = re.findall(r'"([^"]+)"', command)
    assert str(parser().parse_args(arguments).config) == "/etc/aescan/aescan.yml"


@pytest.mark.parametrize("instruction", ["EXPOSE", "HEALTHCHECK"])
def test_image_answers_where_aescan_listens(instruction: str) -> None:
    """Port and health check are those of the default."""
    port = Settings().listen_address.rpartition(":")[2]
    (line,) = instructions(instruction)
    assert re.search(rf"\b{port}\b", line)
